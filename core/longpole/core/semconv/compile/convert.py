"""Text to values, in SQL. What cannot be converted becomes NULL, '' or []."""

from __future__ import annotations

from longpole.core.semconv.compile.sqltext import (
    MAX_COUNT,
    MAX_ITEMS,
    MAX_TEXT,
    all_of,
    array,
    is_clean,
    within,
)
from longpole.core.semconv.model import Convert

SECONDS_PER = {Convert.SECONDS: 1.0, Convert.MILLISECONDS: 1e-3, Convert.NANOSECONDS: 1e-9}
UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9, "m": 60.0}
HALF_OF_LAST_DIGIT = "5e-10"  # a cast to Decimal cuts off; this makes it round
LARGEST_REAL = "1e12"


def scalar(convert: Convert, text: str) -> str:
    """A nullable value out of a text that may be anything."""
    if convert is Convert.UINT:
        return f"if(toUInt64OrNull({text}) <= {MAX_COUNT}, toUInt64OrNull({text}), NULL)"
    if convert is Convert.INT:
        return f"toInt64OrNull({text})"
    if convert is Convert.BOOL:
        flags = array(("true", "1", "false", "0"))
        number = f"transform(lower({text}), {flags}, [1, 1, 0, 0], NULL)"
        return f"CAST({number}, 'Nullable(Bool)')"
    if convert is Convert.MOMENT:
        return _since_start(text)
    if convert is Convert.WITH_UNIT:
        return _with_unit(text)
    real = f"toFloat64OrNull({text})"
    if convert is Convert.MONEY:
        rounded = f"accurateCastOrNull({real} + {HALF_OF_LAST_DIGIT}, 'Decimal(18, 9)')"
        return f"if({real} >= 0, {rounded}, NULL)"
    if convert is Convert.REAL:
        return f"if({within(real, f'-{LARGEST_REAL}', LARGEST_REAL)}, {real}, NULL)"
    scale = SECONDS_PER[convert]
    return real if scale == 1 else f"({real} * {scale})"


def event_since_start(event: str) -> str:
    """Seconds from the span's start to the first event of a name (a literal)."""
    first = f"arrayElementOrNull(`Events.Timestamp`, indexOf(`Events.Name`, {event}))"
    return f"((toUnixTimestamp64Nano({first}) - toUnixTimestamp64Nano(Timestamp)) / 1e9)"


def text_list(text: str) -> str:
    """A JSON array as a list, any other text as a list of one."""
    items = f"JSONExtract({text}, 'Array(String)')"
    read = f"if(startsWith({text}, '['), {items}, splitByString(', ', {text}))"
    keep = all_of("item != ''", is_clean("item", MAX_TEXT))
    return f"arraySlice(arrayFilter(item -> {keep}, {read}), 1, {MAX_ITEMS})"


def _with_unit(text: str) -> str:
    number = rf"toFloat64OrNull(extract({text}, '^[0-9.]+'))"
    scale = f"transform(extract({text}, '[a-zµμ]+$'), {array(UNITS)}, {list(UNITS.values())}, NULL)"
    return f"({number} * {scale})"


def _since_start(text: str) -> str:
    # Only what looks like a date of our time: others overflow a number of nanoseconds.
    date = rf"if(match({text}, '^(19[7-9]|20)[0-9]+-'), {text}, '')"
    moment = f"parseDateTime64BestEffortOrNull({date}, 9, 'UTC')"
    return f"((toUnixTimestamp64Nano({moment}) - toUnixTimestamp64Nano(Timestamp)) / 1e9)"
