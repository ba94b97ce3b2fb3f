"""SQL for the parts that messages of all signals have: attributes, values, ids, times.

Values become text: numbers and booleans as written, arrays as JSON, what nests deeper as
`{"@otlp_kvlist": base64}` (see nested.py).
"""

from __future__ import annotations

LAST_NS = 2**63 - 1  # the last instant of DateTime64(9), in 2262
TRACE_ID_BYTES = 16
SPAN_ID_BYTES = 8
# The last one is ours, whatever the sender put there; frames of an older version have none.
PROJECT = "if(longpole_project[-1] = '', 'default', longpole_project[-1])"


def attributes(x: str) -> str:
    """The map of an attribute list."""
    # The members go into the lambda as separate arrays: cheaper than one tuple argument.
    v = f"{x}.value"
    return (
        f"mapFromArrays(CAST({x}.key, 'Array(LowCardinality(String))'), "
        f"arrayMap((k, t, i, f, b, y, a, m) -> {_TEXT}, {_members(v)}))"
    )


def value_text(v: str) -> str:
    """The text of one value."""
    return f"arrayMap((k, t, i, f, b, y, a, m) -> {_TEXT}, {_members(f'[{v}]')})[1]"


def instant(ns: str) -> str:
    """A DateTime64(9); what lies beyond 2262 is put there, as it would wrap to before 1970."""
    return f"fromUnixTimestamp64Nano(toInt64(least({ns}, {LAST_NS})))"


def instants(ns: str) -> str:
    """Instants of an array of nanoseconds."""
    return f"arrayMap(t -> {instant('t')}, {ns})"


def hex_id(x: str, size: int) -> str:
    """Lower-case hex of an id; empty where it is all zero, which means that there is none."""
    zeros = "\\0" * size
    return f"if({x} = '{zeros}', '', lower(hex({x})))"


def hex_ids(x: str, size: int) -> str:
    """Hex of an array of ids."""
    return f"arrayMap(t -> {hex_id('t', size)}, {x})"


def _members(v: str) -> str:
    return (
        f"{v}.value, {v}.string_value, {v}.int_value, {v}.double_value, {v}.bool_value, "
        f"{v}.bytes_value, {v}.array_value.values, {v}.kvlist_value"
    )


def _raw(kind: str, value: str) -> str:
    return f"concat('{{\"@otlp_{kind}\":\"', base64Encode({value}), '\"}}')"


def _inner_json(v: str) -> str:
    return (
        f"multiIf({v}.value = 'string_value', toJSONString({v}.string_value), "
        f"{v}.value = 'int_value', toString({v}.int_value), "
        f"{v}.value = 'double_value', toJSONString({v}.double_value), "
        f"{v}.value = 'bool_value', if({v}.bool_value, 'true', 'false'), "
        f"{v}.value = 'array_value', {_raw('array', f'{v}.array_value')}, "
        f"{v}.value = 'kvlist_value', {_raw('kvlist', f'{v}.kvlist_value')}, "
        f"{v}.value = 'bytes_value', concat('\"', base64Encode({v}.bytes_value), '\"'), 'null')"
    )


_ARRAY = f"concat('[', arrayStringConcat(arrayMap(e -> {_inner_json('e')}, a), ','), ']')"
_TEXT = (
    "multiIf(k = 'string_value', t, k = 'int_value', toString(i), "
    "k = 'double_value', toString(f), k = 'bool_value', if(b, 'true', 'false'), "
    f"k = 'array_value', {_ARRAY}, k = 'kvlist_value', {_raw('kvlist', 'm')}, base64Encode(y))"
)
