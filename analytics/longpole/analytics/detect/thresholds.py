"""When a change counts as abnormal. Constants of the product, one record a detector."""

from __future__ import annotations

from dataclasses import dataclass, field

MS = 1_000_000
HOUR_S = 3600
DAY_S = 86_400


@dataclass(frozen=True)
class Width:
    """A window length and how far apart windows start, now and in the baseline; in seconds."""

    seconds: int
    step: int
    past_step: int


@dataclass(frozen=True)
class MetricFloor:
    """The least scale and the least change that matter for a metric, in nanoseconds."""

    scale_ns: float
    change_ns: float


@dataclass(frozen=True)
class LatencyThresholds:
    """Thresholds of the latency detector."""

    widths: tuple[Width, ...] = (
        Width(300, 300, 300), Width(900, 300, 300), Width(HOUR_S, 300, 900),
        Width(6 * HOUR_S, 1800, HOUR_S),
    )  # fmt: skip
    quantiles: tuple[tuple[str, float, int], ...] = (("p50", 0.5, 30), ("p95", 0.95, 100))
    floors: dict[str, MetricFloor] = field(
        default_factory=lambda: {
            "duration": MetricFloor(5 * MS, 50 * MS),
            "ttft": MetricFloor(5 * MS, 50 * MS),
            "tpot": MetricFloor(0.5 * MS, 5 * MS),
        }
    )
    history_s: int = 14 * DAY_S
    # Windows judged in one pass; the baseline ends where they begin. Wide enough that a backfill
    # which already holds the slow stretch is found in the first pass.
    scan_s: int = 6 * HOUR_S
    seasonal_days: int = 7
    min_baseline_calls: int = 200
    min_baseline_days: int = 3
    min_baseline_windows: int = 12
    score: float = 2.7
    # A band learned from few independent windows is uncertain: the threshold grows by the factor
    # 1 + short_history / (independent windows).
    short_history: float = 15.0
    seasonal_width_s: int = HOUR_S
    # One window this far above opens an incident that waits for a second window.
    pending_score: float = 8.0
    rank: float = 0.002
    relative_change: float = 0.20
    relative_scale: float = 0.05
    needed_of_last: tuple[int, int] = (2, 3)
    calm_windows: int = 3
    # Share of the added time that must be a key's own for it to be named.
    own_share: float = 0.4
    explained_share: float = 0.6


@dataclass(frozen=True)
class DriftThresholds:
    """Thresholds of the cost drift detector."""

    recent_hours: int = 24
    baseline_hours: int = 168
    min_baseline_hours: int = 24
    min_calls: int = 200
    short_windows_h: tuple[int, ...] = (3, 6)
    false_discovery_rate: float = 0.01
    cliffs_delta: float = 0.147
    share_of_unit_cost: float = 0.02
    # A drift judged on 3 or 6 hours only must be massive: nearly every hour above nearly every
    # hour before (which holds the same hours of other days) and at least this much a step.
    short_cliffs_delta: float = 0.9
    short_relative_change: float = 0.30
    # Short windows are looked at all day long, so they get by with far fewer false discoveries.
    short_false_discovery_rate: float = 1e-6
    short_min_calls: int = 30
    min_model_share: float = 0.05
