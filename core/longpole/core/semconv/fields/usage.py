"""Token counts, whole and by part."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from longpole.core.semconv.fields.rows import Row, attributes, inside, literal
from longpole.core.semconv.model import Convert

LANGFUSE = "langfuse.observation.usage_details"
LANGSMITH = "langsmith.metadata.usage_metadata"
MLFLOW = "mlflow.chat.tokenUsage"
LITELLM = "metadata.usage_object"
CLAUDE_CODE = ("claude-code",)
# Where some keep a provider's whole answer, usage included.
ANSWERS = (
    "response_data",
    "haystack.component.output",
    "haystack.agent.step.llm.output",
)
MODELS = ("llm", "embedding", "reranker")

_counts = partial(attributes, convert=Convert.UINT)
_inside = partial(inside, convert=Convert.UINT)


def _answered(field: str, *names: str, beside: bool = False) -> Row:
    rows = (
        *(row for key in ANSWERS for row in literal(field, key, *names, kinds=MODELS)),
        # Before MLflow 3.2, which has an attribute of its own for usage.
        *literal(field, "mlflow.spanOutputs", *names, kinds=("llm",)),
    )
    return tuple(replace(row, beside=beside) for row in rows)


def _provider_said(field: str, *names: str) -> Row:
    """What versions 4 and 5 of the AI SDK pass on of the provider's own usage."""
    return literal(field, "ai.response.providerMetadata", *names, kinds=("llm",))


WHOLE = (
    *_counts(
        "InputTokens",
        "gen_ai.usage.input_tokens",
        "gen_ai.aggregated_usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "llm.token_count.prompt",
        "ai.usage.inputTokens",
        "ai.usage.promptTokens",
        "ai.usage.tokens",
    ),
    *_inside("InputTokens", LANGFUSE, "prompt_tokens", "input_tokens"),
    *_inside("InputTokens", LANGFUSE, "input", beside=True),
    *_inside("InputTokens", MLFLOW, "input_tokens"),
    *_inside("InputTokens", LANGSMITH, "input_tokens"),
    *_counts("InputTokens", "input_tokens", dialects=CLAUDE_CODE, beside=True),
    *_counts("InputTokens", "llm.usage.prompt_tokens"),
    *_answered("InputTokens", "prompt_tokens"),
    # As Anthropic means it; the total tells OpenAI's, which is whole.
    *_answered("InputTokens", "input_tokens", beside=True),
    *_counts(
        "OutputTokens",
        "gen_ai.usage.output_tokens",
        "gen_ai.aggregated_usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.token_count.completion",
        "ai.usage.outputTokens",
        "ai.usage.completionTokens",
    ),
    *_inside("OutputTokens", LANGFUSE, "completion_tokens", "output_tokens"),
    *_inside("OutputTokens", LANGFUSE, "output", beside=True),
    *_inside("OutputTokens", MLFLOW, "output_tokens"),
    *_inside("OutputTokens", LANGSMITH, "output_tokens"),
    *_counts("OutputTokens", "output_tokens", dialects=CLAUDE_CODE),
    *_counts("OutputTokens", "llm.usage.completion_tokens"),
    *_answered("OutputTokens", "completion_tokens", "output_tokens"),
    *_counts(
        "TotalTokens",
        "gen_ai.usage.total_tokens",
        "gen_ai.aggregated_usage.total_tokens",
        "llm.token_count.total",
        "ai.usage.totalTokens",
        "codex.usage.total_tokens",
        "llm.usage.total_tokens",
    ),
    *_inside("TotalTokens", LANGFUSE, "total", "total_tokens"),
    *_inside("TotalTokens", MLFLOW, "total_tokens"),
    *_inside("TotalTokens", LANGSMITH, "total_tokens"),
    *_answered("TotalTokens", "total_tokens"),
)

CACHE = (
    *_counts(
        "CacheReadTokens",
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.aggregated_usage.cache_read.input_tokens",
        "llm.token_count.prompt_details.cache_read",
        "llm.token_count.prompt_details.cache_input",
        "gen_ai.usage.cache_read_input_tokens",
        "ai.usage.cachedInputTokens",
        "ai.usage.inputTokenDetails.cacheReadTokens",
    ),
    *literal("CacheReadTokens", "gen_ai.usage.input_token_details", "cache_read"),
    *_counts(
        "CacheReadTokens",
        "gen_ai.usage.details.cache_read_tokens",
        "gen_ai.usage.details.cached_tokens",
        "gen_ai.usage.cached_tokens",
        "gen_ai.usage.cached_input_tokens",
        "gen_ai.usage.input_cached_tokens",
    ),
    *_provider_said("CacheReadTokens", "cacheReadInputTokens", "cache_read_input_tokens"),
    *_provider_said("CacheReadTokens", "cachedPromptTokens"),
    *_counts("CacheReadTokens", "cache_read_tokens", dialects=CLAUDE_CODE),
    *_inside(
        "CacheReadTokens",
        LANGFUSE,
        "input_cached_tokens",
        "cache_read_input_tokens",
        "prompt_tokens_details.cached_tokens",
        "prompt_tokens_details/cached_tokens",
        "input_cache_read",
        "input_tokens_details/cached_tokens",
    ),
    *_inside("CacheReadTokens", MLFLOW, "cache_read_input_tokens"),
    *_inside("CacheReadTokens", LANGSMITH, "input_token_details/cache_read"),
    *literal("CacheReadTokens", LITELLM, "cached_tokens", "cache_read_input_tokens"),
    *_answered("CacheReadTokens", "cached_tokens", "cache_read_input_tokens"),
    *_counts(
        "CacheWriteTokens",
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.aggregated_usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.aggregated_usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
        "gen_ai.usage.cache_write_input_tokens",
        "llm.token_count.prompt_details.cache_write",
        "ai.usage.inputTokenDetails.cacheWriteTokens",
        "gen_ai.usage.details.cache_write_tokens",
    ),
    *literal("CacheWriteTokens", "gen_ai.usage.input_token_details", "cache_creation"),
    *_counts("CacheWriteTokens", "cache_creation_tokens", dialects=CLAUDE_CODE),
    *_inside(
        "CacheWriteTokens",
        LANGFUSE,
        "cache_creation_input_tokens",
        "input_cache_creation",
        "input_cache_write",
    ),
    *_inside("CacheWriteTokens", MLFLOW, "cache_creation_input_tokens"),
    *_inside("CacheWriteTokens", LANGSMITH, "input_token_details/cache_creation"),
    *literal("CacheWriteTokens", LITELLM, "cache_creation_input_tokens", "cache_creation_tokens"),
    *_answered("CacheWriteTokens", "cache_creation_input_tokens"),
    *_provider_said("CacheWriteTokens", "cacheCreationInputTokens", "cache_creation_input_tokens"),
    *_counts(
        "CacheWrite1hTokens",
        "anthropic.usage.cache_creation.ephemeral_1h_input_tokens",
        "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens",
    ),
    *literal("CacheWrite1hTokens", "gen_ai.usage.input_token_details", "ephemeral_1h_input_tokens"),
    *_inside(
        "CacheWrite1hTokens",
        LANGFUSE,
        "cache_creation/ephemeral_1h_input_tokens",
        "input_cache_creation_1h",
    ),
    *_inside("CacheWrite1hTokens", LANGSMITH, "input_token_details/ephemeral_1h_input_tokens"),
    *literal("CacheWrite1hTokens", LITELLM, "ephemeral_1h_input_tokens"),
)

REASONING = (
    *_counts(
        "ReasoningTokens",
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.aggregated_usage.reasoning.output_tokens",
        "llm.token_count.completion_details.reasoning",
        "gen_ai.usage.reasoning_tokens",
        "gen_ai.usage.details.reasoning_tokens",
        "gen_ai.aggregated_usage.details.reasoning_tokens",
        "ai.usage.reasoningTokens",
        "ai.usage.outputTokenDetails.reasoningTokens",
        "codex.usage.reasoning_output_tokens",
        "llm.usage.reasoning_tokens",
    ),
    # Beside the output, as Gemini counts.
    *_counts("ReasoningTokens", "gen_ai.usage.experimental.reasoning_tokens", beside=True),
    *literal("ReasoningTokens", "gen_ai.usage.output_token_details", "reasoning"),
    *_inside(
        "ReasoningTokens",
        LANGFUSE,
        "output_reasoning_tokens",
        "output_tokens_details/reasoning_tokens",
        "completion_tokens_details.reasoning_tokens",
        "completion_tokens_details/reasoning_tokens",
        "output_reasoning",
    ),
    *_inside("ReasoningTokens", LANGSMITH, "output_token_details/reasoning"),
    *literal("ReasoningTokens", LITELLM, "reasoning_tokens"),
    *literal("ReasoningTokens", "gen_ai.usage.raw", "reasoning_tokens"),
    *_answered("ReasoningTokens", "reasoning_tokens"),
    *_provider_said("ReasoningTokens", "reasoningTokens"),
)

MODALITY = (
    *_counts(
        "InputAudioTokens",
        "gen_ai.usage.audio.input_tokens",
        "llm.token_count.prompt_details.audio",
        "gen_ai.usage.details.input_audio_tokens",
    ),
    *_inside(
        "InputAudioTokens", LANGFUSE, "input_audio_tokens", "prompt_tokens_details/audio_tokens"
    ),
    *_counts("InputImageTokens", "gen_ai.usage.image.input_tokens"),
    *_inside("InputImageTokens", LANGFUSE, "input_image_tokens"),
    *_counts(
        "OutputAudioTokens",
        "gen_ai.usage.audio.output_tokens",
        "llm.token_count.completion_details.audio",
        "gen_ai.usage.details.output_audio_tokens",
        "gen_ai.usage.details.audio_tokens",
    ),
    *_inside(
        "OutputAudioTokens",
        LANGFUSE,
        "output_audio_tokens",
        "completion_tokens_details/audio_tokens",
    ),
    *_counts("OutputImageTokens", "gen_ai.usage.image.output_tokens"),
    *_inside("OutputImageTokens", LANGFUSE, "output_image_tokens"),
)

USAGE = (*WHOLE, *CACHE, *REASONING, *MODALITY)
