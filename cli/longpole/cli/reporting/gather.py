"""The facts of a report, from an assembled store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from longpole.core.store import Store, load_sql

Row = dict[str, Any]
STEP = ["Step", "Kind"]
SHOWN_WAITS = 3
QUANTILES = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
WORDS = {
    "incomplete": "{} traces have spans whose parent is missing: their paths are not whole",
    "duplicate_id": "{} traces have span ids more than once: the longest span is kept",
    "cycle": "{} traces had a cycle of parents, which was cut",
    "truncated": "{} traces are larger than jobs.max_trace_spans: only their beginning is analysed",
}


@dataclass(frozen=True)
class Report:
    """Rows with units in their names; shares are of all time on paths of main roots, 0 to 1.

    `steps`, by time on the path: step, kind, path_ms, share, spans, traces, errors, drag_ms,
    tokens, cost_usd. `profile`: kind, phase, path_ms, share. `slowest`: a row a trace, with the
    sentence that is its `answer`. `findings`: see find_in.
    """

    totals: Row
    steps: list[Row]
    profile: list[Row]
    slowest: list[Row]
    findings: list[Row]
    warnings: list[str]

    def as_json(self) -> Row:
        """The report as one object."""
        return {
            "totals": self.totals, "steps": self.steps, "profile": self.profile,
            "slowest": self.slowest, "findings": self.findings,
            "warnings": self.warnings,
        }  # fmt: skip


def gather(store: Store, top: int, notes: list[str], findings: list[Row]) -> Report:
    """The report over all traces of an assembled store; lists have `top` rows at most."""
    traces = store.frame(load_sql("offline/report_traces"))
    sections = store.frame(load_sql("offline/report_sections"))
    steps = store.frame(load_sql("offline/report_steps"))
    total_ns = int(sections["PathNs"].sum())
    by_step = _shares(sections, STEP, total_ns).join(
        steps, on=STEP, how="full", coalesce=True, maintain_order="left_right"
    ).with_columns(pl.col("path_ms", "share").fill_null(0.0))  # fmt: skip
    return Report(
        _totals(traces, total_ns),
        [_step(row) for row in by_step.head(top).iter_rows(named=True)],
        _shares(sections, ["Kind", "Phase"], total_ns).rename(str.lower).to_dicts(),
        [_trace(row, sections) for row in traces.head(top).iter_rows(named=True)],
        findings[:top],
        [*notes, *_warnings(traces)],
    )


def _shares(sections: pl.DataFrame, by: list[str], total_ns: int) -> pl.DataFrame:
    summed = sections.group_by(by).agg(pl.col("PathNs").sum())
    return summed.sort("PathNs", *by, descending=[True, *(False for _ in by)]).select(
        *by, path_ms=pl.col("PathNs") / 1e6, share=pl.col("PathNs") / max(total_ns, 1)
    )


def _totals(traces: pl.DataFrame, total_ns: int) -> Row:
    duration_ms = traces["DurationNs"] / 1e6
    priced = traces["CostUsd"].drop_nulls()
    return {
        "traces": traces.height,
        "failed": int(traces["IsError"].sum()),
        "spans": int(traces["Spans"].sum()),
        "path_ms": total_ns / 1e6,
        **{name: duration_ms.quantile(at, "linear") for name, at in QUANTILES.items()},
        "parallelism": _ratio(int(traces["WorkNs"].sum()), int(traces["DurationNs"].sum())),
        "model_calls": int(traces["ModelCalls"].sum()),
        "tool_calls": int(traces["ToolCalls"].sum()),
        "input_tokens": int(traces["InputTokens"].sum()),
        "output_tokens": int(traces["OutputTokens"].sum()),
        "cost_usd": float(priced.sum()) if len(priced) else None,
        "unpriced_calls": int(traces["UnpricedCalls"].sum()),
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _step(row: Row) -> Row:
    return {
        "step": row["Step"], "kind": row["Kind"], "path_ms": row["path_ms"], "share": row["share"],
        "spans": row["Spans"], "traces": row["Traces"], "errors": row["Errors"],
        "drag_ms": (row["DragNs"] or 0) / 1e6, "input_tokens": row["InputTokens"],
        "output_tokens": row["OutputTokens"], "cost_usd": row["CostUsd"],
    }  # fmt: skip


def _trace(row: Row, sections: pl.DataFrame) -> Row:
    own = sections.filter(pl.col("TraceId") == row["TraceId"])
    waits = _shares(own, STEP, row["DurationNs"]).head(SHOWN_WAITS).rename(str.lower).to_dicts()
    return {
        "trace": row["TraceId"], "root": row["RootName"], "start": row["Start"].isoformat(),
        "duration_ms": row["DurationNs"] / 1e6, "failed": row["IsError"],
        "parallelism": _ratio(row["WorkNs"], row["DurationNs"]),
        "input_tokens": row["InputTokens"], "output_tokens": row["OutputTokens"],
        "cost_usd": row["CostUsd"], "waited_for": waits, "answer": _answer(waits),
    }  # fmt: skip


def _answer(waits: list[Row]) -> str:
    parts = [f"{one['step'] or one['kind']} ({one['kind']}, {one['share']:.0%})" for one in waits]
    return "this request waited for " + ", ".join(parts) if parts else "this request took no time"


def _warnings(traces: pl.DataFrame) -> list[str]:
    counted: dict[str, int] = dict(traces["Flags"].explode().value_counts().iter_rows())
    found = [words.format(counted[flag]) for flag, words in WORDS.items() if counted.get(flag)]
    unpriced = int(traces["UnpricedCalls"].sum())
    if unpriced:
        found.append(f"{unpriced} model calls have tokens but no price: costs are too low")
    return found
