"""Edges in what instrumentations really export, as a person would draw them."""

from __future__ import annotations

from pathlib import Path

import pytest

from longpole.cli.offline.files import read_bodies
from longpole.cli.offline.load import fill
from longpole.core.settings import JobsSettings, PrivacySettings, Settings
from longpole.core.store import Store

CAPTURES = Path(__file__).parents[2] / "data" / "captures"
QUERY = """
SELECT TraceId, SpanId, Kind, Name, AfterSpanIds, AfterEvidence FROM span_facts FINAL
ORDER BY TraceId, Start, SpanId
"""
# The words that every capture's tool answers, and the ids that ingest keeps.
KEPT = """
SELECT countIf(arrayExists(text -> position(text, 'sunny') > 0, mapValues(SpanAttributes)) OR
        arrayExists(one -> arrayExists(text -> position(text, 'sunny') > 0, mapValues(one)),
            `Events.Attributes`)) AS Sunny,
    countIf(mapContains(SpanAttributes, 'longpole.tool_calls.made')) AS Made,
    countIf(mapContains(SpanAttributes, 'longpole.tool_calls.answered')) AS Answered
FROM otel_traces
"""


def edges_of(store: Store, capture: str, settings: Settings) -> list[tuple[str, str]]:
    """Kinds at both ends of each edge of data."""
    bodies, _ = read_bodies(CAPTURES / capture)
    fill(store, bodies, settings)
    rows = store.rows(QUERY)
    kinds = {(row["TraceId"], row["SpanId"]): row["Kind"] for row in rows}
    return [
        (kinds[row["TraceId"], source], row["Kind"])
        for row in rows
        for source, how in zip(row["AfterSpanIds"], row["AfterEvidence"], strict=True)
        if how == "data"
    ]


CALL, ANSWER = ("llm", "tool"), ("tool", "llm")


@pytest.mark.parametrize(
    ("capture", "expected"),
    [
        ("otel-genai-langchain", [CALL, ANSWER]),
        ("pydantic-ai", [CALL, ANSWER] * 3),
        ("strands", [CALL, ANSWER]),
        ("openinference-langchain", [CALL, ANSWER]),
        ("traceloop-langchain", [CALL, ANSWER]),
        ("vercel-ai-v5", [CALL, ANSWER]),
    ],
)
def test_a_tool_loop_is_model_tool_model(
    store: Store, capture: str, expected: list[tuple[str, str]]
) -> None:
    assert edges_of(store, capture, Settings()) == expected


def test_with_content_unread_a_model_that_carries_no_id_is_tied_to_no_tool(store: Store) -> None:
    settings = Settings(jobs=JobsSettings(flow_content_kib=0))
    assert edges_of(store, "strands", settings) == []


@pytest.mark.parametrize("capture", ["strands", "pydantic-ai", "otel-genai-langchain"])
def test_ids_that_ingest_kept_of_removed_content_give_the_same_edges(
    store: Store, capture: str
) -> None:
    settings = Settings(privacy=PrivacySettings(content="off", hash_key="k" * 32))
    found = edges_of(store, capture, settings)
    assert found
    assert found == [CALL, ANSWER] * (len(found) // 2)
    said = store.rows(KEPT)[0]
    assert said["Sunny"] == 0
    assert said["Made"] > 0
    assert said["Answered"] > 0
