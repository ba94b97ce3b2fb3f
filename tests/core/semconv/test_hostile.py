"""Whatever a sender puts into a span, the insert succeeds and what cannot be read is absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import Origin
from longpole.core.store import Store

Row = dict[str, Any]
Make = Callable[..., Row]
Normalise = Callable[[Iterable[Row]], list[Row]]
KEYS = sorted({source.key for source in DECLARED.fields if source.origin is not Origin.NAME})
HOSTILE = {
    "nan": "nan",
    "negative": "-5",
    "huge": "9" * 40,
    "above 64 bits": str(2**64),
    "implausible": str(10**13),
    "float": "1.5",
    "array": "[1, 2]",
    "object": '{"a": 1}',
    "deep array": "[" * 60_000,
    "deep object": '{"user_id":' * 5_000 + "1" + "}" * 5_000,
    "long": "x" * 70_000,
    "nul": "12\0",
    "empty": "",
    "blank": "   ",
}
COUNTS = [
    *("InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens"),
    *("ReasoningTokens", "TotalTokens"),
]
TEXTS = ("Release", "AgentId", "Workflow", "ToolCallId", "UserId", "ResponseId", "Model")


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_value_in_every_known_key(value: str, make_row: Make, normalise: Normalise) -> None:
    attributes = dict.fromkeys(KEYS, value)
    (row,) = normalise(
        [make_row(SpanAttributes=attributes, ResourceAttributes=attributes, StatusCode="Error")]
    )
    assert [row[name] for name in COUNTS] == [None] * len(COUNTS)
    assert all(len(row[name]) <= 1024 and "\0" not in row[name] for name in TEXTS)
    if len(value) > 1024 or "\0" in value:
        assert [row[name] for name in TEXTS] == [""] * len(TEXTS)


def test_hostile_names_and_messages(make_row: Make, normalise: Normalise) -> None:
    for text in HOSTILE.values():
        values = dict.fromkeys(("SpanName", "ServiceName", "ScopeName", "StatusMessage"), text)
        (row,) = normalise([make_row(**values, StatusCode="Error")])
        assert len(row["Step"]) <= 200
        assert len(row["Name"]) <= 1024
        assert len(row["StatusMessage"]) <= 4096
        assert len(row["Service"]) <= 200


def test_megabytes_in_one_span(make_row: Make, normalise: Normalise) -> None:
    keys = ("user.id", "metadata", "tag.tags", "gen_ai.usage.input_tokens", "input.value")
    (row,) = normalise([make_row(SpanAttributes=dict.fromkeys(keys, "9" * 1_000_000))])
    assert (row["UserId"], row["SessionId"], row["Tags"], row["InputTokens"]) == ("", "", [], None)


def test_more_attributes_than_anyone_sends(make_row: Make, normalise: Normalise) -> None:
    attributes = {f"k{number}": "v" for number in range(70_000)}
    (row,) = normalise([make_row(SpanAttributes={**attributes, "user.id": "last"})])
    assert row["UserId"] == "last"


def test_bytes_that_are_no_text(normalise: Normalise, view_store: Store) -> None:
    normalise([])
    view_store.command(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, ServiceName, "
        "StatusMessage, StatusCode, SpanAttributes, ResourceAttributes, `Events.Timestamp`, "
        "`Events.Name`, `Events.Attributes`) "
        r"SELECT now64(9), 'aa', 'bb', '\xff name', '\xfe', '\xff', 'Error', "
        r"map('user.id', '\xff\xfe', 'tag.tags', '[\"\xff\"]', 'metadata', "
        r"'{\"session_id\": \"\xff\"}'), map('service.version', '\xff'), [now64(9)], "
        r"['exception'], [map('exception.type', '\xff')]"
    )
    (row,) = view_store.rows("SELECT * FROM spans")
    assert (row["UserId"], row["Tags"], row["SessionId"]) == ("", [], "")
    assert (row["Release"], row["ErrorType"], row["StatusMessage"]) == ("", "", "\ufffd")
    assert row["Name"] == "\ufffd name"


def test_ids_that_are_no_text(normalise: Normalise, view_store: Store) -> None:
    normalise([])
    view_store.command(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanKind, "
        "`Links.TraceId`, `Links.SpanId`, `Links.TraceState`, `Links.Attributes`) SELECT "
        r"now64(9), 'a\xff', 'b\xff', 'c\xff', 'd\xff', ['a\xff'], ['e\xff'], [''], [map()]"
    )
    (row,) = view_store.rows("SELECT * FROM spans")
    ids = ("TraceId", "SpanId", "ParentSpanId", "SpanKind", "LinkedSpanIds")
    assert [row[name] for name in ids] == ["a\ufffd", "b\ufffd", "c\ufffd", "d\ufffd", ["e\ufffd"]]


TEXT = st.one_of(
    st.sampled_from(list(HOSTILE.values())[:9]),
    st.integers().map(str),
    st.floats().map(str),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.sampled_from(["chat", "LLM", "gpt-4o", "openai", "true", "0.1", '["stop"]', "{}"]),
)


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), TEXT, max_size=20), min_size=1, max_size=40))
def test_any_attributes_arrive(
    make_row: Make, normalise: Normalise, attributes: list[dict[str, str]]
) -> None:
    rows = normalise(
        make_row(SpanId=f"{number:016x}", SpanAttributes=item, ResourceAttributes=item)
        for number, item in enumerate(attributes)
    )
    assert len(rows) == len(attributes)
    for row in rows:
        assert row["OutputTokens"] is None or row["OutputTokens"] <= 2 * 10**12
        cached = (row["CacheReadTokens"] or 0) + (row["CacheWriteTokens"] or 0)
        assert row["InputTokens"] is None or cached <= row["InputTokens"]
        assert row["TtftS"] is None or 0 <= row["TtftS"] <= 1.01
