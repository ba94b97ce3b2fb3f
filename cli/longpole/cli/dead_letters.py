"""`longpole dead-letters`: what the store refused. It moves files, beside a running service too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from longpole.core.errors import InputError
from longpole.core.settings import load
from longpole.core.store.url import parse_url
from longpole.ingest.refusals import FOLDER
from longpole.ingest.service import spool_folder
from longpole.ingest.spool.dead import DROPPED, REPLAY, DeadLetter, DeadLetters

place = [
    click.option("--data", type=click.Path(), help="The embedded store's folder."),
    click.option("--spool", type=click.Path(), help="The spool's folder, if it is another."),
]


def _placed(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in place:
        command = option(command)
    return click.pass_obj(command)


@click.group(name="dead-letters")
def dead_letters() -> None:
    """Requests that the store refused: list them, send them again, forget them."""


@dead_letters.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
@_placed
def list_letters(
    config: Path | None, /, data: str | None, spool: str | None, as_json: bool
) -> None:
    """Each with its reason, oldest first."""
    letters = _folder(config, data, spool).kept()
    if as_json:
        click.echo(json.dumps([asdict(letter) for letter in letters], indent=1))
        return
    for letter in letters:
        click.echo(_line(letter))
    if not letters:
        click.echo("no dead letters")


@dead_letters.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that are kept.")
@_placed
def replay(
    config: Path | None, /, ids: tuple[str, ...], everything: bool, data: str | None,
    spool: str | None,
) -> None:  # fmt: skip
    """Send letters again; the service queues them when it runs."""
    _move(_folder(config, data, spool), ids, everything, REPLAY)


@dead_letters.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that are kept.")
@_placed
def drop(
    config: Path | None, /, ids: tuple[str, ...], everything: bool, data: str | None,
    spool: str | None,
) -> None:  # fmt: skip
    """Forget letters for good."""
    _move(_folder(config, data, spool), ids, everything, DROPPED)


def _move(letters: DeadLetters, ids: tuple[str, ...], everything: bool, inside: str) -> None:
    chosen = [letter.id for letter in letters.kept()] if everything else list(ids)
    if not chosen and not everything:
        raise InputError("say which: give ids (`longpole dead-letters list` shows them) or --all")
    for letter_id in chosen:
        letters.move(letter_id, inside)
    click.echo(f"{len(chosen)} dead letters: {inside} within seconds, while ingest runs")


def _folder(config: Path | None, data: str | None, spool: str | None) -> DeadLetters:
    arguments = {"store.url": f"chdb://{data}" if data else None, "ingest.spool": spool}
    settings = load(arguments, file=config).settings
    folder = spool_folder(parse_url(settings.store.url), settings.ingest)
    if not folder.is_dir():
        raise InputError(f"there is no spool in {folder}; name its folder with --data or --spool")
    return DeadLetters(folder / FOLDER, settings.ingest.max_dead_mib << 20)


def _line(letter: DeadLetter) -> str:
    when = datetime.fromtimestamp(letter.refused_ms / 1000, UTC).isoformat(timespec="seconds")
    reason = " ".join(letter.reason.split())[:300]
    return (
        f"{letter.id}  {when}  {letter.project}  {letter.items} {letter.signal.item}  "
        f"{letter.size} bytes  {reason}"
    )
