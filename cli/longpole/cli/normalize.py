"""`longpole normalize`: the canonical record of each span in OTLP files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from longpole.cli.offline.content import add_content
from longpole.cli.offline.explain import explain as add_rules
from longpole.cli.offline.files import read_bodies
from longpole.cli.offline.load import loaded
from longpole.cli.offline.records import Record, records
from longpole.cli.tables import lines
from longpole.core.semconv import user_mapping
from longpole.core.settings import load

SHOWN = (
    "name", "kind", "dialect", "model", "input_tokens", "output_tokens", "counted", "cost_usd",
    "agent_effective", "session_id",
)  # fmt: skip


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--explain", is_flag=True, help="Which rule gave each field; what none reads.")
@click.option("--table", is_flag=True, help="A short table instead of JSON.")
@click.option("--json", "as_json", is_flag=True, help="JSON, as without it.")
@click.pass_obj
def normalize(config: Path | None, file: Path, explain: bool, table: bool, as_json: bool) -> None:
    """The canonical fields of each span in FILE, an OTLP request (.pb, .json, .jsonl) or a folder.

    Whole traces at once; nothing is kept. Secrets are masked as the service would.
    """
    settings = load(file=config).settings
    bodies, notes = read_bodies(file)
    with loaded(bodies, settings) as (store, rejected):
        found = records(store)
        add_content(store, found)
        if explain:
            add_rules(store, found, user_mapping(settings.normalize))
    for note in (*notes, *rejected):
        click.echo(f"longpole: {note}", err=True)
    if table and not as_json:
        _print_table(found)
    else:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))


def _print_table(found: list[Record]) -> None:
    rows = [[_shown(record[field]) for field in SHOWN] for record in found]
    for line in lines(SHOWN, rows):
        click.echo(line)


def _shown(value: object) -> str:
    return "-" if value is None else str(value)
