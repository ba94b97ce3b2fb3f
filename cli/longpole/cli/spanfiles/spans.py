"""One span of a file, whatever its format, and the checks of its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from longpole.core.errors import InputError

Json = Mapping[str, Any]
Id = str | int

CHILD_OF, FOLLOWS_FROM = "child_of", "follows_from"
REFERENCES = {"childof": CHILD_OF, "followsfrom": FOLLOWS_FROM}
SPAN_KINDS = ("Client", "Server", "Producer", "Consumer", "Internal")
SHOWN_CHARACTERS = 60


class FileSpan(NamedTuple):
    """A span as a file gives it: ids of any text or number, times in the file's unit.

    `parent` is none for a root. `span_kind` is one of SPAN_KINDS or empty; `kind` is a GenAI kind
    such as `llm`, or empty. `host` is empty when unknown. `links` are ids in the same trace.
    `attributes` are what the file tells besides.
    """

    trace: Id
    id: Id
    parent: Id | None
    start: int
    duration: int
    span_kind: str = ""
    kind: str = ""
    operation: str = ""
    service: str = ""
    host: str = ""
    reference: str = CHILD_OF
    links: tuple[Id, ...] = ()
    first_token: int | None = None
    attributes: Json | None = None


def as_object(value: object, where: str) -> Json:
    """The value, which must be a JSON object."""
    if not isinstance(value, dict):
        raise InputError(f"{where} is {shown(value)}; expected an object with a span's fields")
    return value


def as_list(value: object, where: str) -> list[Any]:
    """The value, which must be a JSON list; none is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"{where} is {shown(value)}; expected a list")
    return value


def as_integer(value: object, where: str) -> int:
    """A whole number; one written as 3.0 or 1e3 is one too."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise InputError(f"{where} is {shown(value)}; expected a whole number")


def as_id(value: object, where: str) -> Id:
    """An id: any text that is not empty, or a whole number."""
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise InputError(f"{where} is {shown(value)}; expected a text or a whole number")


def as_duration(value: object, where: str) -> int:
    """A whole number that is not negative."""
    duration = as_integer(value, where)
    if duration < 0:
        raise InputError(f"{where} is {shown(duration)}; a span cannot end before it starts")
    return duration


def as_text(value: object) -> str:
    """Text of a name; none is empty, a number is written out, what is no Unicode becomes `?`."""
    return "" if value is None else str(value).encode("utf-8", "replace").decode()


def as_reference(value: object, where: str) -> str:
    """`child_of` or `follows_from`, however it is written; none means the first."""
    if value in (None, ""):
        return CHILD_OF
    folded = str(value).lower().replace("_", "").replace("-", "").replace(" ", "")
    if folded not in REFERENCES:
        raise InputError(f"{where} is {shown(value)}; use CHILD_OF or FOLLOWS_FROM")
    return REFERENCES[folded]


def kinds(value: object) -> tuple[str, str]:
    """The span kind and the GenAI kind that a text names; one of them is empty."""
    text = as_text(value).strip()
    name = text.upper().removeprefix("SPAN_KIND_").capitalize()
    return (name, "") if name in SPAN_KINDS else ("", text.lower())


def shown(value: object) -> str:
    """A value for an error message, cut short."""
    text = "missing" if value is None else repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."
