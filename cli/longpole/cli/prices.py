"""`longpole prices`: which prices hold, and putting a newer LiteLLM file in use."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from longpole.cli.options import load_given, options
from longpole.cli.tables import lines
from longpole.core.errors import InputError
from longpole.core.prices import litellm_path, load_prices
from longpole.core.prices.refresh import Refreshed, refresh_litellm
from longpole.core.prices.repricing import moment_ns
from longpole.core.prices.show import Row, prices_at

TITLES = ("tier", "prompt over", "list", "entry", "from", "to", "USD for a million tokens")
SHOWN = 20  # of new, changed and gone models each


@click.group()
def prices() -> None:
    """What models cost."""


@prices.command()
@options("data", "store")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def refresh(config: Path | None, /, file: Path, **given: Any) -> None:  # noqa: ANN401 - click's values
    """Check LiteLLM's price file and use it from now on."""
    path = litellm_path(load_given(config, given).settings)
    done = refresh_litellm(file, path)
    click.echo(f"{done.models:,} models with a price are in use from {path}")
    _say_changes(done)
    click.echo(
        "A running Longpole takes it up within seconds; earlier calls keep their cost until "
        "`longpole rebuild --cost --since DATE`.",
        err=True,
    )


@prices.command()
@options("data", "store")
@click.argument("model")
@click.option("--provider", default="", help="As Longpole shows it; else any that has the model.")
@click.option("--at", help="A day or moment (UTC); else now.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
@click.pass_obj
def show(
    config: Path | None,
    /,
    model: str,
    provider: str,
    at: str | None,
    as_json: bool,
    **given: Any,  # noqa: ANN401
) -> None:
    """The prices that hold for a model; of each tier and prompt size the first is used."""
    when = datetime.fromtimestamp((moment_ns(at) if at else time.time_ns()) // 10**9, UTC)
    book = load_prices(load_given(config, given).settings)
    found = prices_at(book, provider.lower(), model, when)
    if not found:
        sold = f" of {provider}" if provider else ""
        raise InputError(
            f"no price list has {model[:80]!r}{sold} on {when:%Y-%m-%d}; put it into the price "
            "book (prices.book), see docs/prices.md"
        )
    if as_json:
        click.echo(json.dumps(found, indent=1, default=str))
        return
    for line in lines(TITLES, [_cells(row) for row in found]):
        click.echo(line)


def _cells(row: Row) -> tuple[str, ...]:
    prices = ", ".join(f"{unit} {price:g}" for unit, price in row["prices"].items())
    days = [str(row[name] or "-") for name in ("from", "to")]
    return (row["tier"], f"{row['over_tokens']:,}", row["list"], row["entry"], *days, prices)


def _say_changes(done: Refreshed) -> None:
    changed = [f"{name}: {', '.join(words)}" for name, words in done.changed.items()]
    for title, names in (
        ("new", done.new), ("changed", changed), ("gone", done.gone), ("left out", done.left_out),
    ):  # fmt: skip
        _say(title, names)


def _say(title: str, names: Sequence[str]) -> None:
    click.echo(f"{title}: {len(names):,}")
    for name in names[:SHOWN]:
        click.echo(f"  {name}")
    if len(names) > SHOWN:
        click.echo(f"  and {len(names) - SHOWN:,} more")
