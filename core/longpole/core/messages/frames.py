"""Hashes of many calls at once, where content was kept: no work at ingest, only when asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from longpole.core.messages.events import Event
from longpole.core.messages.hashes import Hashes, content_hash
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


def _hashes(row: Mapping[str, Any], key: bytes) -> Hashes:
    if row["ContentHash"]:
        return Hashes(row["ContentHash"], _stored(row["PrefixHashes"]))
    places = zip(row["EventNames"], row["EventKeys"], row["EventValues"], strict=True)
    events = [Event(name, dict(zip(k, v, strict=True))) for name, k, v in places]
    attributes = dict(zip(row["SpanKeys"], row["SpanValues"], strict=True))
    return content_hash(read_messages(attributes, events), key) or NOTHING


def _stored(text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()
