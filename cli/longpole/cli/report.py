"""`longpole report`: where the time and money of recorded traces went."""

from __future__ import annotations

import json
from pathlib import Path

import click

from longpole.cli.spanfiles import read_file_spans
from longpole.cli.spanfiles.as_otlp import as_otlp
from longpole.core.errors import InputError
from longpole.core.otlp.signals import Signal
from longpole.core.settings import load


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.option(
    "--top", type=click.IntRange(1), default=10, show_default=True, help="Rows of each list."
)
@click.pass_obj
def report(config: Path | None, /, path: Path, html: Path | None, as_json: bool, top: int) -> None:
    """What dominates the traces in PATH: steps, phases, cost, what the slowest waited for, and
    what would make requests faster or cheaper.

    PATH is OTLP (.pb, .json, .jsonl or a folder of them), Jaeger's JSON or a list of spans (read as
    nanoseconds). Nothing is kept.
    """
    # Loading the engine takes longer than refusing wrong use.
    from longpole.cli.offline.files import Body, read_bodies
    from longpole.cli.offline.load import loaded
    from longpole.cli.reporting.findings import find_in
    from longpole.cli.reporting.gather import gather
    from longpole.cli.reporting.page import page
    from longpole.cli.reporting.text import text_lines

    _refuse_archives(path)
    spans = read_file_spans(path) if path.is_file() else None
    if spans is None:
        bodies, notes = read_bodies(path)
    else:
        bodies, notes = [Body(path, Signal.TRACES, False, as_otlp(spans))], []
    settings = load(file=config).settings
    with loaded(bodies, settings) as (store, rejected):
        found = gather(store, top, [*notes, *rejected], find_in(store, settings))
    if not found.totals["traces"]:
        raise InputError(f"{path} has no spans; give at least one request with spans")
    if html is not None:
        _write(html, page(found, path.name))
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=1, ensure_ascii=False))
    elif html is None:
        click.echo("\n".join(text_lines(found)))
    else:
        click.echo(f"wrote {html}")


def _refuse_archives(path: Path) -> None:
    parquet = path.suffix == ".parquet" or (path.is_dir() and any(path.rglob("*.parquet")))
    if parquet:
        raise InputError(
            f"{path} holds Parquet, which report does not read yet; give it OTLP, Jaeger JSON or a "
            "list of spans"
        )


def _write(file: Path, content: str) -> None:
    try:
        file.write_text(content, "utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}") from None
