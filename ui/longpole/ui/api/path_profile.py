"""`GET /api/v1/path-profile` with `/tail` and `/flame`, `/variants` and `/agents/graph`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeVar

import polars as pl
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, model_validator

from longpole.core.errors import InputError
from longpole.ui.api.query import InProject
from longpole.ui.api.rows import as_json
from longpole.ui.architecture import queries
from longpole.ui.architecture.selection import TEXTS, Selection, parse_band

router = APIRouter(prefix="/api/v1")

By = Literal[
    "step", "kind", "agent", "service", "phase", "model", "release", "root", "band", "environment",
    "workflow", "variant", "day",
]  # fmt: skip
Columns = Literal["", "release", "root", "band", "environment", "workflow", "variant", "day"]
Since = Literal["1h", "24h", "7d", "all"]
Model = TypeVar("Model", bound=BaseModel)
Text = Annotated[str, Field(max_length=500)]


class SelectionQuery(InProject):
    """Parameters that select traces."""

    since: Since = "24h"
    from_ns: int | None = Field(None, ge=0, description="with to_ns; goes before since")
    to_ns: int | None = Field(None, ge=0)
    root_name: Text = Field("", description="operation of the root")
    service: Text = ""
    environment: Text = ""
    release: Text = ""
    workflow: Text = ""
    agent: Text = Field("", description="traces that have it on their path")
    step: Text = Field("", description="traces that have it on their path")
    variant: Text = Field("", description="hash of a path variant")
    band: Text = Field("", description="percentiles of the same operation, such as p95-p99")

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if (self.from_ns is None) != (self.to_ns is None):
            raise ValueError("from_ns and to_ns go together; give both or neither")
        if self.from_ns is not None and self.to_ns is not None and self.from_ns >= self.to_ns:
            raise ValueError("from_ns must be before to_ns")
        if self.band:
            try:
                parse_band(self.band)
            except InputError as error:
                raise ValueError(str(error)) from error
        return self

    def selection(self) -> Selection:
        """The traces asked for."""
        texts = {name: getattr(self, name) for name in TEXTS}
        return Selection(self.since, self.from_ns, self.to_ns, **texts, band=self.band)


class ProfileQuery(SelectionQuery):
    """Parameters of a profile; with any `to_...` it is compared."""

    by: By = Field("step", description="what a row is")
    columns: Columns = Field("", description="what a column is; empty: one column")
    limit: int = Field(500, ge=1, le=5000)
    compare_release: Text = Field("", description="compare with this release instead of `release`")
    compare_band: Text = Field("", description="compare with this band instead of `band`")
    compare_from_ns: int | None = Field(None, ge=0, description="compare with this time range")
    compare_to_ns: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _can_compare(self) -> Self:
        if (self.compare_from_ns is None) != (self.compare_to_ns is None):
            raise ValueError("compare_from_ns and compare_to_ns go together; give both or neither")
        return self

    def other(self) -> Selection | None:
        """The traces to compare with; what is not given is as in the first selection."""
        changed = {
            "release": self.compare_release, "band": self.compare_band,
            "from_ns": self.compare_from_ns, "to_ns": self.compare_to_ns,
        }  # fmt: skip
        given = {name: value for name, value in changed.items() if value not in ("", None)}
        if not given:
            return None
        first = self.selection()
        return Selection(**{**vars(first), **given})


class ProfileRow(BaseModel):
    """Time on the critical path of one row in one column."""

    column: str
    row: str = Field(description="by step, an edge whose callee is known is `caller → callee`")
    service: str
    agent: str
    step: str
    kind: str
    part: str = Field(
        description="`work`; `edge`: the way to a callee and back; `gap`: time of an agent or "
        "chain in which nothing below it ran; empty where rows are whole traces"
    )
    traces: int = Field(description="traces that have it on the path")
    calls: int = Field(description="spans on the path; sections, by phase or model")
    path_ns: int
    mean_ms: float = Field(description="a trace of the column, also of those without the row")
    share: float = Field(description="of all time of the column")
    cost_usd: float | None = Field(description="null: no call has a price, or rows are no spans")
    off_path_usd: float | None = Field(description="of it what nobody waited for")


class Column(BaseModel):
    """The traces of one column."""

    column: str
    traces: int
    mean_ms: float


class DifferenceRow(BaseModel):
    """One row of two profiles."""

    row: str
    service: str
    agent: str
    step: str
    kind: str
    part: str
    traces_before: int
    traces_after: int
    mean_ms_before: float
    mean_ms_after: float
    calls_before: float = Field(description="a trace")
    calls_after: float
    difference_ms: float = Field(description="after - before, a trace")
    low_ms: float | None = Field(description="95 % interval; null: nothing varies")
    high_ms: float | None
    p: float | None
    q: float | None = Field(description="p corrected for the number of rows")
    verdict: Literal["slower", "faster", "no_difference", "too_few"]


class Compared(BaseModel):
    """The difference to the traces compared with."""

    traces_before: int
    traces_after: int
    whole: DifferenceRow
    rows: list[DifferenceRow]


class PathProfile(BaseModel):
    """Where the selected traces spend their time, the largest part first."""

    from_ns: int
    to_ns: int
    traces: int
    columns: list[Column]
    rows: list[ProfileRow]
    compared: Compared | None


class Stack(BaseModel):
    """Time below one stack of labels."""

    stack: list[str] = Field(description="from the root down")
    part: str
    path_ns: int
    sections: int


class Flame(BaseModel):
    """Time on the critical path by stack, the largest first."""

    stacks: list[Stack]


class Part(BaseModel):
    """One cause of the difference."""

    factor: Literal["mix", "turns", "step_time", "gaps"]
    ms: float
    low_ms: float | None = Field(description="95 % interval by a bootstrap over groups of traces")
    high_ms: float | None


class TailStep(BaseModel):
    """What one step adds."""

    root_name: str
    service: str
    agent: str
    step: str
    kind: str
    part: str
    turns_ms: float
    step_time_ms: float
    gaps_ms: float


class Stratum(BaseModel):
    """A shape of the path and how often it occurs in both bands."""

    root_name: str
    shape: str
    middle_share: float
    tail_share: float
    mix_ms: float


class Tail(BaseModel):
    """Why the slow traces are slow: `parts` add up to `difference_ms`."""

    tail: str
    middle: str
    tail_traces: int
    middle_traces: int
    tail_mean_ms: float
    middle_mean_ms: float
    difference_ms: float
    enough: bool = Field(description="whether both bands have 20 traces")
    parts: list[Part]
    steps: list[TailStep]
    strata: list[Stratum]


class TailQuery(SelectionQuery):
    """Parameters of tail attribution; `band` is not used."""

    tail: Text = "p95-p99"
    middle: Text = "p40-p60"


class VariantRow(BaseModel):
    """One path variant of an operation in one bucket of time and release."""

    root_name: str
    variant: str
    variant_text: str
    release: str
    bucket_ns: int
    traces: int
    share: float = Field(description="of the traces of the operation in the bucket")
    sum_ns: int
    p50_ns: int = Field(description="median duration of these traces")
    p95_ns: int = Field(description="95th percentile of the durations of these traces")
    variant_p50_ns: int = Field(description="median of all selected traces of the variant")
    variant_p95_ns: int = Field(description="the same for the 95th percentile")
    first_ns: int
    last_ns: int


class Variants(BaseModel):
    """Path variants, the most frequent first."""

    variants: list[VariantRow]


class Edge(BaseModel):
    """Calls of an agent to another, to a tool or to a model."""

    source: str
    target_kind: Literal["agent", "tool", "model"]
    target: str
    calls: int
    errors: int
    traces: int
    duration_ns: int
    path_ns: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None = Field(description="null: no call has a price")


class AgentGraph(BaseModel):
    """Who calls whom, the most time on the critical path first."""

    edges: list[Edge]


@router.get("/path-profile")
async def path_profile(wanted: Annotated[ProfileQuery, Query()]) -> PathProfile:
    """Time on the critical paths of many traces, by step or something else; compared if asked."""
    selection, other = wanted.selection(), wanted.other()
    found = await queries.read_profile(selection, wanted.by, wanted.columns, wanted.limit)
    compared = await _compared(selection, other, wanted.by) if other else None
    window = selection.window
    return PathProfile(
        from_ns=window.start_ns, to_ns=window.end_ns, traces=found.traces,
        columns=[Column(column=row["Split"], traces=row["Traces"],
                        mean_ms=row["SumNs"] / 1e6 / max(row["Traces"], 1))
                 for row in found.totals.to_dicts()],
        rows=_models(ProfileRow, found.rows.rename({"Split": "Column", "SumNs": "PathNs"})),
        compared=compared,
    )  # fmt: skip


@router.get("/path-profile/flame")
async def path_flame(wanted: Annotated[SelectionQuery, Query()]) -> Flame:
    """Time on the critical paths by the labels from the root down."""
    found = await queries.read_flame(wanted.selection())
    stacked = found.with_columns(pl.col("Stack").str.split(";")).rename({"SumNs": "PathNs"})
    return Flame(stacks=_models(Stack, stacked))


@router.get("/path-profile/tail")
async def path_tail(wanted: Annotated[TailQuery, Query()]) -> Tail:
    """Why the slow traces are slow, against those in the middle; parts add up exactly."""
    found = await queries.read_tail(wanted.selection(), wanted.tail, wanted.middle)
    return Tail(
        tail=wanted.tail, middle=wanted.middle, tail_traces=found.tail_traces,
        middle_traces=found.middle_traces, tail_mean_ms=found.tail_mean_ms,
        middle_mean_ms=found.middle_mean_ms, difference_ms=found.difference_ms,
        enough=found.enough, parts=_models(Part, found.parts),
        steps=_models(TailStep, found.steps), strata=_models(Stratum, found.strata),
    )  # fmt: skip


@router.get("/variants")
async def variants(wanted: Annotated[SelectionQuery, Query()]) -> Variants:
    """Path variants and their shares over time and by release."""
    return Variants(variants=_models(VariantRow, await queries.read_variants(wanted.selection())))


@router.get("/agents/graph")
async def agent_graph(wanted: Annotated[SelectionQuery, Query()]) -> AgentGraph:
    """Who calls whom: agents, tools and models, with calls, tokens, money and time."""
    found = await queries.read_agent_graph(wanted.selection())
    priced = pl.when(pl.col("PricedCalls") > 0).then("CostUsd")
    return AgentGraph(edges=_models(Edge, found.with_columns(CostUsd=priced)))


async def _compared(before: Selection, after: Selection, by: str) -> Compared:
    found = await queries.read_difference(before, after, by)
    whole: dict[str, Any] = found.whole
    return Compared(
        traces_before=whole["TracesBefore"], traces_after=whole["TracesAfter"],
        whole=DifferenceRow(**as_json(whole)), rows=_models(DifferenceRow, found.rows),
    )  # fmt: skip


def _models(model: type[Model], frame: pl.DataFrame) -> list[Model]:
    """Rows as models; columns that the model does not have are left out."""
    return [model(**as_json(row)) for row in frame.to_dicts()]
