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
    within,
)

MAPS = {"Span": "SpanAttributes", "Resource": "ResourceAttributes"}


def coded(name: str, table: KeyTable) -> Columns:
    """Keys as codes (0: unknown) beside their values.

    Keys are low-cardinality, so ClickHouse translates each distinct key of a block only once.
    """
    codes = table.codes()
    numbers = f"[{', '.join(map(str, codes.values()))}]"
    column = MAPS[name]
    return {
        f"{name}Coded": f"arrayMap(key -> toUInt16(transform(key, {array(codes)}, "
        f"{numbers}, 0)), mapKeys({column}))",
        f"{name}Given": f"mapValues({column})",
    }


def usable(name: str, table: KeyTable) -> Columns:
    """Codes and values of what is known and can be read, most preferred first."""
    pairs = f"{name}Coded, {name}Given"
    condition = _condition(table)
    return {
        f"{name}Kept": f"arraySort(pair -> pair.1, arrayFilter(pair -> {condition}, "
        f"arrayZip({pairs})))"
    }


def split(name: str) -> Columns:
    """The kept pairs as three arrays."""
    return {
        f"{name}Codes": f"{name}Kept.1",
        f"{name}Slots": f"arrayMap(code -> intDiv(code, {SLOT_SIZE}), {name}Kept.1)",
        f"{name}Values": f"{name}Kept.2",
    }


def slot_columns(name: str, table: KeyTable) -> Columns:
    """The preferred text of every slot, empty if there is none."""
    return {
        column(name, slot.number): f"{name}Values[indexOf({name}Slots, {slot.number})]"
        for slot in table.slots
    }


def column(name: str, number: int) -> str:
    """The column that holds a slot's text."""
    return f"{name}{number}"


def _condition(table: KeyTable) -> str:
    ends = table.ends()
    text = "pair.2"
    tests = {
        Shape.WHOLE: f"toUInt64OrNull({text}) <= {MAX_COUNT}",
        Shape.REAL: within(f"toFloat64OrNull({text})", "0", str(MAX_COUNT)),
        Shape.FLAG: f"lower({text}) IN ('true', 'false', '1', '0')",
        Shape.TEXT: is_clean(text, MAX_TEXT),
    }
    last = is_clean(text, MAX_LONG)
    branches = [f"pair.1 < {ends[shape]}, {test}" for shape, test in tests.items()]
    test = f"multiIf({', '.join(branches)}, {last})"
    return all_of("pair.1 != 0", f"{text} != ''", f"ifNull({test}, false)")
