"""Puts a checked LiteLLM file in use and says what it changes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from longpole.core.errors import InputError
from longpole.core.prices.litellm import ListedModel, LitellmFile, Place, read_litellm
from longpole.core.prices.units import MILLION, UNITS

WORDS = {unit.column: unit.book for unit in UNITS}


@dataclass(frozen=True)
class Refreshed:
    """What a new file changes: names of models, and for those that changed, how."""

    models: int
    new: list[str]
    changed: dict[str, list[str]]
    gone: list[str]
    left_out: list[str]


def refresh_litellm(source: Path, path: Path) -> Refreshed:
    """Check `source` and put a copy of it at `path`, at once or not at all.

    Raises InputError where it is not a price file or the copy cannot be written.
    """
    fresh = read_litellm(source)
    before = read_litellm(path).models if path.exists() else {}
    _replace(source.read_bytes(), path)
    return _compared(before, fresh)


def _compared(before: dict[str, ListedModel], fresh: LitellmFile) -> Refreshed:
    both = before.keys() & fresh.models.keys()
    changes = {name: _changes(before[name], fresh.models[name]) for name in sorted(both)}
    return Refreshed(
        models=len(fresh.models),
        new=sorted(fresh.models.keys() - before.keys()),
        changed={name: words for name, words in changes.items() if words},
        gone=sorted(before.keys() - fresh.models.keys()),
        left_out=fresh.left_out,
    )


def _changes(before: ListedModel, after: ListedModel) -> list[str]:
    places = sorted(before.prices.keys() | after.prices.keys())
    return [
        f"{_named(place)} {_shown(place, before)} -> {_shown(place, after)}"
        for place in places
        if before.prices.get(place) != after.prices.get(place)
    ]


def _named(place: Place) -> str:
    over = f" over {place.over:,} tokens" if place.over > 0 else ""
    return f"{WORDS[place.column]}{f' {place.tier}' if place.tier else ''}{over}"


def _shown(place: Place, model: ListedModel) -> str:
    price = model.prices.get(place)
    if price is None:
        return "none"
    return f"{price:.6g}" if place.column == "RequestPrice" else f"{price * MILLION:.6g}/M"


def _replace(body: bytes, path: Path) -> None:
    """A reader sees the old file or the new one, also after a crash."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError as error:
        raise InputError(
            f"the price file cannot be stored as {path}: {error.strerror}; choose another place "
            "(prices.litellm_file)"
        ) from None
