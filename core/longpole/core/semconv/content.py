"""Where each dialect keeps what was said: prompts, answers, tool arguments and results.

One table, from which redaction is built and the documentation is generated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class ContentKey:
    """An attribute that holds content.

    In `key`, `{N}` stands for a number, `{name}` for one word, and a final `.*` for anything that
    follows.
    """

    dialect: str
    side: str
    key: str

    @property
    def pattern(self) -> str:
        """An RE2 pattern of the whole key."""
        escaped = re.escape(self.key).replace(r"\{N\}", r"\d+").replace(r"\{name\}", r"[^.]+")
        return re.sub(r"\\\.\\\*$", r"\\..*", escaped)


def _keys(dialect: str, side: str, *keys: str) -> tuple[ContentKey, ...]:
    return tuple(ContentKey(dialect, side, key) for key in keys)


CONTENT_KEYS: tuple[ContentKey, ...] = (
    *_keys("otel-genai", "input", "gen_ai.input.messages"),
    *_keys("otel-genai", "output", "gen_ai.output.messages"),
    *_keys("otel-genai", "system", "gen_ai.system_instructions", "gen_ai.tool.definitions"),
    *_keys("otel-genai", "tools", "gen_ai.tool.call.arguments", "gen_ai.tool.call.result"),
    *_keys("otel-genai", "retrieval", "gen_ai.retrieval.query.text", "gen_ai.retrieval.documents"),
    *_keys("strands", "both", "gen_ai.event.content"),
    *_keys("openinference", "input", "llm.input_messages.*", "llm.prompts.*", "input.value"),
    *_keys("openinference", "output", "llm.output_messages.*", "output.value"),
    *_keys("openinference", "system", "llm.tools.{N}.*"),
    *_keys("openinference", "system", "llm.prompt_template.template"),
    *_keys("openinference", "system", "llm.prompt_template.variables"),
    *_keys("openinference", "tools", "tool.parameters"),
    *_keys("openinference", "retrieval", "retrieval.documents.{N}.*", "embedding.embeddings.{N}.*"),
    *_keys("openinference", "retrieval", "reranker.query", "reranker.input_documents.{N}.*"),
    *_keys("openinference", "retrieval", "reranker.output_documents.{N}.*"),
    *_keys("traceloop", "input", "gen_ai.prompt.{N}.*", "traceloop.entity.input"),
    *_keys("traceloop", "output", "gen_ai.completion.{N}.*", "traceloop.entity.output"),
    *_keys("traceloop", "system", "llm.request.functions.{N}.*"),
    *_keys("langsmith", "input", "gen_ai.prompt"),
    *_keys("langsmith", "output", "gen_ai.completion"),
    *_keys("vercel-ai", "input", "ai.prompt", "ai.prompt.messages", "ai.value", "ai.values"),
    *_keys("vercel-ai", "output", "ai.response.text", "ai.response.object"),
    *_keys("vercel-ai", "output", "ai.response.toolCalls", "ai.response.reasoning"),
    *_keys("vercel-ai", "system", "ai.prompt.tools"),
    *_keys("vercel-ai", "tools", "ai.toolCall.args", "ai.toolCall.result"),
    *_keys("langfuse", "input", "langfuse.observation.input", "langfuse.trace.input"),
    *_keys("langfuse", "output", "langfuse.observation.output", "langfuse.trace.output"),
    *_keys("pydantic-ai", "both", "pydantic_ai.all_messages", "all_messages_events", "events"),
    *_keys("pydantic-ai", "output", "final_result"),
    *_keys("pydantic-ai", "tools", "tool_arguments", "tool_response"),
    *_keys("google-adk", "input", "gcp.vertex.agent.llm_request", "gcp.vertex.agent.data"),
    *_keys("google-adk", "output", "gcp.vertex.agent.llm_response"),
    *_keys("google-adk", "tools", "gcp.vertex.agent.tool_call_args"),
    *_keys("google-adk", "tools", "gcp.vertex.agent.tool_response"),
    *_keys("litellm", "input", "llm.{name}.messages"),
    *_keys("litellm", "output", "llm.{name}.choices"),
    *_keys("claude-code", "input", "user_prompt"),
    *_keys("claude-code", "output", "response.model_output"),
    *_keys("haystack", "input", "haystack.component.input", "haystack.pipeline.input_data"),
    *_keys("haystack", "input", "haystack.agent.input", "haystack.agent.step.llm.input"),
    *_keys("haystack", "output", "haystack.component.output", "haystack.pipeline.output_data"),
    *_keys("haystack", "output", "haystack.agent.output", "haystack.agent.step.llm.output"),
    *_keys("haystack", "tools", "haystack.agent.step.tool.input"),
    *_keys("haystack", "tools", "haystack.agent.step.tool.output"),
    *_keys("haystack", "system", "haystack.agent.tools", "haystack.tool.description"),
    *_keys("mlflow", "input", "mlflow.spanInputs"),
    *_keys("mlflow", "output", "mlflow.spanOutputs"),
    *_keys("logfire", "input", "request_data"),
    *_keys("logfire", "output", "response_data"),
)

# Numbered keys that end so say how a message was built, not what it says.
STRUCTURE_ENDINGS = (".role", ".finish_reason", ".type", ".tool_call.function.name")

# Span events and log records that carry one message each; every attribute is content but these.
CONTENT_EVENTS = (
    "gen_ai.system.message",
    "gen_ai.user.message",
    "gen_ai.assistant.message",
    "gen_ai.tool.message",
    "gen_ai.choice",
    "gen_ai.content.prompt",
    "gen_ai.content.completion",
    "gen_ai.client.inference.operation.details",
)
EVENT_STRUCTURE = frozenset(
    {"role", "id", "index", "name", "finish_reason", "event.name", "gen_ai.system"}
    | {"gen_ai.provider.name", "gen_ai.operation.name", "gen_ai.request.model"}
    | {"gen_ai.response.model", "gen_ai.response.id", "gen_ai.response.finish_reasons"}
    | {"gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"}
)
