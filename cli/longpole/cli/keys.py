"""`longpole keys`: make, list and revoke the keys that exporters send."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from longpole.cli.access import open_access
from longpole.cli.options import load_given, options
from longpole.cli.tables import lines
from longpole.core.access import ApiKey

TITLES = ("key", "state", "project", "others", "name", "created", "expires")


@click.group()
def keys() -> None:
    """Keys that exporters send."""


@keys.command()
@options("data", "store")
@click.option("--project", required=True, help="Where data goes that names no project.")
@click.option("--name", default="", help="What people call it.")
@click.option("--also", multiple=True, help="A project it may name besides; '*' is any.")
@click.option("--expires", type=float, help="Days until it ends; else it does not.")
@click.pass_obj
def create(
    config: Path | None,
    /,
    project: str,
    name: str,
    also: tuple[str, ...],
    expires: float | None,
    **given: Any,  # noqa: ANN401 - click's values
) -> None:
    """Make a key; it is shown once."""
    with open_access(load_given(config, given).settings) as access:
        made = access.create_key(project, name, also, expires)
    click.echo(made.text)
    click.echo(
        f"This is key {made.key.key_id} of the project {project}; it is not shown again. Send it "
        "as x-longpole-key or Authorization: Bearer.",
        err=True,
    )


@keys.command(name="list")
@options("data", "store")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
@click.pass_obj
def list_command(config: Path | None, /, as_json: bool, **given: Any) -> None:  # noqa: ANN401
    """Every key, without its secret."""
    with open_access(load_given(config, given).settings) as access:
        found = access.list_keys()
    if as_json:
        click.echo(json.dumps([_shown(key) for key in found], indent=1))
        return
    for line in lines(TITLES, [_row(key) for key in found]):
        click.echo(line)


@keys.command()
@options("data", "store")
@click.argument("keyid")
@click.pass_obj
def revoke(config: Path | None, /, keyid: str, **given: Any) -> None:  # noqa: ANN401
    """End a key for good."""
    with open_access(load_given(config, given).settings) as access:
        key = access.revoke_key(keyid)
    click.echo(f"key {key.key_id} of the project {key.project} is revoked")


def _shown(key: ApiKey) -> dict[str, object]:
    known = {name: value for name, value in asdict(key).items() if name != "hash"}
    return {**known, "state": key.state(time.time_ns())}


def _row(key: ApiKey) -> tuple[str, ...]:
    others = " ".join(key.other_projects) or "-"
    times = (_day(key.created_at_ns), _day(key.expires_at_ns))
    return (key.key_id, key.state(time.time_ns()), key.project, others, key.name or "-", *times)


def _day(time_ns: int | None) -> str:
    if time_ns is None:
        return "never"
    return datetime.fromtimestamp(time_ns // 10**9, UTC).strftime("%Y-%m-%d %H:%M")
