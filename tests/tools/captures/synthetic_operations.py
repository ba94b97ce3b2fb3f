"""Every operation of the GenAI conventions, and the .NET libraries that follow them."""

from __future__ import annotations

from typing import Any

from synthetic_framework import Capture, Declared, Values

KINDS = {
    "llm": ("text_completion", "generate_content", "response", "completion", "fetch_response"),
    "embedding": ("embedding",),
    "retriever": ("vector_db_retrieve",),
    "reranker": ("rerank",),
    "chain": ("execute_task", "execute_event_loop_cycle", "workflow", "chain"),
    "memory": (
        "create_memory", "search_memory", "update_memory", "upsert_memory", "delete_memory",
        "create_memory_store", "delete_memory_store",
    ),
}  # fmt: skip
PLACE = {
    "service.name": "shop", "service.version": "1.4.2", "deployment.environment.name": "prod",
}  # fmt: skip
OTEL: dict[str, Any] = {"scope": "opentelemetry.instrumentation.genai.shop", "resource": PLACE}
PROVIDER = {"gen_ai.provider.name": "mistral_ai"}
AGENT = "invoke_agent planner"


def plain(operation: str, kind: str) -> Declared:
    """A span that says its operation and nothing else of note."""
    return Declared(
        f"{operation} x",
        {"gen_ai.operation.name": operation, **PROVIDER},
        {"kind": kind, "operation": operation, "dialect": "otel-genai", "counted": False},
        below=AGENT, **OTEL,
    )  # fmt: skip


def of(operation: str, name: str, said: Values, facts: Values, below: str = AGENT) -> Declared:
    """A span of an operation with more to say."""
    return Declared(
        f"{operation} {name}",
        {"gen_ai.operation.name": operation, **PROVIDER, **said},
        {"operation": operation, "dialect": "otel-genai", **facts},
        below=below, **OTEL,
    )  # fmt: skip


CHAT = of(
    "chat",
    "mistral-small",
    {
        "gen_ai.request.model": "mistral-small",
        "gen_ai.request.stream": True,
        "gen_ai.request.temperature": 0.3,
        "gen_ai.request.top_p": 0.8,
        "gen_ai.request.max_tokens": 400,
        "gen_ai.request.seed": -7,
        "gen_ai.prompt.name": "weather",
        "gen_ai.prompt.version": "3",
        "gen_ai.response.finish_reasons": ["tool_calls"],
        "gen_ai.response.id": "resp-1",
        "gen_ai.response.time_to_first_chunk": 0.25,
        "gen_ai.usage.input_tokens": 50,
        "gen_ai.usage.output_tokens": 12,
        "gen_ai.usage.reasoning.output_tokens": 4,
        "gen_ai.conversation.id": "conv-1",
        "enduser.id": "user-1",
        "gen_ai.agent.name": "planner",
    },
    {
        "kind": "llm", "provider": "mistral_ai", "provider_raw": "mistral_ai",
        "provider_inferred": False, "request_model": "mistral-small", "response_model": None,
        "streaming": True, "temperature": 0.3, "top_p": 0.8, "max_tokens": 400, "seed": -7,
        "prompt_name": "weather", "prompt_version": "3", "finish_reasons": ["tool_call"],
        "response_id": "resp-1", "ttft_s": 0.25, "ttft_source": "attribute", "input_tokens": 50,
        "output_tokens": 12, "reasoning_tokens": 4, "total_tokens": 62, "counted": True,
        "usage_scope": "call", "session": "conv-1", "user": "user-1", "environment": "prod",
        "release": "1.4.2", "agent_effective": "planner",
    },
)  # fmt: skip
OPERATIONS = Capture(
    "synthetic-otel-genai",
    "OpenTelemetry's GenAI conventions, every operation",
    (
        of(
            "invoke_workflow", "trip", {"gen_ai.workflow.name": "trip"},
            {"kind": "chain", "workflow": "trip", "counted": False}, below="",
        ),
        of(
            "invoke_agent", "planner",
            {"gen_ai.agent.name": "planner", "gen_ai.agent.id": "agent-1"},
            {
                "kind": "agent", "agent": "planner", "agent_id": "agent-1", "counted": False,
                "usage_scope": "none", "workflow": "trip", "session": "conv-1", "user": "user-1",
            },
            below="invoke_workflow trip",
        ),
        of("create_agent", "helper", {"gen_ai.agent.name": "helper"}, {"kind": "agent"}),
        of("plan", "planner", {}, {"kind": "chain", "agent_effective": "planner"}),
        CHAT,
        of(
            "execute_tool", "get_weather",
            {
                "gen_ai.tool.name": "get_weather", "gen_ai.tool.type": "function",
                "gen_ai.tool.call.id": "call-1",
            },
            {
                "kind": "tool", "tool": "get_weather", "tool_type": "function",
                "tool_call_id": "call-1", "counted": False, "input_tokens": None,
            },
        ),
        of(
            "retrieval", "docs",
            {
                "gen_ai.retrieval.query.text": "rain in Paris",
                "gen_ai.retrieval.documents": '[{"id": "a", "score": 0.9}, {"id": "b"}]',
            },
            {"kind": "retriever", "retrieval_query": "rain in Paris", "retrieval_count": 2},
        ),
        of(
            "embeddings", "mistral-embed",
            {"gen_ai.request.model": "mistral-embed", "gen_ai.usage.input_tokens": 9},
            {
                "kind": "embedding", "input_tokens": 9, "output_tokens": None, "total_tokens": 9,
                "counted": True, "model": "mistral-embed",
            },
        ),
        *(plain(operation, kind) for kind, names in KINDS.items() for operation in names),
    ),
)  # fmt: skip

GPT = "gpt-4o-2024-08-06"
AZURE = {
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.model": GPT,
    "gen_ai.usage.input_tokens": 70,
    "gen_ai.usage.output_tokens": 15,
}
CALLED = {
    "kind": "llm", "request_model": "gpt-4o", "response_model": GPT, "model": GPT,
    "input_tokens": 70, "output_tokens": 15, "counted": True, "usage_scope": "call",
}  # fmt: skip
DOTNET_AGENT = Capture(
    "synthetic-agent-framework-dotnet",
    "Microsoft.Agents.AI over Microsoft.Extensions.AI",
    (
        Declared(
            "invoke_agent Joker",
            {
                "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "Joker",
                "gen_ai.agent.id": "0d0e", "gen_ai.provider.name": "microsoft.agent_framework",
                "gen_ai.usage.input_tokens": 70, "gen_ai.usage.output_tokens": 15,
            },
            {
                "kind": "agent", "dialect": "agent-framework", "agent": "Joker",
                "agent_id": "0d0e", "framework": "microsoft.agent_framework", "provider": None,
                "usage_scope": "aggregate", "counted": False,
            },
            scope="Experimental.Microsoft.Agents.AI",
        ),
        Declared(
            "chat gpt-4o",
            {
                "gen_ai.operation.name": "chat", "gen_ai.provider.name": "azure.ai.openai",
                "server.address": "https://example.openai.azure.com/", "server.port": 443, **AZURE,
            },
            {**CALLED, "dialect": "agent-framework", "provider": "azure.ai.openai"},
            scope="Experimental.Microsoft.Extensions.AI", below="invoke_agent Joker", kind="client",
        ),
        Declared(
            "execute_tool tell_joke",
            {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "tell_joke"},
            {
                "kind": "tool", "dialect": "agent-framework", "tool": "tell_joke",
                "agent_effective": "Joker",
            },
            scope="Experimental.Microsoft.Extensions.AI", below="invoke_agent Joker",
        ),
    ),
)  # fmt: skip
KERNEL = "Microsoft.SemanticKernel.Diagnostics"
DOTNET_KERNEL = Capture(
    "synthetic-semantic-kernel-dotnet",
    "Microsoft.SemanticKernel",
    (
        Declared(
            "invoke_agent Guide",
            {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "Guide"},
            {"kind": "agent", "dialect": "semantic-kernel", "agent": "Guide", "counted": False},
            scope=KERNEL,
        ),
        Declared(
            "chat.completions gpt-4o",
            {
                "gen_ai.operation.name": "chat.completions", "gen_ai.system": "openai",
                "gen_ai.response.finish_reason": "Stop", "gen_ai.response.id": "chatcmpl-k1",
                **AZURE,
            },
            {
                **CALLED, "dialect": "semantic-kernel", "provider": "openai",
                "framework": "semantic_kernel", "finish_reasons": ["stop"],
                "response_id": "chatcmpl-k1", "agent_effective": "Guide",
            },
            scope=KERNEL, below="invoke_agent Guide", kind="client",
        ),
        Declared(
            "execute_tool Weather-Get",
            {
                "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Weather-Get",
                "error.type": "System.TimeoutException",
            },
            {
                "kind": "tool", "dialect": "semantic-kernel", "tool": "Weather-Get", "error": True,
                "error_type": "System.TimeoutException",
            },
            scope="Microsoft.SemanticKernel", below="invoke_agent Guide", failed=True,
        ),
    ),
)  # fmt: skip
CONVENTIONS = (OPERATIONS, DOTNET_AGENT, DOTNET_KERNEL)
