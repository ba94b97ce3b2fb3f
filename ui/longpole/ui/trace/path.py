"""The critical path of one root, added up: pure functions over frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

FIRST_TOKEN, DECODE, CALL, WORK, GAP = "first token", "decode", "call", "work", "gap"
QUEUE, RETRY, RATE_LIMIT, EDGE = "queue", "retry", "rate limit", "edge"
GAPS = ("lead", "between", "tail")
# Stored phase -> part of the breakdown. Rows of before prefill was told apart say `ttft`.
TYPED_PHASES = {
    "ttft": FIRST_TOKEN, "prefill": FIRST_TOKEN, "decode": DECODE, "queue": QUEUE,
    "retry": RETRY, "rate_limit": RATE_LIMIT, "edge": EDGE,
}  # fmt: skip
# Waits of any kind of span, one piece of the bar each, whoever waited.
WAITS = (RETRY, RATE_LIMIT, EDGE)
MODEL_KINDS = ("llm", "engine")
# Kinds that only hold other spans: their own time is time that no span explains.
HOLDERS = ("agent", "chain", "other")
ROW_KEY = ("Step", "Agent", "Kind", "What", "Part")


@dataclass(frozen=True)
class PathRow:
    """Time of one step, agent, kind and phase on the path.

    `calls` counts spans; `cost_usd` is their cost, shared out over each span's time on the path,
    so that rows add up; None where no span of the row has a price. `number` is what `group` says
    in the waterfall's columns.
    """

    number: int
    step: str
    agent: str
    kind: str
    what: str
    part: str
    ns: int
    share: float
    calls: int
    cost_usd: float | None
    unpriced: int

    @property
    def group(self) -> tuple[str, str]:
        """The piece of the breakdown bar that the row belongs to."""
        if self.part in WAITS:
            return (self.part, self.part)
        return (GAP, self.part) if self.part in GAPS else (self.kind, self.part)


@dataclass(frozen=True)
class Piece:
    """One piece of the breakdown bar: the rows of one kind and phase."""

    kind: str
    part: str
    ns: int
    share: float
    calls: int
    cost_usd: float | None
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Breakdown:
    """One root's path added up; rows and pieces longest first. `parts` has a row per section."""

    root: str
    total_ns: int
    rows: tuple[PathRow, ...]
    pieces: tuple[Piece, ...]
    parts: pl.DataFrame

    @property
    def on_path_usd(self) -> float | None:
        """Cost of the spans on the path; None where none has a price."""
        return _add(row.cost_usd for row in self.rows)


def break_down(root: str, sections: pl.DataFrame, spans: pl.DataFrame) -> Breakdown:
    """Add up the path of `root`. Sections of other roots are left out."""
    parts = _priced(
        _labelled(
            _joined(root, sections, spans).join(
                callees(spans), on="SpanId", how="left", maintain_order="left"
            )
        )
    )
    total = int(parts["Ns"].sum())
    grouped = (
        parts.group_by(ROW_KEY)
        .agg(
            pl.col("Ns").sum(),
            pl.col("SpanId").n_unique().alias("Calls"),
            pl.col("Usd").sum(),
            pl.col("Usd").is_not_null().any().alias("Priced"),
            pl.col("SpanId").filter(pl.col("Unpriced")).n_unique().alias("UnpricedCalls"),
        )
        .sort("Ns", *ROW_KEY, descending=[True] + [False] * len(ROW_KEY))
        .with_row_index("Row")
    )
    rows = tuple(_row(row, total) for row in grouped.iter_rows(named=True))
    numbered = parts.join(grouped.select("Row", *ROW_KEY), on=ROW_KEY, how="left")
    return Breakdown(root, total, rows, tuple(_pieces(rows, total)), numbered)


def callees(spans: pl.DataFrame) -> pl.DataFrame:
    """The service that each span calls: that of its longest child of another service."""
    child = spans.select(
        SpanId="ParentSpanId", Callee=pl.col("Service").cast(pl.String), Length="DurationNs"
    )
    caller = spans.select("SpanId", Caller=pl.col("Service").cast(pl.String))
    return (
        child.join(caller, on="SpanId")
        .filter(pl.col("Callee") != pl.col("Caller"))
        .sort("Length", "Callee", descending=[True, False])
        .unique("SpanId", keep="first", maintain_order=True)
        .select("SpanId", "Callee")
    )


def _part() -> pl.Expr:
    """What a section's phase means for a reader: phases of a model call, gaps, or plain work."""
    phase = pl.col("Phase").cast(pl.String)
    return (
        pl.when(phase.is_in(list(TYPED_PHASES))).then(phase.replace(TYPED_PHASES))
        .when(pl.col("Kind").is_in(MODEL_KINDS)).then(pl.lit(CALL))
        .when(phase.is_in(GAPS) & pl.col("Kind").is_in(HOLDERS)).then(phase)
        .otherwise(pl.lit(WORK))
    )  # fmt: skip


def _joined(root: str, sections: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    facts = spans.select(
        "SpanId", "Name", "ToolName",
        SpanUsd=pl.when("Counted").then(pl.col("CostUsd").cast(pl.Float64)),
        Unpriced=pl.col("Counted") & pl.col("CostUsd").is_null()
        & (pl.col("InputTokens").is_not_null() | pl.col("OutputTokens").is_not_null()),
    )  # fmt: skip
    return sections.filter(pl.col("RootSpanId") == root).join(
        facts, on="SpanId", how="left", maintain_order="left"
    )


def _labelled(parts: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("Name").fill_null("")
    tool = pl.when(pl.col("ToolName").fill_null("") != "").then("ToolName").otherwise(name)
    model = pl.concat_str("Operation", "Model", separator=" ").str.strip_chars()
    called = pl.col("Callee").fill_null(name)
    if "Peer" in parts.columns:  # rows of before it was stored say ''
        called = pl.when(pl.col("Peer") != "").then("Peer").otherwise(called)
    what = (
        pl.when(pl.col("Phase").cast(pl.String) == "edge")
        .then(pl.concat_str(pl.lit("edge "), "Service", pl.lit(" \u2192 "), called))
        .when(pl.col("Kind").is_in([*MODEL_KINDS, "embedding", "reranker"]))
        .then(pl.when(pl.col("Model") != "").then(model).otherwise(name))
        .when(pl.col("Kind") == "tool").then(tool)
        .otherwise(name)
    )  # fmt: skip
    return parts.with_columns(What=what, Part=_part(), Ns=pl.col("EndNs") - pl.col("StartNs"))


def _priced(parts: pl.DataFrame) -> pl.DataFrame:
    """Share each span's cost over its sections by time; evenly where they have no length."""
    span_ns = pl.col("Ns").sum().over("SpanId")
    weight = (
        pl.when(span_ns > 0).then(pl.col("Ns") / span_ns).otherwise(1 / pl.len().over("SpanId"))
    )
    return parts.with_columns(
        Usd=pl.col("SpanUsd") * weight, Unpriced=pl.col("Unpriced").fill_null(False)
    )


def _row(row: dict[str, Any], total: int) -> PathRow:
    ns = int(row["Ns"])
    return PathRow(
        number=row["Row"], step=row["Step"], agent=row["Agent"], kind=row["Kind"],
        what=row["What"], part=row["Part"], ns=ns, share=ns / total if total else 0.0,
        calls=row["Calls"], cost_usd=row["Usd"] if row["Priced"] else None,
        unpriced=row["UnpricedCalls"],
    )  # fmt: skip


def _pieces(rows: tuple[PathRow, ...], total: int) -> Iterator[Piece]:
    groups: dict[tuple[str, str], list[PathRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    ordered = sorted(groups.items(), key=lambda item: -sum(row.ns for row in item[1]))
    for (kind, part), members in ordered:
        ns = sum(row.ns for row in members)
        yield Piece(
            kind, part, ns, ns / total if total else 0.0,
            sum(row.calls for row in members),
            _add(row.cost_usd for row in members),
            tuple(row.number for row in members),
        )  # fmt: skip


def _add(costs: Iterator[float | None]) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if known else None
