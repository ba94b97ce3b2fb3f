"""`longpole rebuild`: makes anew what was computed from what is stored."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from longpole.cli.options import load_given, options
from longpole.cli.repricing import Repricer, open_repricer
from longpole.core.errors import LongpoleError
from longpole.core.prices.repricing import WAITING, Repricing

SAY_EVERY_S = 5.0
NOBODY_S = 15.0
NOBODY = (
    "nobody has begun with it yet; a process that runs the jobs (`longpole up` or `longpole jobs`) "
    "must run on this store. The request stays if this command is stopped."
)


@click.command()
@options("data", "store")
@click.option("--cost", is_flag=True, help="Price calls anew with the price lists of now.")
@click.option("--since", required=True, help="Traces that start on this day (UTC) or later.")
@click.option("--project", default="", help="Only this project.")
@click.pass_obj
def rebuild(
    config: Path | None,
    /,
    cost: bool,
    since: str,
    project: str,
    **given: Any,  # noqa: ANN401 - click's values
) -> None:
    """Make costs of the past anew; the old figures are kept in the table cost_history."""
    if not cost:
        raise click.UsageError("nothing to rebuild; give --cost")
    with open_repricer(load_given(config, given).settings) as repricer:
        done = _follow(repricer, repricer.request(since, project))
    if done.failure:
        raise LongpoleError(f"repricing {done.id} failed: {done.failure}")
    click.echo(
        f"{done.traces:,} traces looked at, {done.changed_spans:,} spans have another cost or "
        f"source: {done.old_usd:,.6f} USD before, {done.new_usd:,.6f} USD now"
    )


def _follow(repricer: Repricer, asked: Repricing) -> Repricing:
    """Wait for the end and say now and then how far it is."""
    began = said = time.monotonic()
    warned = False
    while asked.is_open:
        asked = repricer.next(asked)
        now = time.monotonic()
        if asked.state == WAITING and now - began > NOBODY_S and not warned:
            warned = True
            click.echo(NOBODY, err=True)
        if asked.day and now - said > SAY_EVERY_S:
            said = now
            click.echo(f"at {asked.day}: {asked.traces:,} traces", err=True)
    return asked
