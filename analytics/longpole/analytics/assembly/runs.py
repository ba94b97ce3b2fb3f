"""Which spans are runs of agents and calls of tools, each once."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.grown import Grown
from longpole.analytics.assembly.kernels import Bools

CREATES = "create_agent"
CALLS_TOOL = "tools/call"
SEPARATORS = "_-./:"  # between the name of an MCP server and its tool's, as frameworks join them


def agent_runs(grown: Grown) -> pl.Series:
    """Agent spans, without those that only build an agent.

    An agent span right below one of the same name tells of the same run, and so does one of
    another instrumentation with nothing but steps in between.
    """
    agent = (grown["Kind"] == "agent") & (grown["Operation"] != CREATES)
    pairs = _nested(grown, agent, ("tool", "llm"), ("AgentName", "Dialect"))
    named = (pl.col("AgentName") != "") & (pl.col("AgentName") == pl.col("AgentName_above"))
    other = pl.col("Dialect") != pl.col("Dialect_above")
    return _without(agent, pairs.filter(named & (pl.col("is_child") | other)))


def tool_calls(grown: Grown) -> pl.Series:
    """Tool spans that are not another span's view of a call.

    A framework's, an MCP client's and an MCP server's span of one call lie in each other; they
    agree on the call's id, or on the tool's name where one is the other's parent or speaks MCP.
    Two instrumentations may also tell of one call side by side, with one id.
    """
    tool = grown["Kind"] == "tool"
    pairs = _nested(grown, tool, ("agent", "llm"), ("ToolName", "ToolCallId", "McpMethod"))
    own, above = pl.col("ToolCallId"), pl.col("ToolCallId_above")
    differs = (own != "") & (above != "") & (own != above)
    speaks = pl.col("McpMethod") == CALLS_TOOL
    named = _same_name(speaks) & (pl.col("is_child") | speaks)
    same = ((own != "") & (own == above)) | (named & ~differs)
    return _once(grown, _without(tool, pairs.filter(same)))


def _nested(
    grown: Grown, wanted: pl.Series, barriers: tuple[str, ...], names: tuple[str, ...]
) -> pl.DataFrame:
    """Wanted spans (`index`) in others without a barrier between: what both say, `is_child`."""
    chosen = _array(wanted)
    barrier = _array(grown["Kind"].is_in(barriers))
    above = kernels.nearest_below(grown.forest.order, grown.forest.parent, chosen, barrier)
    index = np.flatnonzero(chosen & (above >= 0))
    texts = grown.spans.select(pl.col(*names).cast(pl.String))
    over = texts[above[index]].rename(lambda name: f"{name}_above")
    return texts[index].hstack(over).with_columns(
        pl.Series("index", index),
        pl.Series("is_child", above[index] == grown.forest.parent[index]),
    )  # fmt: skip


def _same_name(speaks: pl.Expr) -> pl.Expr:
    own, above = pl.col("ToolName"), pl.col("ToolName_above")
    prefix = above.str.strip_suffix(own)
    joined = (prefix != above) & prefix.str.tail(1).is_in(list(SEPARATORS))
    return (own != "") & ((own == above) | (joined & speaks))


def _without(spans: pl.Series, others: pl.DataFrame) -> pl.Series:
    kept = _array(spans)
    kept[others["index"].to_numpy()] = False
    return pl.Series(kept)


def _once(grown: Grown, calls: pl.Series) -> pl.Series:
    """Of the calls with one id in a trace, as many as the instrumentation with most tells of."""
    index = np.flatnonzero(_array(calls & (grown["ToolCallId"] != "")))
    told = grown.spans[index].select("ToolCallId", "Dialect")
    if told["Dialect"].n_unique() < 2:
        return calls
    key = ["trace", "ToolCallId"]
    numbered = told.with_columns(
        pl.Series("trace", grown.trace[index]), pl.Series("index", index)
    ).with_columns(number=pl.int_range(pl.len()).over(*key, "Dialect"))
    return _without(calls, numbered.filter(~pl.struct(*key, "number").is_first_distinct()))


def _array(values: pl.Series) -> Bools:
    return values.to_numpy(writable=True)
