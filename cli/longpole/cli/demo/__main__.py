"""`python -m longpole.cli.demo`: play the demo workload at an OTLP endpoint until stopped."""

from __future__ import annotations

import logging
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import takewhile

import click

from longpole.cli.demo.arrivals import Traffic, arrivals
from longpole.cli.demo.catalog import HOUR
from longpole.cli.demo.emit import CHUNK, Player, Sender, otlp_exporter
from longpole.cli.demo.planned import SECOND, PlannedSpan
from longpole.core.errors import LongpoleError
from longpole.core.settings import load

# As real exporters do, finished spans are gathered for a moment: each request costs an insert.
LIVE_STEP_S = 2.0
FAR = 2**63 - 1


@click.command()
@click.option("--endpoint", default="http://127.0.0.1:4318", show_default=True)
@click.option("--key", help="Key that the endpoint asks for; default: ingest.api_key.")
@click.option("--seed", default=7, show_default=True, help="The same seed plays the same runs.")
@click.option("--history-hours", default=192.0, show_default=True, help="0: only live runs.")
@click.option(
    "--history-from",
    type=datetime.fromisoformat,
    help="Where the history of an earlier demo ends; only what is missing is sent.",
)
@click.option("--live-every", default=3.0, show_default=True, help="Seconds between live runs.")
@click.option("--history-only", is_flag=True, help="Stop after the history.")
def main(
    endpoint: str,
    key: str | None,
    seed: int,
    history_hours: float,
    history_from: datetime | None,
    live_every: float,
    history_only: bool,
) -> None:
    """Play a company's agents: first days of history, then live."""
    now_ns = time.time_ns()
    begin_ns = now_ns - int(history_hours * HOUR)
    name = str(seed)
    if history_from is not None:
        # Other runs than the earlier demo's: its sessions have ended.
        begin_ns = max(begin_ns, int(history_from.timestamp() * SECOND))
        name = f"{seed}:{begin_ns}"
    traffic = Traffic(name, now_ns, begin_ns, live_every_s=live_every)
    sender = Sender(otlp_exporter(endpoint, key or load().settings.ingest.api_key))
    # Ids must differ from those of an earlier demo in the same store.
    player = Player(f"{name}:{now_ns}")
    runs = arrivals(traffic)
    if history_only:
        runs = takewhile(lambda run: run[0] < now_ns, runs)
    for waited in play(player, sender, runs, time.time_ns, time.sleep):
        if waited == 1 and sender.sent:
            _report(sender, now_ns)
    if history_only:
        _report(sender, now_ns)


def play(
    player: Player,
    sender: Sender,
    runs: Iterable[tuple[int, PlannedSpan]],
    clock: Callable[[], int],
    sleep: Callable[[float], None],
) -> Iterator[int]:
    """Past runs as fast as the endpoint takes them, later ones by the clock.

    A span is sent when it has ended. Yields how often it has waited for the clock; when the runs
    are over, spans that are still open end at their planned times.
    """
    waited = 0
    for at, root in runs:
        while (now := clock()) < at:
            player.end_until(now)
            sender.send(player.finished.take(1))
            waited += 1
            yield waited
            sleep(LIVE_STEP_S)
        player.end_until(at)
        player.begin(root)
        sender.send(player.finished.take(CHUNK))
    player.end_until(FAR)
    sender.send(player.finished.take(1))


def _report(sender: Sender, since_ns: int) -> None:
    seconds = (time.time_ns() - since_ns) / SECOND
    click.echo(f"demo: {sender.sent:,} spans of history sent in {seconds:.1f} s")


def _quit(*_: object) -> None:
    sys.exit(0)


if __name__ == "__main__":
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, _quit)
    signal.signal(signal.SIGINT, _quit)
    try:
        main.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except LongpoleError as error:
        click.echo(f"demo: {error}", err=True)
        sys.exit(1)
