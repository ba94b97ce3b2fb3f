"""Applications and tracing libraries: parts of their dialects that no recording shows."""

from __future__ import annotations

import json
from typing import Any

from synthetic_framework import Capture, Declared, DeclaredLog, Values

DIFY_NODE = {"gen_ai.framework": "dify", "gen_ai.session.id": "s", "node.execution_id": "n1"}
DIFY = {"dialect": "dify", "framework": "dify"}


def node(node_type: str, kind: str, said: Values, facts: Values) -> Declared:
    """A node of a Dify workflow."""
    return Declared(
        node_type,
        {**DIFY_NODE, "node.type": node_type, "gen_ai.span.kind": kind, **said},
        {**DIFY, "workflow": "wf-1", **facts},
        scope="dify", below="workflow",
    )  # fmt: skip


DIFY_CAPTURE = Capture(
    "synthetic-dify",
    "Dify",
    (
        Declared(
            "workflow",
            {
                "gen_ai.framework": "dify", "dify.workflow_id": "wf-1", "gen_ai.span.kind": "CHAIN",
                "gen_ai.conversation.id": "conv-9", "gen_ai.user.id": "user-9",
            },
            {**DIFY, "kind": "chain", "workflow": "wf-1", "session": "conv-9", "user": "user-9"},
            scope="dify",
        ),
        node(
            "llm", "LLM",
            {
                "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o",
                "gen_ai.usage.input_tokens": "31", "gen_ai.usage.output_tokens": "7",
                "gen_ai.usage.total_tokens": "38", "gen_ai.user.time_to_first_token": 350_000_000,
            },
            {
                "kind": "llm", "model": "gpt-4o", "provider": "openai", "input_tokens": 31,
                "output_tokens": 7, "total_tokens": 38, "counted": True, "ttft_s": 0.35,
                "streaming": True, "session": "conv-9", "user": "user-9",
            },
        ),
        node(
            "knowledge-retrieval", "RETRIEVER",
            {"retrieval.query": "returns", "retrieval.document": '[{"a": 1}, {"a": 2}, {"a": 3}]'},
            {"kind": "retriever", "retrieval_query": "returns", "retrieval_count": 3},
        ),
        node("tool", "TOOL", {"gen_ai.tool.name": "search"}, {"kind": "tool", "tool": "search"}),
        node("code", "TASK", {}, {"kind": "chain"}),
        Declared(
            "question-classifier",
            {"node.type": "question-classifier", "node.execution_id": "n2"},
            {**DIFY, "kind": "chain"}, scope="dify", below="workflow",
        ),
        Declared(
            "retrieval without a span kind",
            {"node.type": "knowledge-retrieval", "node.execution_id": "n3"},
            {**DIFY, "kind": "retriever"}, scope="dify", below="workflow",
        ),
    ),
)  # fmt: skip


def inferred(name: str, kind: str, said: Values, facts: Values, below: str = "answer") -> Declared:
    """A span of OpenInference; its kind is said in capitals."""
    return Declared(
        name,
        {"openinference.span.kind": kind, **said},
        {"dialect": "openinference", **facts},
        scope="openinference.instrumentation.shop", below=below,
    )  # fmt: skip


OPENINFERENCE = Capture(
    "synthetic-openinference-kinds",
    "OpenInference, the kinds that no recording has",
    (
        inferred(
            "answer", "AGENT",
            {"session.id": "s-3", "user.id": "u-3", "tag.tags": ["beta", "eu"]},
            {"kind": "agent", "agent": "answer", "session": "s-3", "tags": ["beta", "eu"]},
            below="",
        ),
        inferred(
            "rank", "RERANKER",
            {
                "reranker.model_name": "rerank-v3.5", "reranker.query": "returns",
                "reranker.top_k": 1,
                "reranker.input_documents.0.document.content": "a",
                "reranker.input_documents.1.document.content": "b",
                "reranker.output_documents.0.document.content": "b",
            },
            {
                "kind": "reranker", "model": "rerank-v3.5", "provider": "cohere",
                "provider_inferred": True, "retrieval_query": "returns", "retrieval_count": 1,
                "session": "s-3", "user": "u-3",
            },
        ),
        inferred(
            "look up", "RETRIEVER",
            {
                "input.value": "how to return",
                "retrieval.documents.0.document.id": "d0",
                "retrieval.documents.1.document.id": "d1",
            },
            {"kind": "retriever", "retrieval_query": "how to return", "retrieval_count": 2},
        ),
        inferred("check", "GUARDRAIL", {}, {"kind": "guardrail", "input_tokens": None}),
        inferred("judge", "EVALUATOR", {}, {"kind": "evaluator", "counted": False}),
        inferred("template", "PROMPT", {}, {"kind": "chain"}),
        inferred("branch", "decision", {}, {"kind": "chain"}),
        inferred("odd", "UNKNOWN", {}, {"kind": "chain"}),
        inferred(
            "paid", "LLM",
            {
                "llm.model_name": "gpt-4o", "llm.provider": "openai",
                "llm.prompt_template.version": "v2",
                "llm.token_count.prompt": 40, "llm.token_count.completion": 10,
                "llm.token_count.prompt_details.audio": 6,
                "llm.token_count.completion_details.audio": 2,
                "llm.cost.total": 0.5, "llm.cost.prompt": 0.3, "llm.cost.completion": 0.2,
            },
            {
                "kind": "llm", "prompt_version": "v2", "input_tokens": 40, "output_tokens": 10,
                "input_audio_tokens": 6, "output_audio_tokens": 2, "cost_reported_usd": 0.5,
                "counted": True,
            },
        ),
    ),
)  # fmt: skip
BUCKETS = {
    "input": 100, "input_cached_tokens": 30, "input_audio_tokens": 20, "output": 40,
    "output_reasoning_tokens": 10, "total": 200,
}  # fmt: skip
LANGFUSE = Capture(
    "synthetic-langfuse-buckets",
    "Langfuse, usage in disjoint buckets",
    (
        Declared(
            "disjoint",
            {
                "langfuse.observation.type": "generation",
                "langfuse.observation.model.name": "gpt-4o-audio-preview",
                "langfuse.observation.usage_details": json.dumps(BUCKETS),
                "langfuse.observation.cost_details": '{"input": 0.002, "output": 0.003}',
                "langfuse.observation.prompt.name": "greeting",
                "langfuse.trace.tags": ["voice"],
                "langfuse.environment": "staging",
                "langfuse.release": "2.0",
            },
            {
                "kind": "llm", "dialect": "langfuse", "input_tokens": 150, "output_tokens": 50,
                "cache_read_tokens": 30, "input_audio_tokens": 20, "reasoning_tokens": 10,
                "total_tokens": 200, "cost_reported_usd": 0.005, "counted": True,
                "prompt_name": "greeting", "tags": ["voice"], "environment": "staging",
                "release": "2.0",
            },
            scope="langfuse-sdk",
        ),
        Declared(
            "inclusive",
            {
                "langfuse.observation.type": "generation",
                "langfuse.observation.model.name": "gpt-4o",
                "langfuse.observation.usage_details": json.dumps(
                    {
                        "prompt_tokens": 100, "completion_tokens": 40,
                        "prompt_tokens_details.cached_tokens": 30,
                    }
                ),
            },
            {"kind": "llm", "input_tokens": 100, "output_tokens": 40, "cache_read_tokens": 30},
            scope="langfuse-sdk", trace=2,
        ),
    ),
)  # fmt: skip
LOGFIRE = Capture(
    "synthetic-logfire-pending",
    "Logfire, which announces a span before it ends",
    (
        Declared(
            "agent run (pending)", {"logfire.span_type": "pending_span", "logfire.msg": "run"},
            None, scope="logfire", for_ms=0,
        ),
        Declared(
            "agent run", {"logfire.span_type": "span", "logfire.msg": "run", "tags": ["nightly"]},
            {"kind": "other", "dialect": "logfire", "tags": ["nightly"]}, scope="logfire",
        ),
    ),
)  # fmt: skip
CODEX_PLACE = {"service.name": "codex_cli_rs"}
CODEX = Capture(
    "synthetic-codex-logs",
    "Codex, whose usage is in log records only, here written in a span",
    (
        Declared(
            "run_turn", {},
            {
                "kind": "other", "dialect": "codex", "framework": "codex", "model": "gpt-5-codex",
                "input_tokens": 120, "cache_read_tokens": 32, "output_tokens": 48,
                "reasoning_tokens": 16, "total_tokens": 168, "session": "c-1", "counted": True,
                "usage_scope": "aggregate",
            },
            scope="codex_core", resource=CODEX_PLACE,
        ),
    ),
    (
        DeclaredLog(
            "codex.sse_event",
            {
                "event.kind": "response.completed", "conversation.id": "c-1",
                "model": "gpt-5-codex", "input_token_count": "120", "cached_token_count": "32",
                "output_token_count": "48", "reasoning_token_count": "16",
            },
            within="run_turn", scope="codex_otel", at_ms=900, resource=CODEX_PLACE,
        ),
    ),
)  # fmt: skip
MCP: dict[str, Any] = {"dialect": "mcp", "mcp_session_id": "m-1"}
MCP_CAPTURE = Capture(
    "synthetic-mcp-session",
    "MCP over HTTP with a session",
    (
        Declared(
            "tools/call add",
            {
                "mcp.method.name": "tools/call", "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": "add", "mcp.session.id": "m-1", "error.type": "tool_error",
            },
            {
                **MCP, "kind": "tool", "tool": "add", "mcp_method": "tools/call", "session": None,
                "error": True, "error_type": "tool_error",
            },
            kind="client", failed=True,
        ),
        Declared(
            "resources/read",
            {"mcp.method.name": "resources/read", "mcp.session.id": "m-1"},
            {**MCP, "kind": "mcp", "mcp_method": "resources/read", "error_type": None},
            trace=2,
        ),
    ),
)  # fmt: skip
APPLICATIONS = (DIFY_CAPTURE, OPENINFERENCE, LANGFUSE, LOGFIRE, CODEX, MCP_CAPTURE)
