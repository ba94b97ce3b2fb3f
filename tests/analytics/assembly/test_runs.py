"""Runs of agents and calls of tools are counted once, however many spans tell of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from longpole.analytics.assembly import Assembled

Run = Callable[..., Assembled]
Row = dict[str, Any]
MCP: Row = {"kind": "tool", "ToolName": "search", "McpMethod": "tools/call", "Dialect": "mcp"}
TOOL: Row = {"kind": "tool", "ToolName": "search"}
AGENT: Row = {"kind": "agent", "agent": "planner"}


def counts(run: Run, *rows: Row) -> tuple[int, int]:
    spans = [{"id": chr(97 + n), **row} for n, row in enumerate(rows)]
    return run(*spans).traces.select("AgentRuns", "ToolCalls").row(0)


@pytest.mark.parametrize(
    ("rows", "tools"),
    [
        ([MCP, {**MCP, "parent": "a"}], 1),
        ([TOOL, {"parent": "a"}, {**MCP, "parent": "b"}, {"parent": "c"},
          {**MCP, "parent": "d"}], 1),
        ([{**TOOL, "ToolName": "web_search"}, {"parent": "a"}, {**MCP, "parent": "b"}], 1),
        ([{**TOOL, "ToolName": "research"}, {"parent": "a"}, {**MCP, "parent": "b"}], 2),
        ([TOOL, {"parent": "a"}, {**TOOL, "parent": "b"}], 2),
        ([TOOL, {**AGENT, "parent": "a"}, {**TOOL, "parent": "b"}], 2),
        ([TOOL, {**AGENT, "parent": "a"}, {**MCP, "parent": "b"}], 2),
        ([TOOL, TOOL], 2),
        ([{**TOOL, "ToolCallId": "1"}, {**TOOL, "parent": "a", "ToolCallId": "2"}], 2),
        ([{**TOOL, "ToolCallId": "1"}, {"parent": "a"},
          {**TOOL, "ToolName": "other", "parent": "b", "ToolCallId": "1"}], 1),
        ([{**TOOL, "ToolCallId": "1", "Dialect": "x"}, {**TOOL, "ToolCallId": "1"}], 1),
        ([{**TOOL, "ToolCallId": "1"}, {**TOOL, "ToolCallId": "1"}], 2),
        ([{**TOOL, "ToolCallId": "1", "Dialect": x} for x in "xyxyx"], 3),
        ([{"kind": "mcp", "McpMethod": "tools/list"}], 0),
    ],
)  # fmt: skip
def test_tool_calls(run: Run, rows: list[Row], tools: int) -> None:
    assert counts(run, *rows)[1] == tools


@pytest.mark.parametrize(
    ("rows", "runs"),
    [
        ([AGENT, {**AGENT, "parent": "a"}], 1),
        ([AGENT, {**AGENT, "parent": "a", "agent": "writer"}], 2),
        ([AGENT, {"parent": "a", "kind": "chain"}, {**AGENT, "parent": "b"}], 2),
        ([AGENT, {"parent": "a", "kind": "chain"}, {**AGENT, "parent": "b", "Dialect": "x"}], 1),
        ([AGENT, {"parent": "a", "kind": "tool"}, {**AGENT, "parent": "b", "Dialect": "x"}], 2),
        ([{"kind": "agent"}, {"kind": "agent", "parent": "a"}], 2),
        ([{**AGENT, "Operation": "create_agent"}], 0),
        ([{**AGENT, "Operation": "create_agent"}, {**AGENT, "parent": "a"}], 1),
        ([{"kind": "chain", "agent": "planner"}], 0),
    ],
)
def test_agent_runs(run: Run, rows: list[Row], runs: int) -> None:
    assert counts(run, *rows)[0] == runs
