"""What is said of the new and growing variants of one root operation."""

from __future__ import annotations

from typing import Any

import polars as pl
from scipy import stats

from longpole.analytics.detect.wording import duration, significant, usd
from longpole.analytics.findings.lifecycle import utc
from longpole.analytics.profile.variant_limits import Split, VariantLimits

DETECTOR = "new_variant"
EXAMPLES = 5
MOST_NAMED = 3
MOST_KEPT = 20
LONGEST = 160
LONGEST_KEPT = 400
LOOK = (
    "Compare example traces with those of before; see what was released, which prompt or model "
    "changed, or which input came anew, since it was first seen. A path that is wanted becomes "
    "the baseline after a few days."
)
Row = dict[str, Any]


def finding(of: pl.DataFrame, split: Split, limits: VariantLimits) -> Row:
    """A row of FOUND_SCHEMA from all judged variants of one operation; `What` of some is not empty.

    Added time and money compare the told variants with the other recent traces of the operation,
    with its baseline where all take them; money counts priced traces only.
    """
    told = of.filter(pl.col("What") != "").sort("Traces", "Name", descending=[True, False])
    first, traces = told.row(0, named=True), int(told["Traces"].sum())
    share, before = traces / first["All"], int(told["OldTraces"].sum())
    ns, usual_ns = _added(of, "SumNs", "Traces")
    usd_each, _ = _added(of, "SumUsd", "Priced")
    a_day = traces * split.per_day
    usd_a_day = usd_each * a_day if usd_each else None
    slow = ns is not None and ns * share >= limits.warning_share * usual_ns
    dear = (usd_a_day or 0) >= limits.warning_usd_per_day
    low, high = stats.binomtest(before, first["OldAll"]).proportion_ci(method="wilson")
    expected = before / first["OldAll"]
    return {
        "Project": first["Project"], "Detector": DETECTOR, "Area": "architecture",
        "Severity": "warning" if slow or dear else "info",
        "Service": first["Service"], "Agent": first["Agent"], "Step": "",
        "Operation": first["RootName"], "Model": "",
        "Metric": "variant_share", "Unit": "ratio", "Direction": "up",
        "Title": f"New or growing paths of {first['RootName'] or 'a root without a name'}",
        "Reason": _reason(told, share) + _costs(ns, usd_a_day, a_day),
        "Onset": utc(min(told["FirstNs"].to_list())),
        "LastSeenAt": utc(max(told["LastNs"].to_list())),
        "Observed": share, "Expected": expected, "ExpectedLow": float(low),
        "ExpectedHigh": float(high), "Score": share,
        # Where none was there before, growth is told against one trace of the baseline.
        "RelativeChange": share / max(expected, 1 / first["OldAll"]) - 1,
        "SizeMs": ns / 1e6 if ns else None, "SizeUsdPerDay": usd_a_day,
        "Samples": first["All"], "BaselineSamples": first["OldAll"],
        "BaselineFrom": utc(max(split.from_ns, first["OldFirstNs"])),
        "BaselineTo": utc(split.split_ns),
        "AffectedTraces": traces, "Attribution": _shares(told), "SuggestedLook": LOOK,
        "Confirmed": True,
        "ExampleTraces": told["ExampleTraces"].explode().drop_nulls().head(EXAMPLES).to_list(),
    }  # fmt: skip


def _added(of: pl.DataFrame, total: str, count: str) -> tuple[float | None, float]:
    """How much more a trace of the told variants takes than another (None: not more, or not
    known), and what another takes."""
    told = pl.col("What") != ""
    now, other = of.filter(told), of.filter(~told)
    mean = _mean(now[total], now[count])
    usual = _mean(other[total], other[count])
    if usual is None:
        usual = _mean(of[f"Old{total}"], of[f"Old{count}"])
    if mean is None or usual is None or mean <= usual:
        return None, usual or 0.0
    return mean - usual, usual


def _mean(total: pl.Series, count: pl.Series) -> float | None:
    return float(total.sum()) / int(count.sum()) if count.sum() else None


def _shares(told: pl.DataFrame) -> dict[str, float]:
    texts = told["Text"].map_elements(lambda text: _cut(text, LONGEST_KEPT), pl.String)
    kept = told.select(text=texts, share="Share").group_by("text", maintain_order=True).sum()
    return dict(kept.head(MOST_KEPT).iter_rows())


def _reason(told: pl.DataFrame, share: float) -> str:
    parts = [
        f"{_cut(row['Text'], LONGEST)} is {row['What']}: {_percent(row['Share'])} of "
        f"{row['All']:,} requests, {_percent(row['OldShare'])} of {row['OldAll']:,} before."
        for row in told.head(MOST_NAMED).iter_rows(named=True)
    ]
    more = told.height - len(parts)
    rest = f" {more:,} more variants, {_percent(share)} together." if more else ""
    return " ".join(parts) + rest


def _costs(ns: float | None, usd_a_day: float | None, a_day: float) -> str:
    said = [f"{duration(ns)} longer than others each, {duration(ns * a_day)} a day"] if ns else []
    said += [f"{usd(usd_a_day)} more a day"] if usd_a_day else []
    return f" They take {' and '.join(said)}." if said else " They are not slower than others."


def _percent(share: float) -> str:
    return f"{significant(100 * share)} %"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
