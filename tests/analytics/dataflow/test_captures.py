"""Edges in what instrumentations really export, as a person would draw them."""

from __future__ import annotations

from pathlib import Path

import pytest

from longpole.cli.offline.files import read_bodies
from longpole.cli.offline.load import fill
from longpole.core.settings import JobsSettings, Settings
from longpole.core.store import Store

CAPTURES = Path(__file__).parents[2] / "data" / "captures"
QUERY = """
SELECT TraceId, SpanId, Kind, Name, AfterSpanIds, AfterEvidence FROM span_facts FINAL
ORDER BY TraceId, Start, SpanId
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


def test_without_content_the_ids_that_spans_carry_are_left(store: Store) -> None:
    settings = Settings(jobs=JobsSettings(flow_content_kib=0))
    assert edges_of(store, "strands", settings) == []
