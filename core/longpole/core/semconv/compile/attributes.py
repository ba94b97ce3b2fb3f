"""The lower stages of the view: attributes to usable values, one column a slot."""

from __future__ import annotations

from longpole.core.semconv.compile.slots import SLOT_SIZE, KeyTable, Shape
from longpole.core.semconv.compile.sqltext import (
    MAX_COUNT,
    MAX_LONG,
    MAX_TEXT,
    Columns,
    all_of,
    array,
    is_clean,
)

PLACES = 2**32
MAPS = {"Span": "SpanAttributes", "Resource": "ResourceAttributes"}


def coded(name: str, table: KeyTable) -> Columns:
    """Keys as codes (0: unknown) beside their values.

    Keys are low-cardinality, so ClickHouse translates each distinct key of a block only once.
    """
    codes = table.codes()
    numbers = f"[{', '.join(map(str, codes.values()))}]"
    column = MAPS[name]
    return {
        f"{name}Coded": f"arrayMap(key -> toUInt64(transform(key, {array(codes)}, "
        f"{numbers}, 0)), mapKeys({column}))",
        f"{name}Given": f"mapValues({column})",
    }


def known(name: str) -> Columns:
    """Codes and values of known keys only; most values on a span, and all long ones, go here."""
    return {
        f"{name}Known": f"arrayFilter(code -> code != 0, {name}Coded)",
        f"{name}Texts": f"arrayFilter((text, code) -> code != 0, {name}Given, {name}Coded)",
    }


def usable(name: str, table: KeyTable) -> Columns:
    """Codes with values that can be read, most preferred first, each with the value's place.

    Sorting moves numbers, not texts: the code is in the upper half, the place in the lower.
    """
    placed = f"arrayMap((code, place) -> code * {PLACES} + place, {name}Known, "
    placed += f"arrayEnumerate({name}Known))"
    condition = _condition(table)
    return {
        f"{name}Kept": f"arraySort(arrayFilter((placed, text) -> {condition}, "
        f"{placed}, {name}Texts))"
    }


def split(name: str) -> Columns:
    """What was kept, taken apart: codes, slots, and places of values."""
    return {
        f"{name}Codes": f"arrayMap(placed -> intDiv(placed, {PLACES}), {name}Kept)",
        f"{name}Slots": f"arrayMap(placed -> intDiv(placed, {SLOT_SIZE * PLACES}), {name}Kept)",
        f"{name}Places": f"arrayMap(placed -> placed % {PLACES}, {name}Kept)",
    }


def slot_columns(name: str, table: KeyTable) -> Columns:
    """The preferred text of every slot, empty if there is none."""
    return {
        column(name, slot.number): (
            f"{name}Texts[{name}Places[indexOf({name}Slots, {slot.number})]]"
        )
        for slot in table.slots
    }


def column(name: str, number: int) -> str:
    """The column that holds a slot's text."""
    return f"{name}{number}"


def _condition(table: KeyTable) -> str:
    whole, short = (table.end(shape) * PLACES for shape in (Shape.WHOLE, Shape.TEXT))
    count = f"ifNull(toUInt64OrNull(text) <= {MAX_COUNT}, false)"
    limit = f"if(placed < {short}, {MAX_TEXT}, {MAX_LONG})"
    clean = all_of("text != ''", is_clean("text", limit))
    return f"if(placed < {whole}, {count}, {clean})"
