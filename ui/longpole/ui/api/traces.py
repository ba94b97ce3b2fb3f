"""`GET /api/v1/traces`: search."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from longpole.core.errors import InputError
from longpole.ui import queries, search, state
from longpole.ui.api.query import InProject
from longpole.ui.api.rows import as_json
from longpole.ui.state import Filters, Window

router = APIRouter(prefix="/api/v1")
MAX_NS = 2**63 - 1
NOT_FILTERS = {"project", "from_ns", "to_ns", "sort", "limit", "cursor", "count"}


class TraceQuery(InProject):
    """Parameters of the search. What is not given does not restrict."""

    since: Literal["1h", "24h", "7d", "all"] = Field("24h", description="time range up to now")
    from_ns: int | None = Field(None, ge=0, le=MAX_NS, description="earliest start; with to_ns")
    to_ns: int | None = Field(None, ge=0, le=MAX_NS, description="before this start")
    q: str = Field("", max_length=500, description="text in run, agent, step, service, session")
    service: str = ""
    environment: str = ""
    release: str = ""
    agent: str = ""
    step: str = ""
    model: str = ""
    root_name: str = Field("", max_length=500, description="name of the root span")
    variant: str = Field("", max_length=100, description="hash of the path's variant")
    session: str = ""
    user: str = ""
    status: Literal["", "ok", "error"] = ""
    min_ms: float | None = Field(None, ge=0, le=1e13, description="shortest duration")
    max_ms: float | None = Field(None, ge=0, le=1e13, description="below this duration")
    min_usd: float | None = Field(None, ge=0, le=1e13, description="lowest cost")
    sort: str = Field("-start", description="one of start, duration, cost, ttft, tokens, spans, "
                      "errors; a minus in front: largest first")  # fmt: skip
    limit: int = Field(100, ge=1, le=1000)
    cursor: str | None = Field(None, description="next_cursor of the page before")
    count: bool = Field(False, description="also answer `total`; costs one more query")

    def filters(self) -> Filters:
        """What is searched for, without order and page."""
        return Filters(**self.model_dump(exclude=NOT_FILTERS))

    def window(self) -> Window:
        """The time range. Raises InputError when it is empty."""
        if self.from_ns is None and self.to_ns is None:
            return state.window(self.since)
        everything = state.window("all")
        start = everything.start_ns if self.from_ns is None else self.from_ns
        end = everything.end_ns if self.to_ns is None else self.to_ns
        if start >= end:
            raise InputError(f"from_ns {start} is not before to_ns {end}; exchange them")
        return Window(start, end)


class TraceRow(BaseModel):
    """One trace. `cost_usd` is null where no call has a known price."""

    trace_id: str
    start_ns: int
    duration_ns: int
    root_name: str
    service: str
    environment: str
    release: str
    workflow: str
    agent: str
    session_id: str
    user_id: str
    is_error: bool
    error_spans: int
    spans: int
    model_calls: int
    tool_calls: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    reasoning_tokens: int
    cost_usd: float | None
    unpriced_calls: int
    ttft_s: float | None
    models: list[str]
    steps: list[str]
    flags: list[str]


class TracePage(BaseModel):
    """One page of the search; `next_cursor` is null on the last.

    `total` counts the traces of all pages; null unless asked for with `count=true`.
    """

    traces: list[TraceRow]
    next_cursor: str | None
    total: int | None


@router.get("/traces")
async def traces(wanted: Annotated[TraceQuery, Query()]) -> TracePage:
    """Traces that fit, newest first unless `sort` says otherwise."""
    order = search.parse_order(wanted.sort)
    project = await queries.project()
    after = _after(wanted.cursor, project) if wanted.cursor else None
    filters, window = wanted.filters(), wanted.window()
    found = await queries.traces_page(filters, order, wanted.limit + 1, after=after, window=window)
    total = await queries.traces_count(filters, window) if wanted.count else None
    page = found.head(wanted.limit).to_dicts()
    more = None
    if found.height > wanted.limit:
        more = search.Cursor(page[-1]["SortKey"], page[-1]["TraceId"], project).encode()
    rows = [TraceRow.model_validate(as_json(row)) for row in page]
    return TracePage(traces=rows, next_cursor=more, total=total)


def _after(text: str, project: str) -> search.Cursor:
    cursor = search.parse_cursor(text)
    if cursor.project != project:
        raise InputError(
            f"cursor is of project {cursor.project[:80]!r} and the request of {project!r}; "
            "give the same project= with every page"
        )
    return cursor
