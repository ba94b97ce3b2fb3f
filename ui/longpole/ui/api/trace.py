"""`GET /api/v1/traces/{id}`, `/critical-path` and `/spans/{id}/messages`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from longpole.ui.api.query import InProject
from longpole.ui.api.rows import as_json
from longpole.ui.trace.queries import Trace, Waiting, read_span, read_trace
from longpole.ui.trace.said import Said, said_in

router = APIRouter(prefix="/api/v1/traces")
INTERNAL = {"Project", "Version", "IsDeleted", "RawSpans"}


class Section(BaseModel):
    """A piece of the critical path; times are ns since 1970."""

    span: str
    start: int
    end: int
    phase: str
    evidence: str


class RootPath(BaseModel):
    """The path of one root, latest section first; the sections sum to `duration`."""

    root: str
    duration: int
    sections: list[Section]


class CriticalPath(BaseModel):
    """One path for each root of the trace."""

    roots: list[RootPath]


class PromptShare(BaseModel):
    """Tokens of one part of a prompt; `how` is `exact` or `estimated`."""

    part: str
    tokens: int
    how: str


class PromptBudget(BaseModel):
    """A prompt by part; the shares sum to `total`, which is `exact` where it was reported."""

    shares: list[PromptShare]
    total: int
    total_how: str
    vocabulary: str
    counted: int
    sampled: bool
    media_uncounted: int


class Messages(BaseModel):
    """What a span said, in the parts form of OpenTelemetry's GenAI conventions."""

    system: list[dict[str, Any]]
    input: list[dict[str, Any]]
    output: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    left_out: int
    budget: PromptBudget | None


@router.get("/{trace_id}")
async def trace(trace_id: str, _wanted: Annotated[InProject, Query()]) -> dict[str, Any]:
    """The trace with all its spans: own facts, token owner, cost, time on the critical path."""
    found = await assembled(trace_id)
    return await run_in_threadpool(_document, found)


@router.get("/{trace_id}/critical-path")
async def critical_path(trace_id: str, _wanted: Annotated[InProject, Query()]) -> CriticalPath:
    """What the trace waited for."""
    found = await assembled(trace_id)
    durations = dict(found.spans.select("SpanId", "DurationNs").iter_rows())
    ordered = found.sections.sort("RootSpanId", pl.col("EndNs"), "StartNs", descending=True)
    roots = [
        _root(str(key[0]), durations, rows)
        for key, rows in ordered.group_by("RootSpanId", maintain_order=True)
    ]
    return CriticalPath(roots=roots)


@router.get("/{trace_id}/spans/{span_id}/messages")
async def messages(trace_id: str, span_id: str, _wanted: Annotated[InProject, Query()]) -> Messages:
    """Messages of a model call, and its prompt's tokens by part.

    Empty lists where the span recorded no content or its raw form has expired. Files are
    references: inline bytes are given by their number.
    """
    span = await read_span(trace_id.lower(), span_id.lower())
    if span is None:
        raise HTTPException(
            404,
            f"trace {trace_id[:64]} has no span {span_id[:64]!r}; /api/v1/traces/{{id}} lists them",
        )
    return _messages(await run_in_threadpool(said_in, span))


def _messages(said: Said) -> Messages:
    budget = None if said.budget is None else PromptBudget(**asdict(said.budget))
    shown = said.conversation.to_json()
    return Messages(**shown, left_out=said.conversation.left_out, budget=budget)


async def assembled(trace_id: str) -> Trace:
    """The trace with this id. Raises HTTPException 404 saying what is known of it."""
    found = await read_trace(trace_id.lower())
    if isinstance(found, Waiting):
        raise HTTPException(
            404,
            f"trace {trace_id[:64]} has {found.spans} spans here but is not assembled yet; "
            "ask again in a few seconds",
            {"retry-after": "2"},
        )
    if found is None:
        raise HTTPException(
            404, f"no trace has the id {trace_id[:64]!r}; /api/v1/traces lists them"
        )
    return found


def _root(root: str, durations: dict[str, int], rows: pl.DataFrame) -> RootPath:
    lasted = durations.get(root, int((rows["EndNs"] - rows["StartNs"]).sum()))
    names = ("SpanId", "StartNs", "EndNs", "Phase", "Evidence")
    sections = [
        Section(span=span, start=start, end=end, phase=phase, evidence=evidence)
        for span, start, end, phase, evidence in rows.select(names).iter_rows()
    ]
    return RootPath(root=root, duration=lasted, sections=sections)


def _document(found: Trace) -> dict[str, Any]:
    head = {name: value for name, value in found.head.items() if name not in INTERNAL}
    spans = found.spans.drop([name for name in INTERNAL if name in found.spans.columns])
    return {**as_json(head), "spans": [as_json(row) for row in spans.iter_rows(named=True)]}
