"""Which spans are runs of agents and calls of tools, each once."""

from __future__ import annotations

import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.grown import Grown, take
from longpole.analytics.assembly.kernels import Ints

CREATES = "create_agent"
CALLS_TOOL = "tools/call"
SEPARATORS = "_-./:"  # between the name of an MCP server and its tool's, as frameworks join them


def agent_runs(grown: Grown) -> pl.Series:
    """Agent spans, without those that only build an agent.

    An agent span right below one of the same name tells of the same run, and so does one of
    another instrumentation with nothing but steps in between.
    """
    agent = (grown["Kind"] == "agent") & (grown["Operation"] != CREATES)
    above = _nearest(grown, agent, grown["Kind"].is_in(["tool", "llm"]))
    named = (grown["AgentName"] != "") & (grown["AgentName"] == take(grown["AgentName"], above))
    other = grown["Dialect"] != take(grown["Dialect"], above)
    return agent & ~(named & (_is_parent(grown, above) | other))


def tool_calls(grown: Grown) -> pl.Series:
    """Tool spans that are not another span's view of a call.

    A framework's, an MCP client's and an MCP server's span of one call lie in each other; they
    agree on the call's id, or on the tool's name where one is the other's parent or speaks MCP.
    Two instrumentations may also tell of one call side by side, with one id.
    """
    tool = grown["Kind"] == "tool"
    if not tool.any():
        return tool
    above = _nearest(grown, tool, grown["Kind"].is_in(["agent", "llm"]))
    own_id, id_above = grown["ToolCallId"], take(grown["ToolCallId"], above)
    differs = (own_id != "") & (id_above != "") & (own_id != id_above)
    mcp = grown["McpMethod"] == CALLS_TOOL
    named = _same_name(grown, above, mcp) & (_is_parent(grown, above) | mcp)
    same = ((own_id != "") & (own_id == id_above)) | (named & ~differs)
    return _once(grown, tool & ~same)


def _nearest(grown: Grown, wanted: pl.Series, barrier: pl.Series) -> Ints:
    return kernels.nearest_below(
        grown.forest.order,
        grown.forest.parent,
        wanted.to_numpy(writable=True),
        barrier.to_numpy(writable=True),
    )


def _is_parent(grown: Grown, above: Ints) -> pl.Series:
    return pl.Series((above >= 0) & (above == grown.forest.parent))


def _same_name(grown: Grown, above: Ints, mcp: pl.Series) -> pl.Series:
    names = pl.DataFrame({"own": grown["ToolName"], "above": take(grown["ToolName"], above)})
    own, over = pl.col("own").cast(pl.String), pl.col("above").cast(pl.String)
    prefix = over.str.strip_suffix(own)
    joined = (prefix != over) & prefix.str.tail(1).is_in(list(SEPARATORS))
    same = (own == over) | (joined & mcp)
    return names.select((own != "") & same).to_series()


def _once(grown: Grown, calls: pl.Series) -> pl.Series:
    """Of the calls with one id in a trace, as many as the instrumentation with most tells of."""
    has_id = calls & (grown["ToolCallId"] != "")
    if not has_id.any() or grown["Dialect"].n_unique() == 1:
        return calls
    told = grown.spans.select("ToolCallId", "Dialect").with_columns(trace=pl.Series(grown.trace))
    key = ["trace", "ToolCallId"]
    numbered = told.with_row_index().filter(has_id).with_columns(
        number=pl.int_range(pl.len()).over(*key, "Dialect")
    )  # fmt: skip
    repeated = numbered.filter(~pl.struct(*key, "number").is_first_distinct())["index"]
    return calls & ~told.with_row_index()["index"].is_in(repeated.implode())
