"""A hash of what a call was asked, equal whatever ids its parts carry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from longpole.core.messages import Conversation, Json, read_row

SCHEMA: dict[str, pl.DataType] = {name: pl.String() for name in ("TraceId", "SpanId", "AskedHash")}


def asked_hashes(rows: pl.DataFrame) -> pl.DataFrame:
    """AskedHash of each row of jobs/find_said; empty where a span kept nothing of its input."""
    found = [(row["TraceId"], row["SpanId"], asked_hash(row)) for row in rows.iter_rows(named=True)]
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def asked_hash(row: Mapping[str, Any]) -> str:
    """The hash for one span, from the hashes of ingest where it kept no content."""
    stored = _stored(row.get("PrefixHashes") or "")
    if stored:
        return stored
    said = read_row(row)
    return _digest(said) if said.input else ""


def _digest(said: Conversation) -> str:
    shown = said.to_json()
    asked = [_without_ids(shown[side]) for side in ("system", "tools", "input")]
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _without_ids(messages: list[dict[str, Json]]) -> list[Json]:
    """Ids of tool calls are new in every call; they say nothing about what is asked."""
    return [
        {
            **message,
            "parts": [
                {key: value for key, value in part.items() if key != "id"}
                if isinstance(part, dict) else part
                for part in parts
            ],
        }
        if isinstance(parts := message.get("parts"), list) else message
        for message in messages
    ]  # fmt: skip


def _stored(text: str) -> str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return str(found[-1]) if isinstance(found, list) and found else ""
