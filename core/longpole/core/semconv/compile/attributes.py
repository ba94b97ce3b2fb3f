"""The lower stages of the view: attributes to usable values, sorted by preference."""

from __future__ import annotations

from collections.abc import Mapping

from longpole.core.semconv.compile.slots import INTO, LIMITS, SLOT, KeyTable, Shape, Slot
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
LARGEST_REAL = "1e12"


def coded(name: str, table: KeyTable) -> Columns:
    """Keys as codes (0: unknown) beside their values.

    Keys are low-cardinality, so ClickHouse translates each distinct key of a block only once.
    """
    codes = {key: code for key, code in table.codes().items() if INTO not in key}
    column = MAPS[name]
    return {
        f"{name}Coded": f"arrayMap(key -> toUInt64({translate('key', codes)}), mapKeys({column}))",
        f"{name}Given": f"mapValues({column})",
    }


def known(name: str) -> Columns:
    """Codes and values of known keys only; most values on a span, and all long ones, go here."""
    return {
        f"{name}Known": f"arrayFilter(code -> code != 0, {name}Coded)",
        f"{name}Texts": f"arrayFilter((text, code) -> code != 0, {name}Given, {name}Coded)",
        f"{name}Whole": f"mapFromArrays({name}Known, {name}Texts)",
    }


def whole(name: str, table: KeyTable, key: str) -> str:
    """The text of one known attribute, '' if it is not there."""
    return f"{name}Whole[{table.code_of(key)}]"


def everything(name: str, table: KeyTable) -> Columns:
    """Attributes and what is inside them, together."""
    if not any(INTO in key for key in table.codes()):
        return {f"{name}AllKnown": f"{name}Known", f"{name}AllTexts": f"{name}Texts"}
    return {
        f"{name}AllKnown": f"arrayConcat({name}Known, arrayMap(pair -> pair.1, {name}Inside))",
        f"{name}AllTexts": f"arrayConcat({name}Texts, arrayMap(pair -> pair.2, {name}Inside))",
    }


def usable(name: str, table: KeyTable) -> Columns:
    """Codes with values that can be read, most preferred first, each with the value's place.

    Sorting moves numbers, not texts: the code is in the upper half, the place in the lower.
    The column Allowed has a bit for each limit that holds for the span.
    """
    placed = f"arrayMap((code, place) -> code * {PLACES} + place, {name}AllKnown, "
    placed += f"arrayEnumerate({name}AllKnown))"
    condition = _condition(table)
    if len(table.limits) > 1:
        limit = f"toUInt8(intDiv(placed, {PLACES}) % {LIMITS})"
        condition = all_of(f"bitTest(Allowed, {limit})", condition)
    return {
        f"{name}Kept": f"arraySort(arrayFilter((placed, text) -> {condition}, "
        f"{placed}, {name}AllTexts))"
    }


def split(name: str) -> Columns:
    """What was kept, taken apart: slots, texts in their order, and each slot's code and text.

    A map may hold a slot more than once: what is looked up in it is the first, the preferred one.
    """
    codes = f"arrayMap(placed -> intDiv(placed, {PLACES}), {name}Kept)"
    places = f"arrayMap(placed -> placed % {PLACES}, {name}Kept)"
    return {
        f"{name}Slots": f"arrayMap(placed -> intDiv(placed, {SLOT * PLACES}), {name}Kept)",
        f"{name}Sorted": f"{name}AllTexts[{places}]",
        f"{name}Said": f"mapFromArrays({name}Slots, {name}Sorted)",
        f"{name}SaidBy": f"mapFromArrays({name}Slots, {codes})",
    }


def preferred(name: str, slot: Slot) -> str:
    """The preferred text of a slot, empty if there is none."""
    return f"{name}Said[{slot.number}]"


def preferred_code(name: str, slot: Slot) -> str:
    """The code of the key that gave a slot's preferred text, 0 if there is none."""
    return f"{name}SaidBy[{slot.number}]"


def translate(key: str, codes: Mapping[str, int]) -> str:
    """A key (an expression) as its code, 0 if it has none."""
    return f"transform({key}, {array(codes)}, [{', '.join(map(str, codes.values()))}], 0)"


def _condition(table: KeyTable) -> str:
    shapes = {slot.shape for slot in table.slots}
    count = f"ifNull(toUInt64OrNull(text) <= {MAX_COUNT}, false)"
    number = f"ifNull(abs(toFloat64OrNull(text)) <= {LARGEST_REAL}, false)"
    flag = "lower(text) IN ['true', 'false', '1', '0']"
    limit = str(MAX_TEXT)
    if shapes & {Shape.LONG, Shape.OPENED}:
        limit = f"if(placed < {table.end(Shape.TEXT) * PLACES}, {MAX_TEXT}, {MAX_LONG})"
    # Some senders write a missing value of theirs as the word None.
    condition = all_of("text NOT IN ['', 'None']", is_clean("text", limit))
    tests = {Shape.FLAG: flag, Shape.NUMBER: number, Shape.WHOLE: count}
    for shape, test in tests.items():
        if shape in shapes:
            condition = f"if(placed < {table.end(shape) * PLACES}, {test}, {condition})"
    return condition
