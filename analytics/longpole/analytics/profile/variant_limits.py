"""When a new or growing variant is told, and the two windows that are compared."""

from __future__ import annotations

from dataclasses import dataclass

HOUR_NS = 3_600_000_000_000


@dataclass(frozen=True)
class VariantLimits:
    """When a variant is told.

    An operation is judged once its baseline has `baseline_traces` over `baseline_hours`, and
    `traces` recent ones. New is a variant that had at most `absent_share` and now has `new_share`;
    growing one whose share is `growth` times that of before and now at least `growing_share`. Both
    with q of at most `q`. When they add `warning_share` to the operation's time, or
    `warning_usd_per_day`, it is a warning.
    """

    baseline_days: float = 7.0
    baseline_traces: int = 200
    # The first and the last trace of a day of steady traffic are a little less than a day apart.
    baseline_hours: float = 23.0
    traces: int = 50
    new_share: float = 0.05
    absent_share: float = 0.005
    growing_share: float = 0.01
    growth: float = 3.0
    q: float = 0.05
    # What is rarer on both sides together can never be told, and need not be tested.
    rare: int = 3
    warning_share: float = 0.20
    warning_usd_per_day: float = 10.0


@dataclass(frozen=True)
class Split:
    """Nanoseconds since 1970: the baseline is [from_ns, split_ns), recent [split_ns, to_ns)."""

    from_ns: int
    split_ns: int
    to_ns: int

    @property
    def per_day(self) -> float:
        """How many traces a day one recent trace stands for."""
        return 24 * HOUR_NS / max(self.to_ns - self.split_ns, 1)
