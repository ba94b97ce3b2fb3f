"""What arrived lately, out of the spans themselves: dialects, unread fields, clocks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from longpole.core.semconv import attributes_read
from longpole.core.semconv.read import CONTENT_PREFIXES, GENERAL_PREFIXES
from longpole.ui import queries, state
from longpole.ui.trace.messages import JSON_MESSAGES, NUMBERED, WHOLE

SAMPLE = 5_000  # newest GenAI spans whose attributes are looked at
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
        "known_prefixes": [
            *(f"{prefix}." for _, prefix, _ in NUMBERED),
            *CONTENT_PREFIXES,
            *GENERAL_PREFIXES,
        ],
    }
    frames = await asyncio.gather(
        queries.ask("seen_dialects", window.parameters),
        queries.ask("seen_fields", looked_up),
        queries.ask("seen_senders", window.parameters),
    )
    return Seen(*(frame.to_dicts() for frame in frames))


def known() -> frozenset[str]:
    """Attributes that need no row of the mapping: it reads them, or they hold a message."""
    messages = {*(key for _, _, key in JSON_MESSAGES), *(key for _, key in WHOLE)}
    return attributes_read() | messages
