"""What kind of work a span is."""

from __future__ import annotations

from longpole.core.semconv.model import KindAttribute, KindName, KindSignature

OPERATIONS = {
    "chat": "llm",
    "text_completion": "llm",
    "generate_content": "llm",
    "response": "llm",
    "responses": "llm",
    "completion": "llm",
    "fetch_response": "llm",
    "embeddings": "embedding",
    "embedding": "embedding",
    "retrieval": "retriever",
    "vector_db_retrieve": "retriever",
    "rerank": "reranker",
    # LiteLLM's names.
    "acompletion": "llm",
    "atext_completion": "llm",
    "aresponses": "llm",
    "anthropic_messages": "llm",
    "aembedding": "embedding",
    "arerank": "reranker",
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
LANGFUSE = {
    "generation": "llm",
    "embedding": "embedding",
    "retriever": "retriever",
    "tool": "tool",
    "agent": "agent",
    "span": "chain",
    "chain": "chain",
    "event": "chain",
    "guardrail": "guardrail",
    "evaluator": "evaluator",
}
LANGSMITH = {
    "llm": "llm",
    "embedding": "embedding",
    "retriever": "retriever",
    "tool": "tool",
    "agent": "agent",
    "chain": "chain",
    "prompt": "chain",
    "parser": "chain",
}
DIFY = {
    "llm": "llm",
    "embedding": "embedding",
    "retriever": "retriever",
    "reranker": "reranker",
    "tool": "tool",
    "agent": "agent",
    "chain": "chain",
    "task": "chain",
    "entry": "chain",
    "step": "chain",
}
DIFY_NODES = {
    "llm": "llm",
    "knowledge-retrieval": "retriever",
    "tool": "tool",
    "agent": "agent",
    **dict.fromkeys(
        (
            *("start", "end", "answer", "code", "if-else", "iteration", "loop", "http-request"),
            *("template-transform", "question-classifier", "parameter-extractor", "assigner"),
            *("variable-aggregator", "variable-assigner", "document-extractor", "list-operator"),
        ),
        "chain",
    ),
}
MLFLOW = {
    "llm": "llm",
    "chat_model": "llm",
    "embedding": "embedding",
    "retriever": "retriever",
    "reranker": "reranker",
    "tool": "tool",
    "agent": "agent",
    "chain": "chain",
    "parser": "chain",
    "workflow": "chain",
    "task": "chain",
    "guardrail": "guardrail",
    "evaluator": "evaluator",
    "memory": "memory",
}
# How the types of Haystack's components end.
HAYSTACK = {
    "generator": "llm",
    "embedder": "embedding",
    "retriever": "retriever",
    "ranker": "reranker",
    "toolinvoker": "tool",
    "agent": "agent",
}
# The last part of ai.operationId: what starts with "do" is the call of the model itself.
VERCEL = {
    "doGenerate": "llm",
    "doStream": "llm",
    "doEmbed": "embedding",
    "doRerank": "reranker",
    "toolCall": "tool",
    **dict.fromkeys(
        (
            *("generateText", "streamText", "generateObject", "streamObject", "embed"),
            *("embedMany", "rerank"),
        ),
        "chain",
    ),
}
CLAUDE_CODE = {
    "interaction": "agent",
    "llm_request": "llm",
    "tool": "tool",
    "tool.execution": "chain",
    "tool.blocked_on_user": "chain",
    "hook": "chain",
}

# A dialect's own kind is right where the operation name is wrong, so it comes first. On Traceloop
# spans it is the other way round: retrievers are labelled task, and agent runs workflow.
KIND_ATTRIBUTES = (
    KindAttribute("openinference.span.kind", OPENINFERENCE),
    KindAttribute("langfuse.observation.type", LANGFUSE),
    KindAttribute("langsmith.span.kind", LANGSMITH),
    KindAttribute("gen_ai.span.kind", DIFY),
    KindAttribute("mlflow.spanType", MLFLOW, pattern='^"?([^"]*)'),
    KindAttribute(
        "ai.operationId",
        {name.lower(): kind for name, kind in VERCEL.items()},
        pattern=r"([^.]+)$",
    ),
    KindAttribute("span.type", CLAUDE_CODE),
    KindAttribute("gen_ai.operation.name", OPERATIONS),
    KindAttribute("mcp.method.name", {"tools/call": "tool"}, otherwise="mcp"),
    KindAttribute(
        "traceloop.span.kind",
        {"tool": "tool", "agent": "agent", "workflow": "chain", "task": "chain"},
    ),
    KindAttribute("node.type", DIFY_NODES),
    KindAttribute(
        "llm.request.type",
        {
            "chat": "llm",
            "completion": "llm",
            "acompletion": "llm",
            "aresponses": "llm",
            "embedding": "embedding",
            "aembedding": "embedding",
            "rerank": "reranker",
            "arerank": "reranker",
        },
    ),
    KindAttribute(
        "haystack.component.type",
        HAYSTACK,
        pattern="(Generator|Embedder|Retriever|Ranker|ToolInvoker|Agent)$",
        otherwise="chain",
    ),
)

# Names that settle the kind whatever the attributes say.
KIND_NAMES_FIRST = (
    KindName("litellm", "chain", names=("raw_gen_ai_request",)),
    KindName("litellm", "other", names=("Received Proxy Server Request",)),
    # Crews and their tasks say that they are agent runs.
    KindName("traceloop", "chain", keys=("crewai.task.id", "crewai.crew.id")),
)

# Read on spans of a dialect that say their kind in no attribute.
KIND_NAMES = (
    KindName("litellm", "llm", names=("litellm_request",)),
    KindName("pydantic-ai", "agent", names=("agent run",)),
    KindName("pydantic-ai", "tool", names=("running tool",)),
    KindName("pydantic-ai", "chain", names=("running tools",), prefixes=("running ", "preparing ")),
    KindName("google-adk", "chain", names=("invocation",)),
    KindName("google-adk", "agent", prefixes=("agent_run ", "invoke_agent ")),
    KindName("google-adk", "llm", names=("call_llm",)),
    KindName("google-adk", "tool", prefixes=("execute_tool ",)),
    KindName(
        "agent-framework",
        "chain",
        names=("workflow.run", "workflow.build", "message.send"),
        prefixes=("executor.process", "edge_group.process", "workflow."),
    ),
    KindName("semantic-kernel", "chain", names=("AutoFunctionInvocationLoop",)),
    KindName("semantic-kernel", "llm", prefixes=("chat.completions ", "text.completions ")),
    KindName("anthropic-sdk", "agent", names=("anthropic.messages.tool_runner",)),
    KindName(
        "anthropic-sdk",
        "llm",
        names=(
            "anthropic.messages.create",
            "anthropic.messages.stream",
            "anthropic.messages.parse",
            "anthropic.beta.messages.create",
        ),
    ),
    KindName("anthropic-sdk", "tool", prefixes=("anthropic.custom_tool_use",)),
    KindName("claude-code", "agent", names=("claude_code.interaction",)),
    KindName("claude-code", "llm", names=("claude_code.llm_request",)),
    KindName("claude-code", "tool", names=("claude_code.tool",)),
    KindName("claude-code", "chain", prefixes=("claude_code.tool.", "claude_code.hook")),
    KindName("vllm", "engine", names=("llm_request",)),
    KindName("sglang", "engine", prefixes=("Req ", "prefill Req ", "decode Req ")),
    KindName("sglang", "chain", prefixes=("",)),
    KindName(
        "tgi", "engine", names=("generate", "generate_stream", "chat_completions", "completions")
    ),
    KindName("vercel-ai-7", "chain", prefixes=("step ",)),
    KindName("traceloop", "mcp", suffixes=(".mcp",)),
    KindName("traceloop", "tool", suffixes=(".handoff",)),
    KindName("strands", "chain", names=("execute_event_loop_cycle",)),
    KindName(
        "logfire", "llm", prefixes=("Chat Completion with", "Responses API with", "Message with")
    ),
    KindName("logfire", "embedding", prefixes=("Embedding Creation with",)),
    KindName("haystack", "chain", names=("haystack.pipeline.run", "haystack.agent.step")),
    KindName("haystack", "agent", names=("haystack.agent.run",)),
    KindName("haystack", "llm", names=("haystack.agent.step.llm",)),
    KindName("haystack", "tool", names=("haystack.agent.step.tool",)),
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
