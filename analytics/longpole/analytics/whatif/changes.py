"""What may be changed, and how a change is written: `faster:2,step=search`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, fields
from typing import Literal, get_args

from longpole.core.errors import InputError

What = Literal["faster", "removed", "cached", "hit", "model", "no_retry", "parallel"]
WHATS: tuple[What, ...] = get_args(What)
WITH_NUMBER = ("faster", "cached", "hit")
LIMIT = 2_000  # characters of one change
UNITS_NS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9}
LENGTH = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s)")
PART = re.compile(r"(?:[^,\\]|\\.|\\$)*", re.DOTALL)
FORM = "write what[:value],field=value, for example faster:2,step=search"


@dataclass(frozen=True)
class Match:
    """Which spans a change is about; empty texts stand for any. `span` is one span's id."""

    span: str = ""
    step: str = ""
    kind: str = ""
    model: str = ""
    tool: str = ""
    agent: str = ""
    name: str = ""
    service: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The fields that are not empty."""
        texts = {one.name: str(getattr(self, one.name)) for one in fields(self)}
        return {name: text for name, text in texts.items() if text}


@dataclass(frozen=True)
class Change:
    """One change to the spans that match.

    - `faster`: `number` times as fast, with all that runs inside; infinite: at once.
    - `removed`: not called at all.
    - `cached`: of a model call's prefill (to the first token) the share `number` is left.
    - `hit`: the whole call is answered in `number` ns, without cost.
    - `model`: the model `text` answers, at the speed fitted from recent calls.
    - `no_retry`: failed attempts with what their parent waited before the next are left out.
    - `parallel`: siblings that ran one after another without a proven need start together.
    """

    what: What
    match: Match = field(default_factory=Match)
    number: float = 0.0
    text: str = ""


def parse_change(text: str) -> Change:
    """Read a change; a comma or backslash in a value is written with a backslash before it.

    Raises InputError saying what cannot be understood.
    """
    if len(text) > LIMIT:
        raise InputError(f"the change has {len(text)} characters; at most {LIMIT} are read")
    head, *conditions = _parts(text)
    what, _, value = head.strip().partition(":")
    if what not in WHATS:
        raise InputError(f"change {what[:40]!r} is none of {', '.join(WHATS)}; {FORM}")
    return _checked(what, value.strip(), Match(**_fields(conditions)))


def write_change(change: Change) -> str:
    """The text that `parse_change` reads back."""
    value = _value(change)
    head = f"{change.what}:{_escaped(value)}" if value else change.what
    said = [f"{name}={_escaped(text)}" for name, text in change.match.given.items()]
    return ",".join((head, *said))


def _parts(text: str) -> list[str]:
    """Split at commas that have no backslash before them."""
    parts, at = [], 0
    while at <= len(text):
        found = PART.match(text, at)
        assert found is not None  # the pattern matches the empty text
        parts.append(re.sub(r"\\(.)", r"\1", found[0], flags=re.DOTALL))
        at = found.end() + 1
    return parts


def _value(change: Change) -> str:
    if change.what == "model":
        return change.text
    if change.what == "hit":
        return f"{change.number:.0f}ns"
    return repr(change.number) if change.what in WITH_NUMBER else ""


def _fields(conditions: list[str]) -> dict[str, str]:
    known = {one.name for one in fields(Match)}
    found = {}
    for condition in conditions:
        name, equals, value = condition.partition("=")
        name = name.strip()
        if not equals or name not in known:
            raise InputError(
                f"{condition[:60]!r} is no condition on {', '.join(sorted(known))}; {FORM}"
            )
        found[name] = value
    return found


def _checked(what: What, value: str, match: Match) -> Change:
    if what not in ("no_retry", "cached") and not match.given:
        raise InputError(f"{what} needs a condition that says which spans; {FORM}")
    if what == "model":
        if not value:
            raise InputError("model needs a name; write model:NAME,model=OTHER")
        return Change(what, match, text=value)
    if what not in WITH_NUMBER:
        if value:
            raise InputError(f"{what} takes no value (got {value[:40]!r}); {FORM}")
        return Change(what, match)
    return Change(what, match, _number(what, value))


def _number(what: What, value: str) -> float:
    if what == "hit":
        found = LENGTH.fullmatch(value)
        if found is None:
            raise InputError(f"hit is {value[:40]!r}; give a time such as hit:50ms")
        return float(found[1]) * UNITS_NS[found[2]]
    if what == "cached" and not value:
        return 0.0
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if what == "faster" and not number > 0:
        raise InputError(f"faster is {value[:40]!r}; give a factor above 0, or inf")
    if what == "cached" and not 0 <= number <= 1:
        raise InputError(f"cached is {value[:40]!r}; give the share of prefill left, 0 to 1")
    return number


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,")
