"""Which metrics tell of model calls, and what each one measures."""

from __future__ import annotations

from dataclasses import dataclass

HISTOGRAMS = ("Duration", "Ttft", "Tpot")
TOKENS = (
    "InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "ReasoningTokens",
)  # fmt: skip
# Nanoseconds in a unit as UCUM writes it; the conventions say seconds.
NS_PER_UNIT = {"s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1.0, "min": 6e10, "": 1e9}


@dataclass(frozen=True)
class MetricSource:
    """One metric of a quantity, or its points of one `gen_ai.token.type`.

    A program may send the same quantity under an old and a new name, so of the sources of one
    quantity the first that has points holds, for a service, operation, model, provider and bucket.
    """

    quantity: str
    metric: str
    token_type: str = ""


def _each(quantity: str, *metrics: str) -> tuple[MetricSource, ...]:
    return tuple(MetricSource(quantity, metric) for metric in metrics)


USAGE = "gen_ai.client.inference.usage"
OPERATION = "gen_ai.client.inference.operation"
TOKEN_USAGE = "gen_ai.client.token.usage"

METRICS = (
    *_each(
        "Duration",
        "gen_ai.client.inference.duration",
        "gen_ai.client.operation.duration",
        "gen_ai.server.request.duration",
    ),
    *_each(
        "Ttft",
        "gen_ai.client.inference.time_to_first_chunk",
        "gen_ai.client.operation.time_to_first_chunk",
        "gen_ai.server.time_to_first_token",
    ),
    *_each(
        "Tpot",
        "gen_ai.client.inference.time_per_output_chunk",
        "gen_ai.client.operation.time_per_output_chunk",
        "gen_ai.server.time_per_output_token",
    ),
    *_each("InputTokens", f"{OPERATION}.input_tokens", f"{USAGE}.input_tokens"),
    MetricSource("InputTokens", TOKEN_USAGE, "input"),
    *_each("OutputTokens", f"{OPERATION}.output_tokens", f"{USAGE}.output_tokens"),
    MetricSource("OutputTokens", TOKEN_USAGE, "output"),
    MetricSource("OutputTokens", TOKEN_USAGE, "completion"),
    *_each("CacheReadTokens", f"{USAGE}.cache_read.input_tokens"),
    *_each(
        "CacheWriteTokens",
        f"{USAGE}.cache_write.input_tokens",
        f"{USAGE}.cache_creation.input_tokens",
    ),
    *_each("ReasoningTokens", f"{USAGE}.reasoning.output_tokens"),
)
METRIC_NAMES = tuple(dict.fromkeys(source.metric for source in METRICS))
