"""From when on something is worth a finding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FinderLimits:
    """Below these a finder stays silent: a healthy workload has a little of everything.

    `traces` is the least number of traces that show it, `trace_share` their least share of the
    traces of the same root operation. A finding has to save `share` of the time of those traces, or
    `usd_per_day`. Of a step's calls `repeat_share` have to be known from other traces.
    """

    traces: int = 5
    trace_share: float = 0.05
    share: float = 0.03
    usd_per_day: float = 0.50
    warning_share: float = 0.20
    warning_usd_per_day: float = 10.0
    repeat_share: float = 0.25
    loop_turns: int = 3
    cacheable_tokens: int = 1024
    speculative_share: float = 0.80
    speculative_runs: int = 20
    growth_turns: int = 6
    growth_factor: float = 3.0
    growth_tokens: int = 8_000
    overlap_ns: int = 2_000_000
