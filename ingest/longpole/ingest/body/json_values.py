"""Values of OTLP/JSON as protobuf's constructors want them; anything else is a Fault."""

from __future__ import annotations

import binascii
import math
from collections.abc import Callable, Mapping

Convert = Callable[[object], object]
_LONGEST_NUMBER = 40
_LONGEST_SHOWN = 40
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
# A bad id must not take its neighbours along: it becomes one that the checks reject or empty.
_NO_ID = b"\x00"


class Fault(Exception):  # noqa: N818 - collects its path on the way up, then becomes a RefusedError
    """A value that does not fit; `path` grows from the inside."""

    def __init__(self, wanted: str, value: object) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.value = value
        self.path: list[str | int] = []

    def __str__(self) -> str:
        path = "".join(
            f"[{part}]" if isinstance(part, int) else f".{part}" for part in reversed(self.path)
        )
        return f"{path.lstrip('.') or 'the document'} is not {self.wanted}: {_shown(self.value)}"


def text(value: object) -> object:
    """A text."""
    if type(value) is str:
        return value
    raise Fault("a text", value)


def boolean(value: object) -> object:
    """True or false."""
    if type(value) is bool:
        return value
    raise Fault("true or false", value)


def number(value: object) -> object:
    """A double: a number, a numeral, or one of the three names."""
    if type(value) is float and math.isfinite(value):
        return value
    if type(value) is int:
        return float(value)
    if type(value) is str:
        if (special := _SPECIAL.get(value)) is not None:
            return special
        try:
            read = float(value) if _plain(value) else math.nan
        except ValueError:
            read = math.nan
        if math.isfinite(read):
            return read
    raise Fault("a number", value)


def integer(low: int, high: int) -> Convert:
    """An integer from `low` to `high`: a number, or a text of digits."""

    def convert(value: object) -> object:
        if type(value) is int:
            read = value
        elif _is_integer(value):
            read = int(value)  # type: ignore[call-overload]
        else:
            raise Fault("an integer", value)
        if low <= read <= high:
            return read
        raise Fault(f"between {low} and {high}", value)

    return convert


def enum(names: Mapping[str, int]) -> Convert:
    """An enum: its number or its name. A name that nobody knows counts as absent."""
    as_number = integer(-(2**31), 2**31 - 1)

    def convert(value: object) -> object:
        if type(value) is str and not _digits(value):
            return names.get(value)
        return as_number(value)

    return convert


def base64(value: object) -> object:
    """Bytes in base64, of either alphabet, padded or not."""
    if type(value) is not str:
        raise Fault("base64", value)
    plain = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)
    except ValueError:
        raise Fault("base64", value) from None


def hex_id(value: object) -> object:
    """An id in hex of either case; what is none becomes an id that the checks find."""
    try:
        return bytes.fromhex(value) if type(value) is str and value.isalnum() else _other_id(value)
    except ValueError:
        return _NO_ID


def _other_id(value: object) -> bytes:
    return b"" if value == "" else _NO_ID


def _plain(value: str) -> bool:
    # What int() and float() take beyond numerals: blanks, underscores, digits of other scripts.
    return (
        value.isascii() and len(value) <= _LONGEST_NUMBER and not set(value) & set(" \t\n\r_\v\f")
    )


def _is_integer(value: object) -> bool:
    if type(value) is float:
        return value.is_integer()
    return type(value) is str and _plain(value) and _digits(value)


def _digits(value: str) -> bool:
    return value.removeprefix("-").isdigit()


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    out = repr(value) if not isinstance(value, str) else repr(value[:_LONGEST_SHOWN])
    return {"None": "null", "True": "true", "False": "false"}.get(out, out)
