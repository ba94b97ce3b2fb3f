"""Messages of stored spans; and their hashes where content was kept, made only when asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from longpole.core.messages.events import Event, Log
from longpole.core.messages.hashes import Hashes, content_hash
from longpole.core.messages.model import Conversation
from longpole.core.messages.read import read_messages

COLUMNS = (
    "TraceId", "SpanId", "ContentHash", "PrefixHashes", "SpanKeys", "SpanValues", "EventNames",
    "EventKeys", "EventValues",
)  # fmt: skip
SCHEMA: dict[str, pl.DataType] = {
    "TraceId": pl.String(),
    "SpanId": pl.String(),
    "ContentHash": pl.String(),
    "PrefixHashes": pl.List(pl.String),
}
NOTHING = Hashes("", ())


def content_hashes(calls: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Content and prefix hashes of each call; empty where it said nothing.

    `calls` has the columns of `jobs/said_in_calls`. Hashes that ingest stored are kept; they
    compare with each other and with those made here only if they were made with the same key.
    """
    missing = [name for name in COLUMNS if name not in calls.columns]
    if missing:
        raise ValueError(f"calls lack the columns {', '.join(missing)}")
    rows = [
        (row["TraceId"], row["SpanId"], hashes.content, list(hashes.prefixes))
        for row in calls.iter_rows(named=True)
        for hashes in (_hashes(row, key),)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def read_row(row: Mapping[str, Any], logs: Sequence[Log] = ()) -> Conversation:
    """What a span said, out of a row of otel_traces whose maps are parallel lists: SpanKeys,
    SpanValues, EventNames, EventKeys, EventValues. Missing columns say nothing."""
    columns = (row.get(name) or () for name in ("EventNames", "EventKeys", "EventValues"))
    events = [
        Event(name, _paired(keys, values)) for name, keys, values in zip(*columns, strict=True)
    ]
    return read_messages(_paired(row.get("SpanKeys"), row.get("SpanValues")), events, logs)


def _paired(keys: Sequence[str] | None, values: Sequence[str] | None) -> dict[str, str]:
    return dict(zip(keys or (), values or (), strict=True))


def _hashes(row: Mapping[str, Any], key: bytes) -> Hashes:
    if row["ContentHash"]:
        return Hashes(row["ContentHash"], _stored(row["PrefixHashes"]))
    return content_hash(read_row(row), key) or NOTHING


def _stored(text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()
