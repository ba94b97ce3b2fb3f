"""Text of an attribute into values, whatever it holds. Nothing here raises."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from longpole.core.messages.model import Json

# Nesting beyond this is no message; it is shown as the text it came as.
MAX_DEPTH = 64
# Python literals are read by a much slower parser than JSON.
MAX_LITERAL = 500_000
# A formatted string takes that parser the square of its fields, and no literal is one.
MAX_FIELDS = 2_000
_FORMATTED = re.compile(r"[fF][rR]?['\"]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-\s]+={0,2}")
_MIN_BASE64 = 2_000


def parsed(text: str) -> Json:
    """The value of a JSON text or a Python literal; None where it is neither or nests too deep.

    Only what looks like a structure or a quoted text is read: a bare number or word is text.
    """
    value = _json(text)
    if value is None and text.lstrip()[:1] in ("[", "{", "(") and _is_quick(text):
        value = _literal(text)
    return value


def structure(text: str) -> Json:
    """The same, with text that was quoted several times unwrapped; the text itself if no more."""
    value: Json = text
    for _ in range(4):
        if not isinstance(value, str):
            break
        inner = parsed(value)
        if inner is None:
            return well_formed(value)
        value = inner
    return value


def whole_text(text: str) -> Json:
    """The request or response in an attribute; the text itself where it is only text."""
    value = parsed(text)
    if isinstance(value, str):
        inner = parsed(value)
        return inner if isinstance(inner, list | dict) else value
    return text if value is None else value


def structured(value: Json) -> Json:
    """A list or map that may be given as text; anything else as it is."""
    if isinstance(value, str):
        inner = parsed(value)
        return inner if isinstance(inner, list | dict) else value
    return value


def well_formed(text: str) -> str:
    """The text with what UTF-8 cannot carry replaced."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def text_of(value: Json) -> str:
    """A text as it is, nothing as empty, anything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def without_bytes(value: Json) -> Json:
    """The value with inline files (data: addresses, long base64) replaced by their size."""
    if isinstance(value, str):
        return _short(value)
    if isinstance(value, list):
        return [without_bytes(item) for item in value]
    if isinstance(value, dict):
        return {key: without_bytes(item) for key, item in value.items()}
    return value


def _short(text: str) -> str:
    if text.startswith("data:") and "," in text[:200]:
        return f"[{decoded_size(text.partition(',')[2])} bytes]"
    if len(text) > _MIN_BASE64 and " " not in text[:_MIN_BASE64] and _BASE64.fullmatch(text):
        return f"[{decoded_size(text)} bytes]"
    return text


def decoded_size(base64: str) -> int:
    """How many bytes a base64 text stands for."""
    stripped = base64.rstrip("=\n ")
    return len(stripped) * 3 // 4


def _json(text: str) -> Json:
    if text.lstrip()[:1] not in ("[", "{", '"'):
        return None
    try:
        value = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return _checked(value, text)


def _is_quick(text: str) -> bool:
    if len(text) > MAX_LITERAL:
        return False
    fields = text.count("{") + len(_FORMATTED.findall(text))
    return fields <= MAX_FIELDS or _FORMATTED.search(text) is None


def _literal(text: str) -> Json:
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return _checked(_plain(value, MAX_DEPTH), text)


def _checked(value: Any, text: str) -> Json:  # noqa: ANN401 - what json.loads gives
    if text.count("[") + text.count("{") > MAX_DEPTH and not _shallow(value):
        return None
    # A surrogate is in the text itself or written as an escape.
    if "\\u" in text or "\\U" in text or _SURROGATE.search(text):
        return _clean(value)
    checked: Json = value
    return checked


def _shallow(value: Any) -> bool:  # noqa: ANN401
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for one in level
            if isinstance(one, list | dict)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return True
    return False


def _clean(value: Any) -> Json:  # noqa: ANN401
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {well_formed(key): _clean(item) for key, item in value.items()}
    checked: Json = value
    return checked


def _plain(value: object, depth: int) -> Json:
    """A Python literal in JSON's types."""
    if depth == 0 or value is None:
        return None
    if isinstance(value, dict):
        return {str(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item, depth - 1) for item in value]
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    return str(value)
