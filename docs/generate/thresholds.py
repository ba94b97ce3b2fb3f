"""The tables of thresholds in docs/detection.md, with the comments that stand beside them."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

from generate.markdown import code, table

from longpole.analytics.detect.thresholds import (
    DriftThresholds,
    LatencyThresholds,
    MetricFloor,
    Width,
)
from longpole.analytics.findings.lifecycle import Policy

Record = LatencyThresholds | DriftThresholds | Policy
MEANINGS = {
    "widths": "windows and how far apart they start, now / in the baseline; the shortest with "
    "enough calls is used",
    "quantiles": "what is judged, and the calls a window needs for it",
    "floors": "the least band width, and the least change, that count",
    "history_s": "length of the baseline",
    "scan_s": "windows judged in one pass; the baseline ends where they begin",
    "seasonal_days": "from so many days on, the baseline is by hour of day",
    "min_baseline_calls": "calls the baseline needs; fewer: learning",
    "min_baseline_days": "days with calls the baseline needs; fewer: learning",
    "min_baseline_windows": "windows the baseline needs; fewer: learning",
    "score": "least score of an abnormal window",
    "short_history": "the least score grows by 1 + this / independent baseline windows",
    "seasonal_width_s": "longest window that is compared by hour of day",
    "pending_score": "one newest window this far above opens a pending incident",
    "rank": "share of baseline windows that may score as high",
    "relative_change": "least change against the middle of the band",
    "relative_scale": "least band width, as a share of the middle",
    "needed_of_last": "abnormal windows needed, of the last so many, to fire",
    "calm_windows": "last windows that must score below half the threshold to resolve",
    "own_share": "share of the added time that must be a key's own for it to be a cause",
    "explained_share": "share of a symptom's added time that causes must explain to hide it",
    "recent_hours": "the hours that are judged",
    "baseline_hours": "the hours before that they are compared with, at most",
    "min_baseline_hours": "baseline hours with calls needed; fewer: learning",
    "min_calls": "baseline calls needed; fewer: learning",
    "short_windows_h": "short windows that are judged too, for massive changes",
    "false_discovery_rate": "allowed after Benjamini-Hochberg over all tests of a scan",
    "cliffs_delta": "least effect size",
    "share_of_unit_cost": "least change, as a share of what a request of the service costs",
    "short_cliffs_delta": "least effect size in a short window",
    "short_relative_change": "least change of the step in a short window",
    "short_false_discovery_rate": "the same for short windows",
    "short_min_calls": "calls a short window needs",
    "min_model_share": "least share of calls, before or after, of a model whose share is tested",
    "reopen_within": "new evidence so soon after the end goes on with the same incident",
    "refresh_after": "an open incident is stored again when it was seen this much later",
    "forget_pending_after": "a pending incident that nothing confirms is dropped",
}
"""An empty text: the constant is not used by any rule and is left out."""


def tables() -> str:
    """Latency, cost drift, life cycle."""
    titles: dict[str, Record] = {
        "Latency": LatencyThresholds(),
        "Cost drift": DriftThresholds(),
        "Life cycle": Policy(),
    }
    parts = [f"**{title}**\n\n{_table(record)}" for title, record in titles.items()]
    return "\n\n".join(parts)


def _table(record: Record) -> str:
    rows = [
        (code(one.name), _value(one.name, getattr(record, one.name)), MEANINGS[one.name])
        for one in fields(record)
        if MEANINGS[one.name]
    ]
    return table(("threshold", "value", "meaning"), rows)


def _value(name: str, value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_value('', one)}" for key, one in value.items())
    if name == "quantiles" and isinstance(value, tuple):
        return ", ".join(f"{quantile}: {least}" for quantile, _, least in value)
    if isinstance(value, tuple):
        return ", ".join(_value("", one) for one in value)
    if isinstance(value, Width):
        return f"{_time(value.seconds)} every {_time(value.step)} / {_time(value.past_step)}"
    if isinstance(value, MetricFloor):
        return f"{value.scale_ns / 1e6:g} ms, {value.change_ns / 1e6:g} ms"
    if isinstance(value, timedelta):
        return _time(int(value.total_seconds()))
    if name.endswith("_s") and isinstance(value, int):
        return _time(value)
    return str(value)


def _time(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
