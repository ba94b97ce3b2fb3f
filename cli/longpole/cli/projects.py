"""`longpole projects`: how much a project may send, and how long its data is kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from longpole.cli.access import open_access
from longpole.cli.options import load_given, options
from longpole.cli.tables import lines
from longpole.core.access import Project

TITLES = ("project", "items a second", "days kept")


@click.group()
def projects() -> None:
    """Limits and retention of projects."""


@projects.command(name="list")
@options("data", "store")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
@click.pass_obj
def list_command(config: Path | None, /, as_json: bool, **given: Any) -> None:  # noqa: ANN401
    """Every project that has settings, a key or data."""
    with open_access(load_given(config, given).settings) as access:
        found = access.list_projects()
    if as_json:
        click.echo(json.dumps([asdict(project) for project in found], indent=1))
        return
    for line in lines(TITLES, [_row(project) for project in found]):
        click.echo(line)


@projects.command(name="set")
@options("data", "store")
@click.argument("name")
@click.option("--spans-per-s", type=int, help="Items (of any signal) a second; 0: no limit.")
@click.option("--retention-days", type=int, help="Days to keep, by event time; 0: for ever.")
@click.pass_obj
def set_command(
    config: Path | None,
    /,
    name: str,
    spans_per_s: int | None,
    retention_days: int | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Set a project's limit or retention; what is not given stays."""
    if spans_per_s is None and retention_days is None:
        raise click.UsageError("nothing to set; give --spans-per-s or --retention-days")
    with open_access(load_given(config, given).settings) as access:
        _, rate, days = _row(access.set_project(name, spans_per_s, retention_days))
    click.echo(f"project {name}: items a second: {rate}; days kept: {days}")


def _row(project: Project) -> tuple[str, str, str]:
    return (
        project.name,
        str(project.spans_per_s or "no limit"),
        str(project.retention_days or "for ever"),
    )
