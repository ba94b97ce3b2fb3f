"""What spans claim of usage against what is counted in their place."""

from __future__ import annotations

from typing import Any

from longpole.ui import queries, state

Row = dict[str, Any]


async def claims_by_day(since: str, limit: int) -> list[Row]:
    """Rows of claims_by_day.sql in a time range, the latest day first."""
    window = state.Window(state.window(since).start_ns, state.LATEST_NS)
    found = await queries.ask("claims_by_day", {**window.parameters, "limit": limit})
    return found.to_dicts()


async def claims_of_trace(trace_id: str, from_ns: int, to_ns: int, limit: int) -> list[Row]:
    """Rows of trace_claims.sql; the times are those in which spans of the trace start."""
    which = {"trace": trace_id, "from_ns": from_ns, "to_ns": to_ns, "limit": limit}
    return (await queries.ask("trace_claims", which)).to_dicts()
