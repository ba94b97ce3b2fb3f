"""The `longpole` command: composes the parts, holds no rules."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import click

from longpole.cli.critical_path import critical_path
from longpole.cli.dead_letters import dead_letters
from longpole.cli.keys import keys
from longpole.cli.normalize import normalize
from longpole.cli.options import load_given as _load
from longpole.cli.options import options as _options
from longpole.cli.prices import prices
from longpole.cli.projects import projects
from longpole.cli.rebuild import rebuild
from longpole.cli.report import report
from longpole.core.errors import LongpoleError
from longpole.core.schema import upgrade
from longpole.core.settings import Settings, describe
from longpole.core.store import Store


@click.group()
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="Settings file.")
@click.option("--verbose", is_flag=True, help="Say more.")
@click.pass_context
def cli(context: click.Context, config: Path | None, verbose: bool) -> None:
    """Longpole: find out why your agent is slow, and why it suddenly costs more."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    if not verbose:
        # A store that cannot be reached is told once, in our words, not by each library below.
        for library in ("urllib3", "clickhouse_connect"):
            logging.getLogger(library).setLevel(logging.ERROR)
    context.obj = config


def _run(roles: set[str], settings: Settings, demo: bool = False) -> None:
    # Loading services and pages takes over a second: only the commands that start them wait for it.
    from longpole.cli.roles import run_roles

    run_roles(roles, settings, demo=demo)


@cli.command()
@_options("data", "store", "host", "otlp_http_port", "otlp_grpc_port", "ui_port")
@click.option("--demo", is_flag=True, help="Play a live agent workload through the OTLP endpoint.")
@click.pass_obj
def up(config: Path | None, /, demo: bool, **given: Any) -> None:  # noqa: ANN401 - click's values
    """Everything in one process: ingest, jobs, UI."""
    _run({"ingest", "jobs", "ui"}, _load(config, given).settings, demo=demo)


@cli.command()
@_options("data", "store", "host", "otlp_http_port", "otlp_grpc_port")
@click.pass_obj
def ingest(config: Path | None, /, **given: Any) -> None:  # noqa: ANN401
    """Only the OTLP service."""
    _run({"ingest"}, _load(config, given).settings)


@cli.command()
@_options("data", "store")
@click.pass_obj
def jobs(config: Path | None, /, **given: Any) -> None:  # noqa: ANN401
    """Only trace assembly, rollups and detectors."""
    _run({"jobs"}, _load(config, given).settings)


@cli.command()
@_options("data", "store", "host", "ui_port")
@click.pass_obj
def ui(config: Path | None, /, **given: Any) -> None:  # noqa: ANN401
    """Only the web UI and the JSON API."""
    _run({"ui"}, _load(config, given).settings)


@cli.command()
@_options("data", "store")
@click.pass_obj
def migrate(config: Path | None, /, **given: Any) -> None:  # noqa: ANN401
    """Bring the store's schema up to date."""
    settings = _load(config, given).settings
    store = Store(settings.store)
    try:
        for name in upgrade(store, settings.normalize) or ["nothing to do"]:
            click.echo(name)
    finally:
        store.close()


@cli.group(name="config")
def config_group() -> None:
    """Settings."""


@config_group.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
@click.pass_obj
def show(config: Path | None, as_json: bool) -> None:
    """Every setting: its value and where it came from."""
    rows = describe(_load(config, {}))
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    widths = [max(len(row[name]) for row in rows) for name in ("setting", "value", "source")]
    for row in rows:
        line = (row["setting"], row["value"], row["source"])
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)))


cli.add_command(critical_path)
cli.add_command(dead_letters)


cli.add_command(keys)
cli.add_command(prices)
cli.add_command(normalize)
cli.add_command(projects)
cli.add_command(rebuild)
cli.add_command(report)


def main() -> None:
    """Entry point: errors are one line on stderr and exit code 2."""
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except LongpoleError as error:
        click.echo(f"longpole: {error}", err=True)
        sys.exit(2)
