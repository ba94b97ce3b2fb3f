"""Hashes of stored calls, out of their content or as ingest stored them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl
import pytest

from longpole.core.messages import (
    CONTENT_HASH,
    PREFIX_HASHES,
    content_hash,
    content_hashes,
    read_messages,
)
from longpole.core.schema import upgrade
from longpole.core.store import Store, load_sql

KEY = b"k" * 32
ASKED = json.dumps([{"role": "user", "parts": [{"type": "text", "content": "Weather?"}]}])
START_NS = 1_760_000_000_000_000_000


def write(store: Store, span: str, attributes: Mapping[str, str]) -> None:
    store.command(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, SpanAttributes, Duration) "
        "SELECT fromUnixTimestamp64Nano({at:Int64}), {trace:String}, {span:String}, 'chat', "
        "mapFromArrays({keys:Array(String)}, {values:Array(String)}), 1000",
        {
            "at": START_NS, "trace": "ab" * 16, "span": span,
            "keys": list(attributes), "values": list(attributes.values()),
        },
    )  # fmt: skip


def test_calls_of_the_store_are_hashed_from_content_or_keep_what_ingest_made(store: Store) -> None:
    upgrade(store)
    call = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai"}
    write(store, "01" * 8, {**call, "gen_ai.input.messages": ASKED})
    write(store, "02" * 8, {**call, CONTENT_HASH: "c0ffee", PREFIX_HASHES: '["aa","bb"]'})
    write(store, "03" * 8, call)
    write(store, "04" * 8, {"input.value": "no model call"})
    window = {"project": "default", "from_ns": START_NS, "to_ns": START_NS + 1, "limit": 10}
    found = content_hashes(store.frame(load_sql("jobs/said_in_calls"), window), KEY)
    expected = content_hash(read_messages({"gen_ai.input.messages": ASKED}), KEY)
    assert expected is not None
    assert dict(zip(found["SpanId"], found["ContentHash"], strict=True)) == {
        "01" * 8: expected.content, "02" * 8: "c0ffee", "03" * 8: ""
    }  # fmt: skip
    hashes = dict(zip(found["SpanId"], found["PrefixHashes"].to_list(), strict=True))
    assert hashes == {"01" * 8: list(expected.prefixes), "02" * 8: ["aa", "bb"], "03" * 8: []}


def test_missing_columns_are_named() -> None:
    with pytest.raises(ValueError, match="EventNames"):
        content_hashes(pl.DataFrame({"TraceId": []}), KEY)
