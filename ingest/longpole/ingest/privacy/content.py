"""What was said, cut to a length or measured before it is removed."""

from __future__ import annotations

import json
from typing import Any

REMOVED = "longpole.content.removed"
# Words such as a role or a type keep a message readable; they are not counted as content.
_SHORT = 24


def characters(value: Any) -> int:  # noqa: ANN401 - a generated AnyValue
    """How many characters of text are in a value; 0 for numbers, a byte counts as one."""
    if value.string_value:
        return len(value.string_value)
    total, todo = 0, [value]
    while todo:
        one = todo.pop()
        kind = one.WhichOneof("value")
        if kind == "string_value":
            total += len(one.string_value)
        elif kind == "bytes_value":
            total += len(one.bytes_value)
        else:
            todo += parts(one, kind)
    return total


def parts(value: Any, kind: str | None) -> list[Any]:  # noqa: ANN401
    """The values directly inside an array or a map."""
    if kind == "array_value":
        return list(value.array_value.values)
    if kind == "kvlist_value":
        return [pair.value for pair in value.kvlist_value.values]
    return []


def cut_value(value: Any, limit: int) -> bool:  # noqa: ANN401
    """Keep `limit` characters of the texts in a value, in order; True if something was cut."""
    left, changed, todo = limit, False, [value]
    while todo:
        one = todo.pop()
        kind = one.WhichOneof("value")
        if kind == "string_value":
            text = one.string_value
            if len(text) > left:
                one.string_value = cut_text(text, left)
                changed = True
            left = max(0, left - len(text))
        elif kind == "bytes_value" and len(one.bytes_value) > left:
            one.bytes_value, changed, left = one.bytes_value[:left], True, 0
        else:
            todo += reversed(parts(one, kind))
    return changed


def cut_text(text: str, limit: int) -> str:
    """The first `limit` characters and a mark. JSON stays JSON: the texts inside it are cut."""
    if text[:1] in {"[", "{"}:
        try:
            cut = json.dumps(_cut_json(json.loads(text), [limit]), ensure_ascii=False)
            cut.encode()  # a lone surrogate in it is no text of protobuf's
        except (ValueError, RecursionError):
            return text[:limit] + mark(len(text) - limit)
        # Some JSON is nearly all structure; it must not come through as content.
        if len(cut) <= 4 * limit + 1000:
            return cut
    return text[:limit] + mark(len(text) - limit)


def mark(gone: int) -> str:
    """What is written where text was cut."""
    return f"... [{gone} characters cut]"


def _cut_json(value: object, left: list[int]) -> object:
    if isinstance(value, str) and len(value) > _SHORT:
        kept = left[0]
        left[0] = max(0, kept - len(value))
        return value if len(value) <= kept else value[:kept] + mark(len(value) - kept)
    if isinstance(value, list):
        return [_cut_json(item, left) for item in value]
    if isinstance(value, dict):
        return {key: _cut_json(item, left) for key, item in value.items()}
    return value
