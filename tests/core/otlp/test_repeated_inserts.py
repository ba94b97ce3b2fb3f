"""An insert that is repeated with its token is stored once, in every table it reaches."""

from __future__ import annotations

import pytest
from otlp_wire import TABLES, insert_frames, small_body

from longpole.core.otlp import Signal, frame_request
from longpole.core.store import Store

DERIVED = {Signal.TRACES: ["spans", "trace_arrivals", "otel_traces_trace_id_ts"]}


def _counts(store: Store, signal: Signal) -> dict[str, int]:
    tables = TABLES[signal] + DERIVED.get(signal, [])
    return {table: store.rows(f"SELECT count() AS n FROM {table}")[0]["n"] for table in tables}


@pytest.mark.parametrize("signal", Signal)
def test_a_token_counts_once(store: Store, signal: Signal) -> None:
    frames = frame_request(small_body(signal), "shop")
    for _ in range(3):
        insert_frames(store, signal, frames, insert_deduplication_token="one")
    assert set(_counts(store, signal).values()) == {1}


@pytest.mark.parametrize("signal", Signal)
def test_the_same_rows_under_another_token_are_stored_again(store: Store, signal: Signal) -> None:
    frames = frame_request(small_body(signal), "shop")
    for token in ("one", "two", "one"):
        insert_frames(store, signal, frames, insert_deduplication_token=token)
    assert set(_counts(store, signal).values()) == {2}
