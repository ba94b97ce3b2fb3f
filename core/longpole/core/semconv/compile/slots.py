"""Attribute keys as numbers, so that one pass over a span's attributes serves every field.

Looking up a hundred keys in a map costs a hundred scans. Here each known key gets a code once
(ClickHouse does that per distinct key, not per span), values that cannot be used are dropped, and
the rest is sorted by code. Keys that follow each other in a field's preference list share a slot,
so the first value of a slot is the preferred one: one lookup a slot remains.

What is inside JSON or a literal counts as further keys (the attribute's key, then the path).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import IntEnum

from longpole.core.semconv.model import Convert, FieldSource, Origin, SemanticMapping

RANKS = 32  # keys a slot can hold
LIMITS = 64  # conditions on kind and dialect, of which number 0 always holds
SLOT = RANKS * LIMITS
INTO = "//"  # between an attribute's key and the path into it
ITEMS = "#"  # the path that stands for the length of a list
SUMMED = "+"  # the path that stands for the sum of an object's numbers
USE = "="  # a path so and a number: the attribute as one of several fields read it

Limit = tuple[tuple[str, ...], tuple[str, ...]]
ANYWHERE: Limit = ((), ())


class Shape(IntEnum):
    """What a value must look like to be kept; the order is the order of codes."""

    WHOLE = 0
    NUMBER = 1
    FLAG = 2
    TEXT = 3
    LONG = 4
    OPENED = 5


SHAPES: Mapping[Convert, Shape] = {
    Convert.UINT: Shape.WHOLE,
    Convert.INT: Shape.NUMBER,
    Convert.REAL: Shape.NUMBER,
    Convert.MONEY: Shape.NUMBER,
    Convert.SECONDS: Shape.NUMBER,
    Convert.MILLISECONDS: Shape.NUMBER,
    Convert.NANOSECONDS: Shape.NUMBER,
    Convert.BOOL: Shape.FLAG,
    Convert.LIST: Shape.LONG,
}
OPENED = frozenset({Origin.JSON, Origin.REPR, Origin.LENGTH, Origin.SUM})
SLOTTED = OPENED | {Origin.ATTRIBUTE, Origin.RESOURCE}


@dataclass
class Slot:
    """Keys in order of preference, all of one shape."""

    shape: Shape
    keys: list[str] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    number: int = 0


@dataclass(frozen=True)
class KeyTable:
    """Slots of one attribute map, numbered so that slots of one shape are neighbours."""

    slots: tuple[Slot, ...]
    limits: tuple[Limit, ...]
    names: Mapping[FieldSource, str]

    def codes(self) -> dict[str, int]:
        """Key -> code; code divided by SLOT is the slot's number, its rest the limit's."""
        return {
            key: slot.number * SLOT + rank * LIMITS + limit
            for slot in self.slots
            for rank, (key, limit) in enumerate(zip(slot.keys, slot.limits, strict=True))
        }

    def slot_of(self, source: FieldSource) -> Slot:
        """The slot that holds a source's value."""
        name = self.names[source]
        return next(slot for slot in self.slots if name in slot.keys)

    def code_of(self, key: str) -> int:
        """The code of an attribute as a whole."""
        return self.codes()[key]

    def end(self, shape: Shape) -> int:
        """The code before which the slots of this and all earlier shapes end."""
        last = max((slot.number for slot in self.slots if slot.shape <= shape), default=0)
        return (last + 1) * SLOT


def full_keys(sources: Iterable[FieldSource]) -> dict[FieldSource, str]:
    """The name under which each source's value is known.

    A key that several fields read has several names: one code can stand in one slot only.
    """
    slotted = [source for source in sources if source.origin in SLOTTED]
    uses = Counter(source.key for source in slotted if source.origin not in OPENED)
    opened = {source.key for source in slotted if source.origin in OPENED}
    seen: Counter[str] = Counter()
    names = {}
    for source in slotted:
        path = _path(source)
        if path is None and (uses[source.key] > 1 or source.key in opened):
            seen[source.key] += 1
            path = f"{USE}{seen[source.key]}"
        names[source] = source.key if path is None else f"{source.key}{INTO}{path}"
    return names


def _path(source: FieldSource) -> str | None:
    """The path into an attribute; None for all of it, '' for the JSON scalar it is."""
    if source.origin not in OPENED:
        return None
    marks = {Origin.LENGTH: ITEMS, Origin.SUM: SUMMED}
    return marks.get(source.origin) or "/".join(source.path)


def span_keys(mapping: SemanticMapping) -> KeyTable:
    """The table for span attributes."""
    alone = [
        *(rule.key for rule in mapping.kind_attributes),
        *(key for rule in mapping.dialects for key in rule.values),
        *(mark.key for mark in mapping.placeholders),
        *(sign.key for sign in mapping.error_signs),
        *(key for rule in (*mapping.kind_names_first, *mapping.kind_names) for key in rule.keys),
        *(key for rule in mapping.cache_beside for key in rule.unless),
        *(key for sign in mapping.kind_signatures for key in (*sign.any_of, *sign.and_any_of)),
        *(key for rule in mapping.dialects for key in rule.requires),
    ]
    return _table(mapping.fields, {Origin.ATTRIBUTE, *OPENED}, alone)


def resource_keys(mapping: SemanticMapping) -> KeyTable:
    """The table for resource attributes."""
    alone = [key for rule in mapping.dialects for key in rule.resource_values]
    return _table(mapping.fields, {Origin.RESOURCE}, alone)


def _table(sources: Sequence[FieldSource], origins: Set[Origin], alone: Iterable[str]) -> KeyTable:
    sources = list(dict.fromkeys(sources))
    names = full_keys(source for source in sources if source.origin in origins)
    limits: dict[Limit, int] = {ANYWHERE: 0}
    slots: list[Slot] = []
    last: Hashable = None
    for source in sources:
        if source not in names:
            last = None  # what comes between two keys in preference keeps them apart
            continue
        run = (source.field, source.convert)
        if run != last or len(slots[-1].keys) == RANKS:
            slots.append(Slot(SHAPES.get(source.convert, Shape.TEXT)))
        slots[-1].keys.append(names[source])
        slots[-1].limits.append(limits.setdefault((source.kinds, source.dialects), len(limits)))
        last = run
    # Attributes that are opened are kept whole, in slots of their own.
    opened = dict.fromkeys(source.key for source, name in names.items() if name != source.key)
    slots += [Slot(Shape.OPENED, [key], [0]) for key in opened]
    known = {key for slot in slots for key in slot.keys}
    # Read for the kind or the dialect only.
    slots += [Slot(Shape.TEXT, [key], [0]) for key in dict.fromkeys(alone) if key not in known]
    assert len(limits) <= LIMITS, f"{len(limits)} limits, {LIMITS} have room"
    return KeyTable(_numbered(slots), tuple(limits), names)


def _numbered(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    ordered = sorted(slots, key=lambda slot: slot.shape)
    for number, slot in enumerate(ordered, start=1):
        slot.number = number
    return tuple(ordered)
