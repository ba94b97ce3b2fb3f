"""Time to the first token, in the order in which the ways to tell it are trusted."""

from __future__ import annotations

from longpole.core.semconv.fields.rows import attributes, inside
from longpole.core.semconv.model import Convert, FieldSource, Origin

FIRST_TOKEN = (
    *attributes(
        "Ttft",
        "gen_ai.response.time_to_first_chunk",
        # On spans too, though it is a metric's name.
        "gen_ai.client.operation.time_to_first_chunk",
        "gen_ai.latency.time_to_first_token",
        convert=Convert.SECONDS,
    ),
    # One name, two units: the dialect tells which.
    *attributes(
        "Ttft",
        "gen_ai.server.time_to_first_token",
        convert=Convert.MILLISECONDS,
        dialects=("strands",),
    ),
    *attributes(
        "Ttft",
        "gen_ai.server.time_to_first_token",
        "gen_ai.server.ttft",
        convert=Convert.SECONDS,
    ),
    *attributes("Ttft", "lk.response.ttft", convert=Convert.SECONDS),
    *attributes(
        "Ttft",
        "ai.response.msToFirstChunk",
        "ai.stream.msToFirstChunk",
        convert=Convert.MILLISECONDS,
    ),
    FieldSource(
        "Ttft",
        "ai.stream.firstChunk",
        Convert.MILLISECONDS,
        Origin.EVENT_ATTRIBUTE,
        ("ai.response.msToFirstChunk",),
    ),
    *attributes("Ttft", "ttft_ms", convert=Convert.MILLISECONDS, dialects=("claude-code",)),
    *attributes("Ttft", "gen_ai.user.time_to_first_token", convert=Convert.NANOSECONDS),
    *inside("Ttft", "langfuse.observation.completion_start_time", "", convert=Convert.MOMENT),
    FieldSource("Ttft", "First Token Stream Event", Convert.SINCE_START, Origin.EVENT),
    FieldSource("Ttft", "gen_ai.content.completion.chunk", Convert.SINCE_START, Origin.EVENT),
    FieldSource("Ttft", "llm.content.completion.chunk", Convert.SINCE_START, Origin.EVENT),
)
