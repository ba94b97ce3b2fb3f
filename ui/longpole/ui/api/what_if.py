"""`GET /api/v1/traces/{id}/what-if` and `/api/v1/what-if`: traces run again with a change."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from longpole.analytics.whatif import (
    ModelSpeed,
    QuantileChange,
    TooFew,
    TraceAnswer,
    parse_change,
    write_change,
)
from longpole.analytics.whatif.effects import Speeds
from longpole.ui import state, what_if
from longpole.ui.api.query import InProject
from longpole.ui.trace.queries import read_head

router = APIRouter(prefix="/api/v1")
MOST_CHANGES = 10
CHANGE = (
    "`what[:value],field=value,...`; what: faster:2 (or inf), removed, cached:0.2 (share of "
    "prefill left), hit:50ms, model:NAME, no_retry, parallel; fields: span, step, kind, model, "
    "tool, agent, name, service. Several changes act together."
)


class WhatIfQuery(InProject):
    """Parameters for one trace."""

    change: list[str] = Field(min_length=1, max_length=MOST_CHANGES, description=CHANGE)


class SetQuery(WhatIfQuery):
    """Parameters for a set of traces."""

    since: Literal["1h", "24h", "7d", "all"] = "24h"
    service: str = Field("", max_length=500)
    root: str = Field("", max_length=500, description="name of the root span")
    release: str = Field("", max_length=500)
    sample: int = Field(1000, ge=1, le=5000, description="most traces that are run again")


class StepChange(BaseModel):
    """A step's time on the path of the answer, before and after."""

    step: str
    kind: str
    agent: str
    model: str
    tool: str
    before_ns: int
    after_ns: int


class CurvePoint(BaseModel):
    """Duration with what the first change is about `factor` times as fast (null: infinitely)."""

    factor: float | None
    duration_ns: int


class Speed(BaseModel):
    """How fast a model answers, fitted from recent calls; `refused` says why it is not known."""

    model: str
    calls: int | None = None
    base_s: float | None = None
    per_input_token_s: float | None = None
    per_output_token_s: float | None = None
    error_95_s: list[float] | None = Field(
        None, description="the middle 95 % of what calls took less what the fit says"
    )
    refused: str | None = None


class WhatIfTrace(BaseModel):
    """One trace before and after. USD are at least so much where calls are unpriced."""

    changes: list[str]
    root: str
    before_ns: int
    after_ns: int
    saved_ns: int
    before_usd: float | None
    after_usd: float | None
    before_unpriced_calls: int
    after_unpriced_calls: int
    affected_spans: int
    unknown_calls: int = Field(description="matching model calls of which too little is known")
    steps: list[StepChange]
    path: list[str] = Field(description="spans of the new critical path, most time first")
    curve: list[CurvePoint]
    speeds: list[Speed]


class Quantile(BaseModel):
    """A quantile of the duration; intervals are [low, high] of 95 %, from resampled traces."""

    quantile: float
    before_ns: float
    before_interval_ns: list[float]
    after_ns: float
    after_interval_ns: list[float]
    saved_ns: float
    saved_interval_ns: list[float]


class SetPoint(BaseModel):
    """Quantiles of the duration at one factor of the first change (null: infinitely fast)."""

    factor: float | None
    p50_ns: float
    p95_ns: float
    p99_ns: float


class WhatIfSet(BaseModel):
    """A set before and after. `traces` of `fitting` were run again (a fair sample by trace id)."""

    changes: list[str]
    traces: int
    fitting: int
    is_sample: bool
    affected_share: float = Field(description="share of traces with a span that is changed")
    faster_share: float
    unknown_calls: int
    quantiles: list[Quantile]
    before_usd: float = Field(description="of the traces run again, those with known prices")
    after_usd: float
    unpriced_traces: int
    saved_usd_per_day: float | None = Field(
        description="of all that fit; null where they span less than an hour"
    )
    curve: list[SetPoint]


@router.get("/traces/{trace_id}/what-if")
async def of_trace(trace_id: str, wanted: Annotated[WhatIfQuery, Query()]) -> WhatIfTrace:
    """The trace run again with the changes, never a bound from one span."""
    changes = [parse_change(text) for text in wanted.change]
    head = await read_head(trace_id.lower())
    if head is None:
        raise HTTPException(
            404, f"no assembled trace has the id {trace_id[:64]!r}; /api/v1/traces lists them"
        )
    made = await what_if.ready(head)
    answer = await what_if.try_on_trace(made, changes)
    return _trace(answer, [write_change(one) for one in changes], made.speeds)


@router.get("/what-if")
async def of_set(wanted: Annotated[SetQuery, Query()]) -> WhatIfSet:
    """Traces of a time range run again with the changes: quantiles before and after, and money."""
    changes = [parse_change(text) for text in wanted.change]
    chosen = what_if.Chosen(
        state.window(wanted.since), wanted.service, wanted.root, wanted.release, wanted.sample
    )
    found = await what_if.try_on_set(chosen, changes)
    return _set(found, [write_change(one) for one in changes])


def _trace(answer: TraceAnswer, changes: list[str], speeds: Speeds) -> WhatIfTrace:
    return WhatIfTrace(
        changes=changes,
        root=answer.root,
        before_ns=answer.before_ns,
        after_ns=answer.after_ns,
        saved_ns=answer.before_ns - answer.after_ns,
        before_usd=answer.before_usd,
        after_usd=answer.after_usd,
        before_unpriced_calls=answer.before_unpriced,
        after_unpriced_calls=answer.after_unpriced,
        affected_spans=answer.affected,
        unknown_calls=answer.unknown,
        steps=[StepChange(**vars(step)) for step in answer.steps],
        path=list(answer.path),
        curve=[CurvePoint(factor=_finite(f), duration_ns=ns) for f, ns in answer.curve],
        speeds=[_speed(one) for _, one in sorted(speeds.items())],
    )


def _set(found: what_if.Sampled, changes: list[str]) -> WhatIfSet:
    answer = found.answer
    return WhatIfSet(
        changes=changes,
        traces=answer.traces,
        fitting=found.fitting,
        is_sample=answer.traces < found.fitting,
        affected_share=answer.affected_share,
        faster_share=answer.faster_share,
        unknown_calls=answer.unknown_calls,
        quantiles=[_quantile(one) for one in answer.quantiles],
        before_usd=answer.before_usd,
        after_usd=answer.after_usd,
        unpriced_traces=answer.unpriced,
        saved_usd_per_day=found.saved_usd_per_day,
        curve=[
            SetPoint(factor=_finite(factor), p50_ns=p50, p95_ns=p95, p99_ns=p99)
            for factor, p50, p95, p99 in answer.curve
        ],
    )


def _quantile(one: QuantileChange) -> Quantile:
    return Quantile(**vars(one))


def _speed(one: ModelSpeed | TooFew) -> Speed:
    if isinstance(one, TooFew):
        return Speed(model=one.model, refused=one.reason)
    return Speed(
        model=one.model,
        calls=one.calls,
        base_s=one.base_s,
        per_input_token_s=one.per_input_s,
        per_output_token_s=one.per_output_s,
        error_95_s=list(one.interval_s),
    )


def _finite(factor: float) -> float | None:
    return None if math.isinf(factor) else factor
