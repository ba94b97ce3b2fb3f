"""Usage in log records of recorded exports: read as stated, and given to the span of the call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from capture_facts import OWN, Fact, by_span, facts, folders
from databases import Databases

from longpole.cli.offline.files import read_bodies
from longpole.cli.offline.load import fill
from longpole.cli.offline.records import records
from longpole.core.settings import Settings
from longpole.core.store import Store

COLUMNS = {
    "trace_id": "TraceId", "span_id": "SpanId", "model": "Model", "input_tokens": "InputTokens",
    "output_tokens": "OutputTokens", "cache_read_tokens": "CacheReadTokens",
    "cache_write_tokens": "CacheWriteTokens", "request_id": "ResponseId",
}  # fmt: skip
# A record without a trace has no span to belong to.
IN_TRACES = {
    folder: stated
    for folder in folders(OWN)
    if (stated := [log for log in facts(folder).get("logs", ()) if log["trace_id"]])
}


@pytest.fixture(scope="module")
def store(databases: Databases) -> Iterator[Store]:
    bodies = [body for folder in IN_TRACES for body in read_bodies(folder)[0]]
    with databases.migrated() as opened:
        fill(opened, bodies, Settings())
        yield opened


def test_there_are_captures_with_such_records() -> None:
    assert {folder.name for folder in IN_TRACES} >= {"claude-code", "claude-code-2.1.197"}


def test_records_are_read_as_stated(store: Store) -> None:
    found = [read(row) for row in store.rows("SELECT * FROM log_facts FINAL")]
    missing = [fact for fact in every_fact() if expected(fact) not in found]
    assert missing == []


def test_the_span_of_the_call_has_the_cost_that_only_the_record_says(store: Store) -> None:
    spans = by_span(records(store))
    told = {
        fact["llm_span_id"]: spans[fact["trace_id"], fact["llm_span_id"]]["cost_reported_usd"]
        for fact in every_fact()
    }
    assert told == pytest.approx({fact["llm_span_id"]: fact["cost_usd"] for fact in every_fact()})


def every_fact() -> list[Fact]:
    return [fact for stated in IN_TRACES.values() for fact in stated]


def expected(fact: Fact) -> dict[str, Any]:
    """The part of a fact that is a column as it is."""
    return {field: fact[field] for field in COLUMNS}


def read(row: dict[str, Any]) -> dict[str, Any]:
    """The same part of a row."""
    return {field: row[column] for field, column in COLUMNS.items()}
