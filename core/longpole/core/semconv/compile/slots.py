"""Attribute keys as numbers, so that one pass over a span's attributes serves every field.

Looking up a hundred keys in a map costs a hundred scans. Here each known key gets a code once
(ClickHouse does that per distinct key, not per span), values that cannot be used are dropped, and
the rest is sorted by code. Keys that follow each other in a field's preference list share a slot,
so the first value of a slot is the preferred one: one lookup a slot remains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import IntEnum

from longpole.core.semconv.model import Convert, FieldSource, Origin, SemanticMapping

SLOT_SIZE = 32  # keys a slot can hold


class Shape(IntEnum):
    """What a value must look like to be kept; the order is the order of codes."""

    WHOLE = 0
    TEXT = 1
    LONG = 2


SHAPES: Mapping[Convert, Shape] = {Convert.UINT: Shape.WHOLE, Convert.LIST: Shape.LONG}
# Whether these can be read shows only when they are, so each key has a slot of its own.
READ_ALONE = frozenset(Convert) - {Convert.UINT, Convert.LIST, Convert.TEXT}


@dataclass
class Slot:
    """Keys in order of preference, all of one shape."""

    shape: Shape
    keys: list[str] = field(default_factory=list)
    number: int = 0


@dataclass(frozen=True)
class KeyTable:
    """Slots of one attribute map, numbered so that slots of one shape are neighbours."""

    slots: tuple[Slot, ...]

    def codes(self) -> dict[str, int]:
        """Key -> code; code divided by SLOT_SIZE is the slot's number."""
        return {
            key: slot.number * SLOT_SIZE + rank
            for slot in self.slots
            for rank, key in enumerate(slot.keys)
        }

    def slot_of(self, key: str) -> Slot:
        """The slot that holds a key."""
        return next(slot for slot in self.slots if key in slot.keys)

    def end(self, shape: Shape) -> int:
        """The code before which the slots of this and all earlier shapes end."""
        last = max((slot.number for slot in self.slots if slot.shape <= shape), default=0)
        return (last + 1) * SLOT_SIZE


def span_keys(mapping: SemanticMapping) -> KeyTable:
    """The table for span attributes."""
    alone = [rule.key for rule in mapping.kind_attributes]
    signs = [
        *(key for sign in mapping.kind_signatures for key in (*sign.any_of, *sign.and_any_of)),
        *(key for rule in mapping.dialects for key in rule.keys),
    ]
    return _table(mapping.fields, {Origin.ATTRIBUTE, Origin.JSON}, alone, signs)


def resource_keys(mapping: SemanticMapping) -> KeyTable:
    """The table for resource attributes."""
    return _table(mapping.fields, {Origin.RESOURCE}, [], [])


def _table(
    sources: Sequence[FieldSource],
    origins: Set[Origin],
    alone: Sequence[str],
    signs: Iterable[str],
) -> KeyTable:
    here = [source for source in sources if source.origin in origins]
    shared = _read_more_than_once(here, alone)
    slots: list[Slot] = []
    singles: dict[str, Slot] = {}
    last: tuple[str, Convert] | None = None
    for source in sources:
        if source.origin not in origins:
            last = None  # what comes between two keys in preference keeps them apart
            continue
        shape = (
            Shape.LONG if source.origin is Origin.JSON else SHAPES.get(source.convert, Shape.TEXT)
        )
        if source.key in shared or source.origin is Origin.JSON:
            single = singles.setdefault(source.key, Slot(shape, [source.key]))
            single.shape = max(single.shape, shape)
            last = None
            continue
        run = (source.field, source.convert)
        full = last == run and len(slots[-1].keys) == SLOT_SIZE
        if run != last or full or source.convert in READ_ALONE:
            slots.append(Slot(shape))
        slots[-1].keys.append(source.key)
        last = run
    known = {key for slot in slots for key in slot.keys}
    for key in (*alone, *signs):
        if key not in known:
            singles.setdefault(key, Slot(Shape.TEXT, [key]))
    return _numbered([*slots, *singles.values()])


def _read_more_than_once(sources: Sequence[FieldSource], alone: Sequence[str]) -> set[str]:
    uses = Counter(source.key for source in sources) + Counter(alone)
    return {key for key, count in uses.items() if count > 1}


def _numbered(slots: Sequence[Slot]) -> KeyTable:
    ordered = sorted(slots, key=lambda slot: slot.shape)
    for number, slot in enumerate(ordered, start=1):
        slot.number = number
    return KeyTable(tuple(ordered))
