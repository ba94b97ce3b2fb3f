"""Rows of any table with nothing lost on the way: text as hex, times and doubles as integers."""

from __future__ import annotations

import json
import math
import struct
from typing import Any

from otlp_reading import Json, Number, Row, bits_of

from longpole.core.store import Store

COLUMNS = """
SELECT name, type FROM system.columns
WHERE database = currentDatabase() AND table = {table:String} ORDER BY position
"""
NOT_FINITE = {"nan", "-nan", "inf", "-inf"}


Stored = Any  # what the driver makes of a column


class Token(str):
    """A number as it is written in a JSON text."""


def stored(store: Store, table: str, marker: str, first: object) -> list[Row]:
    """Rows whose marker is `first` or more, by their marker."""
    columns = store.rows(COLUMNS, {"table": table})
    listed = ", ".join(_column(column["name"], column["type"]) for column in columns)
    kind = "String" if isinstance(first, str) else "Int64"
    rows = f"SELECT * FROM {table} WHERE {marker} >= {{first:{kind}}} ORDER BY {marker}"
    return store.frame(f"SELECT {listed} FROM ({rows})", {"first": first}).to_dicts()


def _column(name: str, kind: str) -> str:
    return f"{_exact(f'`{name}`', kind)} AS `{name}`"


def _exact(value: str, kind: str, depth: int = 0) -> str:
    inner = f"x{depth}"
    if kind.startswith("Array("):
        return f"arrayMap({inner} -> {_exact(inner, kind[6:-1], depth + 1)}, {value})"
    if kind.startswith("Map("):
        pairs = f"CAST({value}, 'Array(Tuple(String, String))')"
        return f"arrayMap({inner} -> [hex({inner}.1), hex({inner}.2)], {pairs})"
    if kind.startswith("DateTime64(9"):
        return f"toUnixTimestamp64Nano({value})"
    if kind == "Float64":
        return f"reinterpretAsUInt64({value})"
    return f"hex({value})" if "String" in kind else value


def differences(expected: Row, actual: Row) -> dict[str, tuple[object, object]]:
    """The columns that hold something else than they should."""
    return {
        name: (value, actual.get(name))
        for name, value in expected.items()
        if not same(value, actual[name])
    }


def same(expected: object, actual: Stored) -> bool:
    """Whether a stored value is what a plain reading gives."""
    match expected:
        case list() | tuple():
            return len(expected) == len(actual) and all(map(same, expected, actual))
        case bytes():
            return bytes.fromhex(actual) == expected
        case Number():
            text = isinstance(actual, str)
            return _same_number(expected, float(_decoded(actual)) if text else _double(actual))
        case Json():
            items = json.loads(_decoded(actual), parse_int=Token, parse_float=Token)
            return len(items) == len(expected.items) and all(map(_same_item, expected.items, items))
    return bool(actual == expected)


def _same_item(expected: object, actual: object) -> bool:
    match expected:
        case bytes():
            return isinstance(actual, str) and _encoded(actual) == expected
        case Number():
            number = isinstance(actual, Token) or actual in NOT_FINITE
            return number and _same_number(expected, float(str(actual)))
        case bool() | None:
            return actual is expected
        case int():
            return isinstance(actual, Token) and actual == str(expected)
    return actual == expected


def _same_number(expected: Number, actual: float) -> bool:
    value = _double(expected.bits)
    return math.isnan(actual) if math.isnan(value) else bits_of(actual) == expected.bits


def _double(bits: int) -> float:
    (value,) = struct.unpack("<d", struct.pack("<Q", bits))
    return float(value)


def _decoded(text: str) -> str:
    return bytes.fromhex(text).decode("utf-8", "surrogateescape")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
