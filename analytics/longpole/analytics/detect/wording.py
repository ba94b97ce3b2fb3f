"""Numbers and names as people read them in a finding."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime

NAMES = {"llm": "model call", "embedding": "embedding call", "request": "requests to"}
LIMITS = ((1e3, 1, "ns"), (1e6, 1e3, "µs"), (1e9, 1e6, "ms"), (60e9, 1e9, "s"))


def duration(ns: float) -> str:
    """`820 ms`, `2.9 s`, `3.4 min`."""
    for limit, unit, name in LIMITS:
        if abs(ns) < limit * 0.9995:
            return f"{significant(ns / unit)} {name}"
    return f"{significant(ns / 60e9)} min"


def significant(value: float, digits: int = 2) -> str:
    """Rounded to `digits` significant digits, never in scientific notation."""
    if value == 0 or not math.isfinite(value):
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    text = f"{round(value, places):,.{max(places, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def usd(value: float) -> str:
    """`$0.0042`, with three significant digits."""
    return f"{'-' if value < 0 else ''}${significant(abs(value), 3)}"


def percent(share: float) -> str:
    """`+42 %`."""
    return f"{share:+.0%}".replace("%", " %")


def clock(seconds: float, now_s: float) -> str:
    """`10:40 UTC`, with the date when it is not the day of `now_s`."""
    at, now = datetime.fromtimestamp(seconds, UTC), datetime.fromtimestamp(now_s, UTC)
    return at.strftime("%H:%M UTC" if at.date() == now.date() else "%d %b %H:%M UTC")


def key_name(key: Mapping[str, str], kind: str) -> str:
    """What a key is called: `tool web_search`, `model call write (gpt-5)`, `requests to api`."""
    if kind == "request":
        return f"requests to {key['Service']}"
    what = key["Step"] or key["Agent"] or key["Operation"] or key["Service"]
    model = f" ({key['Model']})" if key["Model"] else ""
    return f"{NAMES.get(kind, kind or 'step')} {what}{model}"
