"""Usage, tiers and money at their edges, and values that are not what they should be."""

from __future__ import annotations

from synthetic_framework import Capture, Declared, Values

ANTHROPIC = "com.anthropic.sdk.python"
OPENAI = "opentelemetry.instrumentation.genai.openai"


def message(trace: int, said: Values, facts: Values) -> Declared:
    """A call of the Anthropic SDK with a large cache: its input includes what is cached."""
    return Declared(
        "anthropic.messages.create",
        {
            "gen_ai.provider.name": "anthropic",
            "gen_ai.request.model": "claude-sonnet-4-5",
            "gen_ai.usage.input_tokens": 1000,
            "gen_ai.usage.cache_read.input_tokens": 600,
            "gen_ai.usage.cache_creation.input_tokens": 300,
            "gen_ai.usage.output_tokens": 50,
            **said,
        },
        {
            "kind": "llm", "dialect": "anthropic-sdk", "input_tokens": 1000, "output_tokens": 50,
            "cache_read_tokens": 600, "cache_write_tokens": 300, "counted": True,
            "cost_source": "computed", **facts,
        },
        scope=ANTHROPIC, trace=trace, kind="client",
    )  # fmt: skip


# Dollars a million: input 3, read 0.30, written for 5 minutes 3.75 and for an hour 6, output 15.
CACHE = Capture(
    "synthetic-anthropic-cache",
    "the Anthropic SDK, cache writes for an hour",
    (
        message(
            1,
            {"anthropic.usage.cache_creation.ephemeral_1h_input_tokens": 200},
            {"cost_usd": 0.002805, "cost_input_usd": 0.002055, "cost_output_usd": 0.00075},
        ),
        message(
            2,
            {"anthropic.usage.service_tier": "standard"},
            {"cost_usd": 0.002355, "service_tier": "standard", "cost_computed_usd": 0.002355},
        ),
    ),
)


def chat(name: str, trace: int, said: Values, facts: Values) -> Declared:
    """A call as OpenTelemetry's own instrumentation writes it."""
    return Declared(
        name,
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o",
            **said,
        },
        {"kind": "llm", "dialect": "otel-genai", **facts},
        scope=OPENAI, trace=trace, kind="client",
    )  # fmt: skip


COUNTS = {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 40}
MODALITIES = Capture(
    "synthetic-modalities-and-tiers",
    "the GenAI conventions with audio, images and service tiers",
    (
        chat(
            "chat spoken", 1,
            {
                **COUNTS, "gen_ai.usage.audio.input_tokens": 60,
                "gen_ai.usage.image.input_tokens": 25, "gen_ai.usage.audio.output_tokens": 30,
                "gen_ai.usage.image.output_tokens": 5,
            },
            {
                "input_tokens": 100, "output_tokens": 40, "total_tokens": 140,
                "input_audio_tokens": 60, "input_image_tokens": 25, "output_audio_tokens": 30,
                "output_image_tokens": 5,
            },
        ),
        chat(
            "chat cheap", 2, {**COUNTS, "openai.response.service_tier": "Flex"},
            {"service_tier": "flex", "input_tokens": 100},
        ),
        chat(
            "chat fast", 3,
            {
                **COUNTS, "openai.request.service_tier": "auto",
                "openai.response.service_tier": "priority",
            },
            {"service_tier": "priority", "input_tokens": 100},
        ),
    ),
)  # fmt: skip
CONFLICTS = Capture(
    "synthetic-old-and-new-names",
    "libraries that send old and new names at once",
    (
        chat(
            "chat differing", 1, {**COUNTS, "gen_ai.usage.prompt_tokens": 90},
            {"input_tokens": 100, "output_tokens": 40, "notes": ["usage_conflict"]},
        ),
        chat(
            "chat agreeing", 2,
            {
                **COUNTS, "gen_ai.usage.prompt_tokens": 100, "gen_ai.usage.completion_tokens": 40,
                "gen_ai.system": "az.ai.openai",
            },
            {"input_tokens": 100, "output_tokens": 40, "notes": [], "provider": "openai"},
        ),
        chat(
            "chat total only", 3, {"gen_ai.usage.total_tokens": 140},
            {"input_tokens": None, "output_tokens": None, "total_tokens": 140, "notes": []},
        ),
        chat(
            "chat beside", 4, {**COUNTS, "gen_ai.usage.cache_read.input_tokens": 400},
            {"input_tokens": 500, "cache_read_tokens": 400, "notes": ["cache_beside"]},
        ),
        chat(
            "chat thinking beside", 5,
            {
                **COUNTS, "gen_ai.usage.reasoning.output_tokens": 20,
                "gen_ai.usage.total_tokens": 160,
            },
            {
                "output_tokens": 60, "reasoning_tokens": 20, "total_tokens": 160,
                "notes": ["reasoning_beside"],
            },
        ),
        chat(
            "chat zero", 6, {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0},
            {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0},
        ),
    ),
)  # fmt: skip
HOSTILE = Capture(
    "synthetic-hostile-values",
    "libraries that send texts for missing values",
    (
        chat(
            "chat texts", 1,
            {
                "gen_ai.usage.input_tokens": "120", "gen_ai.usage.output_tokens": "None",
                "gen_ai.usage.completion_tokens": "48", "gen_ai.request.temperature": "NaN",
                "gen_ai.request.top_p": "0.5", "gen_ai.request.max_tokens": "",
                "gen_ai.response.model": "None", "gen_ai.conversation.id": "None",
                "gen_ai.agent.name": "", "user.id": "None", "gen_ai.request.stream": "True",
                "server.address": "https://api.openai.com/v1", "gen_ai.response.id": "",
                "gen_ai.response.finish_reasons": '["stop", "SAFETY"]',
            },
            {
                "input_tokens": 120, "output_tokens": 48, "temperature": None, "top_p": 0.5,
                "max_tokens": None, "response_model": None, "model": "gpt-4o", "session": None,
                "agent": None, "user": None, "streaming": True, "response_id": None,
                "finish_reasons": ["stop", "content_filter"], "provider": "openai",
            },
        ),
        chat(
            "chat numbers", 2,
            {
                "gen_ai.usage.input_tokens": -5, "gen_ai.usage.output_tokens": "many",
                "gen_ai.request.temperature": "Infinity", "gen_ai.request.seed": "12",
                "gen_ai.response.time_to_first_chunk": -0.5, "gen_ai.usage.cost": "NaN",
            },
            {
                "input_tokens": None, "output_tokens": None, "temperature": None, "seed": 12,
                "ttft_s": None, "cost_reported_usd": None, "counted": False,
            },
        ),
        chat(
            "chat late", 3, {**COUNTS, "gen_ai.response.time_to_first_chunk": 1.5},
            {"ttft_s": None, "input_tokens": 100},
        ),
        chat(
            "chat doubles", 4,
            {"gen_ai.usage.input_tokens": 100.0, "gen_ai.usage.output_tokens": 40.0},
            {"input_tokens": 100, "output_tokens": 40, "counted": True},
        ),
        chat(
            "chat failing", 5, {"http.response.status_code": 429},
            {"error": False, "error_type": None},
        ),
    ),
)  # fmt: skip
USAGE = (CACHE, MODALITIES, CONFLICTS, HOSTILE)
