"""How many tools of every recorded export are tied to the calls of models around them.

`pytest -s` on this file prints the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from databases import Databases

from longpole.analytics.jobs.assemble import AssembleJob
from longpole.cli.offline.files import read_bodies
from longpole.core.otlp import INPUT_FORMAT, input_settings, input_table
from longpole.core.otlp.signals import Signal
from longpole.core.prices import PriceBook
from longpole.core.settings import Settings
from longpole.core.store import Store
from longpole.ingest.access.sender import Sender
from longpole.ingest.reading import Reader

CAPTURES = Path(__file__).parents[2] / "data" / "captures"
CALL, ANSWER, LOOPS = "calls to tools", "answers to calls", "tools between calls"
# Why a tool that ran between two calls of a model is tied to none, or to one of them only.
SILENT = "no messages of the model's calls were recorded"
NOT_ASKED = "the program ran the tool itself: no answer of a model asks for it"
IN_TEXT = "the model names its tool in plain text; there is no call to match"
UNREAD = "its messages are in attributes of its own that are not read"
ENCODED = "messages were recorded as bytes, which come as base64"
ONLY_ASKED = "no later call of a model was given the result"
NO_EDGES = {
    "claude-code": SILENT,
    "google-adk": SILENT,
    "haystack": UNREAD,
    "langsmith-old": ENCODED,
    "openinference-dspy": IN_TEXT,
    "otel-genai-dspy": IN_TEXT,
    "otel-genai-openai-agents": SILENT,
    "otel-google-genai": NOT_ASKED,
    "semantic-kernel": SILENT,
    "traceloop-js": NOT_ASKED,
}
ONE_SIDE = {"traceloop-openai": ONLY_ASKED}
SPANS = """
SELECT Project, TraceId, SpanId, Kind, toUnixTimestamp64Nano(Start) AS start,
    start + toInt64(DurationNs) AS end, AfterSpanIds, AfterEvidence
FROM span_facts FINAL
"""


@pytest.fixture(scope="module")
def table(databases: Databases) -> Iterator[dict[str, dict[str, int]]]:
    """All captures in one store, each as a project."""
    with databases.migrated() as store:
        names = sorted(path.name for path in CAPTURES.iterdir() if path.is_dir())
        for name in names:
            insert(store, name)
        job = AssembleJob(store, Settings(), PriceBook.default(), (0,), rest_ns_a_span=0)
        while job.run():
            pass
        yield {row["Project"]: row for row in counted(store).iter_rows(named=True)}


def insert(store: Store, capture: str) -> None:
    settings = Settings()
    reader = Reader(settings.ingest, settings.privacy)
    sender = Sender("", capture, frozenset())
    frames: dict[Signal, bytes] = {}
    for body in read_bodies(CAPTURES / capture)[0]:
        for entry in reader.read(body.signal, body.content, body.is_json, sender).entries:
            frames[entry.signal] = frames.get(entry.signal, b"") + entry.frames
    for signal, some in frames.items():
        store.insert_raw(
            input_table(signal), some, INPUT_FORMAT, input_settings(signal, store.embedded)
        )


def counted(store: Store) -> pl.DataFrame:
    spans = store.frame(SPANS)
    models = spans.filter(pl.col("Kind") == "llm")
    tools = spans.filter(pl.col("Kind") == "tool")
    trace = ["Project", "TraceId"]
    around = tools.select(*trace, "SpanId", "start", "end").join(
        models.select(*trace, from_ns="start", to_ns="end"), on=trace
    )
    between = (
        around.group_by(*trace, "SpanId")
        .agg(
            before=(pl.col("to_ns") <= pl.col("start")).any(),
            after=(pl.col("from_ns") >= pl.col("end")).any(),
        )
        .filter("before", "after")
    )
    edges = (
        spans.explode("AfterSpanIds", "AfterEvidence")
        .filter(pl.col("AfterEvidence") == "data")
        .join(
            spans.select(*trace, AfterSpanIds="SpanId", source="Kind"), on=[*trace, "AfterSpanIds"]
        )
    )
    parts: dict[str, pl.DataFrame] = {
        "calls of models": models,
        "tools": tools,
        LOOPS: between,
        CALL: edges.filter(pl.col("source") == "llm", pl.col("Kind") == "tool"),
        ANSWER: edges.filter(pl.col("source") == "tool", pl.col("Kind") == "llm"),
    }
    found = spans.select("Project").unique().sort("Project")
    for name, rows in parts.items():
        sizes = rows.group_by("Project").agg(pl.len().alias(name))
        found = found.join(sizes, on="Project", how="left", maintain_order="left")
    return found.fill_null(0)


def test_every_tool_between_two_calls_is_tied_to_both(table: dict[str, dict[str, Any]]) -> None:
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        print(pl.DataFrame(list(table.values())).filter(pl.col("tools") > 0))
    loops = {name: row for name, row in table.items() if row[LOOPS]}
    untied = {name for name, row in loops.items() if not (row[CALL] or row[ANSWER])}
    half = {name for name, row in loops.items() if bool(row[CALL]) != bool(row[ANSWER])}
    assert untied == set(NO_EDGES)
    assert half == set(ONE_SIDE)
    assert len(loops) > 50
