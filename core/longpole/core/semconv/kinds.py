"""What kind of work a span is, and which dialect wrote it."""

from __future__ import annotations

from longpole.core.semconv.model import DialectRule, KindAttribute, KindSignature

OPERATIONS = {
    "chat": "llm",
    "text_completion": "llm",
    "generate_content": "llm",
    "response": "llm",
    "completion": "llm",
    "fetch_response": "llm",
    "embeddings": "embedding",
    "embedding": "embedding",
    "retrieval": "retriever",
    "vector_db_retrieve": "retriever",
    "rerank": "reranker",
    "execute_tool": "tool",
    "invoke_agent": "agent",
    "create_agent": "agent",
    "invoke_workflow": "chain",
    "plan": "chain",
    "execute_task": "chain",
    "execute_event_loop_cycle": "chain",
    "agent_step": "chain",
    "workflow": "chain",
    "chain": "chain",
    "create_memory": "memory",
    "search_memory": "memory",
    "update_memory": "memory",
    "upsert_memory": "memory",
    "delete_memory": "memory",
    "create_memory_store": "memory",
    "delete_memory_store": "memory",
}

OPENINFERENCE = {
    "llm": "llm",
    "embedding": "embedding",
    "retriever": "retriever",
    "reranker": "reranker",
    "tool": "tool",
    "agent": "agent",
    "chain": "chain",
    "prompt": "chain",
    "unknown": "chain",
    "decision": "chain",
    "guardrail": "guardrail",
    "evaluator": "evaluator",
}

# A dialect's own kind is right where the operation name is wrong, so it comes first.
KIND_ATTRIBUTES = (
    KindAttribute("openinference.span.kind", OPENINFERENCE),
    KindAttribute("gen_ai.operation.name", OPERATIONS),
)

# First word of the span name, read only on spans of a known dialect.
KIND_FIRST_WORDS = {
    word: OPERATIONS[word]
    for word in (
        "chat",
        "text_completion",
        "generate_content",
        "embeddings",
        "execute_tool",
        "invoke_agent",
        "create_agent",
        "invoke_workflow",
    )
}

MODEL_KEYS = (
    "gen_ai.request.model",
    "gen_ai.response.model",
    "llm.model_name",
    "llm.request.model_name",
    "llm.response.model_name",
)
TOKEN_KEYS = (
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.prompt_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.prompt",
    "llm.token_count.completion",
    "llm.usage.prompt_tokens",
    "llm.usage.completion_tokens",
)
KIND_SIGNATURES = (
    KindSignature("embedding", ("embedding.model_name",)),
    KindSignature("reranker", ("reranker.model_name",)),
    KindSignature("llm", TOKEN_KEYS, MODEL_KEYS),
)

DIALECTS = (
    DialectRule(
        "openinference",
        keys=("openinference.span.kind",),
        scope_prefixes=("openinference.instrumentation", "@arizeai/openinference"),
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
