"""Numbers as they are read, with their units."""

from __future__ import annotations


def time_text(ms: float | None) -> str:
    """A duration with a unit that suits it."""
    if ms is None:
        return "-"
    if ms >= 60_000:
        return f"{ms / 60_000:,.1f} min"
    if ms >= 1_000:
        return f"{ms / 1_000:.2f} s"
    return f"{ms:.1f} ms" if ms >= 0.1 or not ms else f"{ms * 1_000:.1f} us"


def share_text(share: float) -> str:
    """A share of one as percent."""
    return f"{share:.1%}"


def usd_text(usd: float | None) -> str:
    """An amount of money; a dash where none is known."""
    if usd is None:
        return "-"
    if 0 < usd < 1e-6:
        return "<$0.000001"
    return f"${usd:,.2f}" if usd >= 10 or not usd else f"${usd:.6f}".rstrip("0").rstrip(".")


def count_text(count: float | None) -> str:
    """A count with separators."""
    return "-" if count is None else f"{count:,.0f}"
