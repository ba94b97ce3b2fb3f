"""Numbers as people read them: with units, about three digits, never more exact than known."""

from __future__ import annotations

from datetime import UTC, datetime

UNKNOWN = "unknown"
NS_PER_S = 1_000_000_000


def duration(ns: float | None) -> str:
    """Nanoseconds as `850 ns`, `12.3 ms`, `4.56 s`, `3 min 20 s`, `2 h 05 min`, `4 d 11 h`."""
    if ns is None:
        return "-"
    for limit, unit, size in ((1e3, "ns", 1.0), (1e6, "µs", 1e3), (1e9, "ms", 1e6)):
        if abs(ns) < limit * 0.9995:
            return f"{_three_digits(ns / size)} {unit}"
    seconds = ns / NS_PER_S
    if abs(seconds) < 99.95:
        return f"{_three_digits(seconds)} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes // 1440:,} d {minutes % 1440 // 60} h"


def money(usd: float | None) -> str:
    """US dollars; None is `unknown`, never 0."""
    if usd is None:
        return UNKNOWN
    if usd == 0:
        return "$0"
    sign, size = ("-" if usd < 0 else ""), abs(usd)
    if size < 0.000001:
        return f"{sign}<$0.000001"
    if size < 0.01:
        return f"{sign}${size:.2g}" if size >= 0.0001 else f"{sign}${size:.6f}"
    return f"{sign}${size:,.3f}" if size < 1 else f"{sign}${size:,.2f}"


def count(number: float | None) -> str:
    """A count: `950`, `12.3k`, `4.56M`."""
    if number is None:
        return "-"
    for limit, unit, size in ((1e4, "", 1.0), (1e6, "k", 1e3), (1e9, "M", 1e6)):
        if abs(number) < limit * 0.9995:
            return f"{number:,.0f}" if not unit else f"{_three_digits(number / size)}{unit}"
    return f"{_three_digits(number / 1e9)}G"


def size(number: float) -> str:
    """Bytes as `512 B`, `1.50 KiB`, `2.25 GiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(number) < 1023.5:
            return f"{_three_digits(number)} {unit}"
        number /= 1024
    return f"{_three_digits(number)} TiB"


def tokens(number: float | None) -> str:
    """A token count with its unit."""
    return "-" if number is None else f"{count(number)} tok"


def share(part: float | None) -> str:
    """A share of one as per cent."""
    if part is None:
        return "-"
    percent = part * 100
    if 0 < percent < 0.1:
        return "<0.1 %"
    return f"{percent:.0f} %" if percent >= 9.95 or percent == 0 else f"{percent:.1f} %"


def change(now: float | None, before: float | None) -> str | None:
    """Relative change as `+12 %`; None where there is nothing to compare with."""
    if now is None or before is None or before == 0:
        return None
    return signed_share((now - before) / before)


def signed_share(part: float) -> str:
    """A relative change as `+12 %`, `-3.4 %`, `x5.2`."""
    if part >= 2:
        return f"x{_three_digits(part + 1)}"
    percent = part * 100
    if abs(percent) < 0.05:
        return "±0 %"
    return f"{percent:+.0f} %" if abs(percent) >= 9.95 else f"{percent:+.1f} %"


def quantity(value: float, unit: str) -> str:
    """A value in the unit a finding names: ns, usd, tokens or ratio."""
    if unit == "ns":
        return duration(value)
    if unit == "usd":
        return money(value)
    if unit == "tokens":
        return tokens(value)
    return share(value) if unit == "ratio" else _three_digits(value)


def instant(ns: int) -> str:
    """A point in time as `2026-11-23 08:46:02 UTC`."""
    return datetime.fromtimestamp(ns // NS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def instant_ms(ms: int) -> str:
    """A point in time, given in milliseconds."""
    return instant(ms * 1_000_000)


def moment(when: datetime | None) -> str:
    """A stored point in time as text with the zone."""
    return "-" if when is None else when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def ago(seconds: float) -> str:
    """How long ago, in the largest fitting unit."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return f"{max(seconds, 0):.0f} s ago"


def shortened(text: str, limit: int = 120) -> str:
    """Cut long text for a label; the whole text belongs in a tooltip or a page."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _three_digits(value: float) -> str:
    size = abs(value)
    if size >= 99.95 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 9.995 else f"{value:.2f}"
