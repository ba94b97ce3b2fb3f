"""The model call: which operation, which model, by whom, with which settings."""

from __future__ import annotations

from longpole.core.semconv.fields.rows import attributes, inside
from longpole.core.semconv.model import Convert, FieldSource, Origin

PARAMETERS = "llm.invocation_parameters"
MODELS = ("llm", "embedding", "reranker")
LANGFUSE_PARAMETERS = "langfuse.observation.model.parameters"

MODEL = (
    *attributes("Operation", "gen_ai.operation.name", "ai.operationId"),
    *attributes(
        "RequestModel",
        "gen_ai.request.model",
        "ai.model.id",
        "llm.request.model_name",
        "langfuse.observation.model.name",
        "embedding.model_name",
        "reranker.model_name",
    ),
    *inside("RequestModel", PARAMETERS, "model", "model_name"),
    *attributes("RequestModel", "langsmith.metadata.ls_model_name"),
    *attributes("RequestModel", "model_name", dialects=("pydantic-ai",)),
    *attributes("RequestModel", "model", dialects=("claude-code", "codex")),
    *inside("RequestModel", "mlflow.llm.model", ""),
    *inside("RequestModel", "model", "", dialects=("mlflow",)),
    *inside("RequestModel", "metadata", "ls_model_name"),
    *inside("RequestModel", "request_data", "model", dialects=("logfire",)),
    *attributes(
        "ResponseModel",
        "gen_ai.response.model",
        "ai.response.model",
        "llm.response.model_name",
        "llm.model_name",
    ),
    *inside("ResponseModel", "haystack.component.output", "meta/model", kinds=MODELS),
    *attributes(
        "ProviderRaw",
        "gen_ai.provider.name",
        "llm.provider",
        "ai.model.provider",
        "gen_ai.system",
        "llm.system",
        "langsmith.metadata.ls_provider",
    ),
    *inside("ProviderRaw", "mlflow.llm.provider", ""),
    *inside("ProviderRaw", "metadata", "ls_provider"),
    *attributes(
        "ResponseId",
        "gen_ai.response.id",
        "ai.response.id",
        "gen_ai.request.id",
        "anthropic.request.id",
    ),
    *attributes("ResponseId", "request_id", dialects=("claude-code",)),
    *attributes("RequestId", "gen_ai.request.id", "anthropic.request.id"),
    *attributes("RequestId", "request_id", dialects=("claude-code",)),
    *attributes("RequestId", "rid", dialects=("sglang",)),
    *attributes(
        "ServiceTier",
        "openai.response.service_tier",
        "gen_ai.openai.response.service_tier",
        "openai.request.service_tier",
        "gen_ai.openai.request.service_tier",
        "gen_ai.response.service_tier",
        "gen_ai.request.service_tier",
        "anthropic.response.service_tier",
        "anthropic.usage.service_tier",
    ),
    *inside("ServiceTier", LANGFUSE_PARAMETERS, "service_tier"),
)

ANSWER = (
    *attributes(
        "FinishReasons",
        "gen_ai.response.finish_reasons",
        "llm.finish_reason",
        "ai.response.finishReason",
        "gen_ai.response.finish_reason",
        "gen_ai.completion.0.finish_reason",
        "anthropic.message.stop_reason",
        convert=Convert.LIST,
    ),
    *attributes(
        "FinishReasons",
        "stop_reason",
        convert=Convert.LIST,
        dialects=("claude-code", "anthropic-sdk"),
    ),
    *inside(
        "FinishReasons", "langfuse.observation.metadata.finish_reason", "", convert=Convert.LIST
    ),
    FieldSource(
        "FinishReasons",
        "gen_ai.choice",
        Convert.LIST,
        Origin.EVENT_ATTRIBUTE,
        ("finish_reason",),
        kinds=("llm",),
    ),
    *inside(
        "FinishReasons",
        "gen_ai.output.messages",
        "1/finish_reason",
        convert=Convert.LIST,
        kinds=("llm",),
    ),
    *attributes(
        "Streaming",
        "gen_ai.request.stream",
        "gen_ai.is_streaming",
        "gen_ai.request.is_stream",
        "llm.is_streaming",
        "langsmith.request.streaming",
        convert=Convert.BOOL,
    ),
    *inside("Streaming", "request_data", "stream", convert=Convert.BOOL, dialects=("logfire",)),
    *inside("Streaming", "stream", "", convert=Convert.BOOL, dialects=("mlflow",)),
)

SETTINGS = (
    *attributes(
        "Temperature", "gen_ai.request.temperature", "ai.settings.temperature", convert=Convert.REAL
    ),
    *inside("Temperature", PARAMETERS, "temperature", convert=Convert.REAL),
    *inside("Temperature", LANGFUSE_PARAMETERS, "temperature", convert=Convert.REAL),
    *attributes("TopP", "gen_ai.request.top_p", "ai.settings.topP", convert=Convert.REAL),
    *inside("TopP", PARAMETERS, "top_p", convert=Convert.REAL),
    *inside("TopP", LANGFUSE_PARAMETERS, "top_p", convert=Convert.REAL),
    *attributes(
        "MaxTokens",
        "gen_ai.request.max_tokens",
        "ai.settings.maxOutputTokens",
        "ai.settings.maxTokens",
        convert=Convert.INT,
    ),
    *inside(
        "MaxTokens",
        PARAMETERS,
        "max_tokens",
        "max_completion_tokens",
        "max_output_tokens",
        convert=Convert.INT,
    ),
    *inside("MaxTokens", LANGFUSE_PARAMETERS, "max_tokens", convert=Convert.INT),
    *attributes(
        "Seed",
        "gen_ai.request.seed",
        "gen_ai.openai.request.seed",
        "ai.settings.seed",
        convert=Convert.INT,
    ),
    *inside("Seed", PARAMETERS, "seed", convert=Convert.INT),
    *attributes(
        "PromptName",
        "gen_ai.prompt.name",
        "langfuse.observation.prompt.name",
        "llm.prompt_template.name",
        "traceloop.prompt.key",
    ),
    *attributes(
        "PromptVersion",
        "gen_ai.prompt.version",
        "langfuse.observation.prompt.version",
        "llm.prompt_template.version",
        "traceloop.prompt.version",
    ),
)

CALL = (*MODEL, *ANSWER, *SETTINGS)
