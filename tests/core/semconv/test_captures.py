"""Real exports of the two dialects give the facts stated beside them; all others at least arrive.

Facts that only the whole trace can tell (`counted`, `agent_effective`, what is inherited from
another span) belong to trace assembly and are not asked for here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]
CAPTURES = (
    "google-adk", "langfuse", "litellm", "mcp-python-sdk", "openinference-langchain",
    "openinference-openai", "otel-genai-openai", "pydantic-ai", "strands", "traceloop-openai",
    "vercel-ai-v5", "vercel-ai-v5-otlpjson",
)  # fmt: skip
COLUMNS = {
    "kind": "Kind", "provider": "Provider", "request_model": "RequestModel",
    "response_model": "ResponseModel", "model": "Model", "input_tokens": "InputTokens",
    "output_tokens": "OutputTokens", "cache_read_tokens": "CacheReadTokens",
    "cache_write_tokens": "CacheWriteTokens", "reasoning_tokens": "ReasoningTokens",
    "session": "SessionId", "user": "UserId", "agent": "AgentName", "tool": "ToolName",
    "error": "IsError", "streaming": "Streaming", "ttft_s": "TtftS", "name": "Name",
    "trace_id": "TraceId",
}  # fmt: skip
WHOLE_TRACE = {"counted", "agent_effective", "span_id"}


@pytest.mark.parametrize("capture", CAPTURES)
def test_every_stated_fact_is_found(
    capture: str,
    captures: Path,
    capture_rows: Callable[[str], list[Row]],
    normalise: Callable[[list[Row]], list[Row]],
) -> None:
    found = {row["SpanId"]: row for row in normalise(capture_rows(capture))}
    facts = json.loads((captures / capture / "expected.json").read_text("utf-8"))["spans"]
    assert len(found) == len(facts)
    for fact in facts:
        said = found[fact["span_id"]]
        for key in fact.keys() - WHOLE_TRACE:
            assert _fits(said[COLUMNS[key]], fact[key]), (capture, fact["name"], key, said)


def _fits(said: Any, stated: Any) -> bool:  # noqa: ANN401 - facts are of several types
    if stated is None:
        return said in (None, "")
    if isinstance(stated, float):
        return bool(said == pytest.approx(stated, abs=0.002))
    return bool(said == stated)
