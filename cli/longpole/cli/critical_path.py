"""`longpole critical-path`: what each root of the traces in a file waited for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from longpole.analytics.critical_path import PathOptions, find_paths
from longpole.cli.path_document import Document, Terms, as_json, document, path_warnings
from longpole.cli.path_table import table_lines
from longpole.cli.spanfiles import SpanTable, read_span_file
from longpole.core.errors import InputError

MODES = ("overlap_tolerance", "outliving", "skew", "streaming")


@click.command("critical-path")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--overlap-tolerance", type=float, help="Share of the parent by which siblings may overlap."
)
@click.option(
    "--outliving", type=click.Choice(["auto", "clip", "detach"]),
    help="What becomes of a child that ends after its parent.",
)  # fmt: skip
@click.option("--skew", type=click.Choice(["none", "shift"]), help="Correct clocks of hosts.")
@click.option(
    "--streaming", is_flag=True, default=None,
    help="A successor may start while a model call still streams.",
)  # fmt: skip
@click.option("--table", is_flag=True, help="A table to read instead of JSON.")
@click.option("--json", "as_json_too", is_flag=True, help="JSON, as without it.")
@click.pass_obj
def critical_path(
    config: Path | None,
    /,
    file: Path,
    table: bool,
    as_json_too: bool,
    **given: Any,  # noqa: ANN401 - click's values
) -> None:
    """The sections of each root in FILE, latest first, in the unit and ids of FILE.

    FILE is OTLP (.pb, .json, .jsonl or a folder of them), Jaeger's JSON, or a list of spans
    {"spans": [{"id", "parent", "start", "duration", ...}]}. Nothing is kept.
    """
    modes = {name: given[name] for name in MODES if given[name] is not None}
    found, names = find_in_file(config, file, modes)
    for warning in found["warnings"]:
        click.echo(f"longpole: {warning}", err=True)
    lines = table_lines(found, names) if table and not as_json_too else as_json(found)
    click.echo("\n".join(lines))


def find_in_file(
    config: Path | None, file: Path, modes: dict[str, Any]
) -> tuple[Document, dict[object, str]]:
    """The document for a file, and the operations of its spans by id.

    Raises InputError when the file cannot be read or a mode is none.
    """
    if not file.exists():
        raise InputError(f"there is no file or folder {file}; name a trace file or a folder")
    table = read_span_file(file) if file.is_file() else None
    if table is None:
        # Only OTLP needs the store; loading its engine takes longer than everything else here.
        from longpole.cli.offline.paths import find_in_otlp

        return find_in_otlp(config, file, modes)
    return find_in_table(table, PathOptions(**modes))


def find_in_table(table: SpanTable, options: PathOptions) -> tuple[Document, dict[object, str]]:
    """The document for the spans of a Jaeger file or a list, and their operations by id."""
    paths = find_paths(table.frame, options)
    operations = zip(table.frame["SpanId"], table.frame["Operation"], strict=True)
    names: dict[object, str] = {table.ids[code]: name for code, name in operations if name}
    terms = Terms(
        span=table.ids.__getitem__, trace=table.traces.__getitem__,
        time=table.time, length=table.length, left_out=("clock",),
    )  # fmt: skip
    return document(paths, terms, [*table.warnings, *path_warnings(paths)]), names
