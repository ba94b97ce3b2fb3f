"""What arrived lately, out of the spans themselves: dialects, unread fields, clocks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from longpole.core.messages import content_attributes
from longpole.core.semconv import attributes_read
from longpole.ui import queries, state

SAMPLE = 5_000  # newest GenAI spans whose attributes are looked at
# Beginnings of keys of content, which no figure is made of: it is shown in the span drawer only.
CONTENT = (
    "input.", "output.", "message.", "document.", "retrieval.documents", "embedding.", "metadata",
    "gen_ai.embeddings", "gen_ai.tool.definitions", "gen_ai.tool.description", "tool.description",
    "tool.parameters", "tool.json_schema", "llm.tools", "llm.functions", "llm.request.functions.",
    "llm.prompts", "llm.prompt_template.", "llm.invocation_parameters", "reranker.query",
    "reranker.input_documents", "reranker.output_documents", "traceloop.entity.", "ai.prompt",
    "ai.response.text", "ai.response.object", "exception.",
)  # fmt: skip
# What any span may say of its process, its connection or its code.
GENERAL = (
    "http.", "url.", "server.", "client.", "net.", "network.", "peer.", "user_agent.", "rpc.",
    "db.", "messaging.", "thread.", "code.", "process.", "host.", "otel.", "telemetry.", "service.",
    "k8s.", "container.", "cloud.", "enduser.", "error.", "longpole.",
)  # fmt: skip

Row = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """Rows of seen_dialects.sql, seen_fields.sql and seen_senders.sql."""

    dialects: list[Row]
    fields: list[Row]
    senders: list[Row]


async def seen(since: str) -> Seen:
    """What arrived in a time range; 100 rows of each at most, 200 of fields.

    The range has no end: a clock that runs ahead puts its spans into the future.
    """
    window = state.Window(state.window(since).start_ns, state.LATEST_NS)
    looked_up = {
        **window.parameters,
        "sample": SAMPLE,
        "known": sorted(known()),
        "known_prefixes": [*content_attributes().prefixes, *CONTENT, *GENERAL],
    }
    frames = await asyncio.gather(
        queries.ask("seen_dialects", window.parameters),
        queries.ask("seen_fields", looked_up),
        queries.ask("seen_senders", window.parameters),
    )
    return Seen(*(frame.to_dicts() for frame in frames))


def known() -> frozenset[str]:
    """Attributes that need no row of the mapping: it reads them, or they hold a message."""
    return attributes_read() | content_attributes().keys
