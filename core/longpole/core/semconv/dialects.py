"""How each dialect is recognised, in order: the first rule that matches names the dialect.

Sources: the instrumentations' own exports and code; the GenAI conventions of OpenTelemetry.
"""

from __future__ import annotations

from longpole.core.semconv.model import CacheBeside, DialectRule, ErrorSign, Placeholder

SDKS = (
    DialectRule("langfuse", scopes=("langfuse-sdk",), families=("langfuse",)),
    DialectRule("langsmith", scopes=("langsmith",), keys=("langsmith.span.kind",)),
    DialectRule(
        "openinference",
        keys=("openinference.span.kind",),
        scope_prefixes=("openinference.instrumentation", "@arizeai/openinference"),
    ),
    DialectRule("vercel-ai", keys=("ai.operationId",), scopes=("ai",)),
    DialectRule(
        "vercel-ai-7",
        scopes=("gen_ai",),
        requires=("gen_ai.operation.name",),
        values={"gen_ai.operation.name": ("agent_step",)},
        # "step 1", and not what else a program may call a step.
        name_prefixes=tuple(f"step {digit}" for digit in range(10)),
    ),
    DialectRule(
        "litellm",
        scopes=("litellm",),
        keys=("litellm.call_id",),
        families=("litellm",),
        names=("litellm_request", "raw_gen_ai_request", "Received Proxy Server Request"),
    ),
    DialectRule(
        "pydantic-ai",
        scopes=("pydantic-ai",),
        families=("pydantic_ai",),
        keys=("model_request_parameters",),
    ),
    DialectRule("logfire", keys=("logfire.msg", "logfire.span_type")),
)
FRAMEWORKS = (
    DialectRule(
        "strands",
        scopes=("strands.telemetry.tracer",),
        values={
            "gen_ai.system": ("strands-agents",),
            "gen_ai.provider.name": ("strands-agents",),
        },
    ),
    DialectRule(
        "google-adk",
        scopes=("gcp.vertex.agent",),
        keys=(
            "gcp.vertex.agent.event_id",
            "gcp.vertex.agent.invocation_id",
            "gcp.vertex.agent.session_id",
            "gcp.vertex.agent.llm_request",
            "gcp.vertex.agent.llm_response",
            "gcp.vertex.agent.tool_call_args",
            "gcp.vertex.agent.tool_response",
            "gcp.vertex.agent.data",
        ),
        values={"gen_ai.system": ("gcp.vertex.agent",)},
    ),
    DialectRule(
        "agent-framework",
        scopes=(
            "agent_framework",
            "Microsoft.Agents.AI",
            "Experimental.Microsoft.Agents.AI",
            "Experimental.Microsoft.Extensions.AI",
        ),
        scope_prefixes=("agent_framework.",),
    ),
    DialectRule("semantic-kernel", scope_prefixes=("semantic_kernel.", "Microsoft.SemanticKernel")),
    # Before the SDK: its spans have anthropic.* attributes too.
    DialectRule(
        "claude-code",
        scope_prefixes=("com.anthropic.claude_code",),
        name_prefixes=("claude_code.",),
        values={
            "span.type": (
                "interaction",
                "llm_request",
                "tool",
                "tool.execution",
                "tool.blocked_on_user",
                "hook",
            )
        },
    ),
    DialectRule(
        "anthropic-sdk",
        families=("anthropic",),
        scope_prefixes=("com.anthropic.sdk.", "com.anthropic.claude-platform"),
    ),
    DialectRule("codex", service_prefixes=("codex",), name_prefixes=("codex.",)),
    DialectRule(
        "dify",
        families=("dify",),
        keys=("node.execution_id",),
        values={"gen_ai.framework": ("dify",)},
    ),
    DialectRule("mlflow", keys=("mlflow.spanType",)),
    DialectRule("haystack", scopes=("haystack",), families=("haystack",)),
    DialectRule(
        "openlit",
        scope_prefixes=("openlit",),
        resource_values={"telemetry.sdk.name": ("openlit",)},
    ),
)
ENGINES = (
    # Before vLLM: both write gen_ai.latency.*.
    DialectRule("sglang", scopes=("sglang server",), keys=("thread_label",), services=("sglang",)),
    DialectRule(
        "vllm",
        scopes=("vllm.llm_engine",),
        services=("vllm",),
        keys=(
            "gen_ai.latency.e2e",
            "gen_ai.latency.time_in_queue",
            "gen_ai.latency.time_in_model_prefill",
            "gen_ai.latency.time_in_model_decode",
            "gen_ai.latency.time_in_model_inference",
        ),
    ),
    DialectRule("tgi", keys=("time_per_token",)),
    DialectRule(
        "ray-serve",
        families=("ray",),
        names=(
            "proxy_http_request",
            "proxy_grpc_request",
            "proxy_route_to_replica",
            "replica_handle_request",
        ),
    ),
    DialectRule("mcp", scopes=("mcp-python-sdk",), keys=("mcp.method.name",)),
)
CONVENTIONS = (
    DialectRule(
        "traceloop",
        families=("traceloop",),
        scopes=("traceloop.tracer",),
        keys=("gen_ai.is_streaming", "llm.request.type", "gen_ai.prompt.0.role"),
    ),
    DialectRule(
        "otel-genai",
        keys=("gen_ai.provider.name",),
        scope_prefixes=("opentelemetry.instrumentation.genai.",),
    ),
    DialectRule(
        "otel-legacy",
        keys=("gen_ai.system",),
        scopes=("opentelemetry.instrumentation.openai_v2",),
    ),
    # Tool and agent spans often name no provider at all.
    DialectRule("otel-genai", keys=("gen_ai.operation.name",)),
)
DIALECTS = (*SDKS, *FRAMEWORKS, *ENGINES, *CONVENTIONS)

# Anthropic and Bedrock report cached tokens beside the input. Strands passed that on until it wrote
# the dotted name of the conventions; LiteLLM once added what was read but not what was written.
CACHE_BESIDE = (
    CacheBeside(
        "strands",
        (
            *("claude", "anthropic.", "us.anthropic.", "eu.anthropic.", "apac.anthropic."),
            *("global.anthropic.", "amazon.", "us.amazon.", "eu.amazon.", "apac.amazon."),
        ),
        unless=("gen_ai.usage.cache_read.input_tokens",),
    ),
    CacheBeside("otel-genai", scopes=("opentelemetry.instrumentation.genai.bedrock",)),
    # Version 6 says each part; before it the input of Anthropic's models was as they count.
    CacheBeside(
        "vercel-ai",
        ("claude", "anthropic."),
        unless=(
            "ai.usage.inputTokenDetails.noCacheTokens",
            "ai.usage.inputTokenDetails.cacheReadTokens",
        ),
    ),
    CacheBeside("litellm", written_only=True),
)

ERROR_SIGNS = (ErrorSign("langfuse.observation.level", "ERROR"),)
PLACEHOLDERS = (Placeholder("logfire.span_type", "pending_span"),)
