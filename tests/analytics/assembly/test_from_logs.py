"""Gaps of spans filled from log records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longpole.analytics.assembly import fill_from_logs

Row = dict[str, Any]
SpansOf = Callable[..., pl.DataFrame]
Filled = Callable[..., Row]
BASE = datetime(2026, 3, 1, 12, tzinfo=UTC)
USAGE = (
    "InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "ReasoningTokens",
    "TotalTokens",
)  # fmt: skip
SCHEMA = pl.Schema(
    {
        **dict.fromkeys(("Project", "TraceId", "SpanId", "Provider", "Model"), pl.String()),
        **dict.fromkeys(("AgentName", "SessionId", "UserId", "ErrorType"), pl.String()),
        "ResponseId": pl.String(),
        "Timestamp": pl.Datetime("ns", "UTC"),
        "Id": pl.UInt64(),
        **dict.fromkeys(USAGE, pl.UInt64()),
        "ReportedCostUsd": pl.Decimal(18, 9),
        "Streaming": pl.Boolean(),
        "TtftS": pl.Float64(),
    }
)


def make_logs(*rows: Row) -> pl.DataFrame:
    """Rows of log_facts; `at` is ms after the base time."""
    texts = dict.fromkeys(("Provider", "Model", "AgentName", "SessionId", "UserId"), "")
    plain = {"Project": "default", "TraceId": "t", "SpanId": "a", "ErrorType": "", **texts}
    plain["ResponseId"] = ""
    return pl.DataFrame(
        [
            {**plain, "Timestamp": BASE + timedelta(milliseconds=row.pop("at", 0)), "Id": n, **row}
            for n, row in enumerate(map(dict, rows))
        ],
        schema=SCHEMA,
    )


@pytest.fixture
def filled(spans_of: SpansOf) -> Filled:
    """The span a, filled from log records."""

    def fill(span: Row, *logs: Row) -> Row:
        spans = spans_of({"id": "a", **span})
        return fill_from_logs(spans, make_logs(*logs)).row(0, named=True)

    return fill


def test_a_span_without_usage_takes_that_of_its_record(filled: Filled) -> None:
    row = filled(
        {"kind": "llm"},
        {"Model": "m", "Provider": "p", "InputTokens": 9, "OutputTokens": 2, "TtftS": 0.5},
    )
    said = [row[name] for name in ("Model", "Provider", "InputTokens", "OutputTokens", "TtftS")]
    assert said == ["m", "p", 9, 2, 0.5]
    assert row["TotalTokens"] == 11


def test_what_the_span_says_holds(filled: Filled) -> None:
    row = filled(
        {"model": "own", "input": 0, "TtftS": 0.1, "Streaming": False, "cost": "0.5"},
        {"Model": "m", "InputTokens": 9, "TtftS": 1.0, "Streaming": True, "Provider": "p",
         "ReportedCostUsd": Decimal(7), "OutputTokens": 3},
    )  # fmt: skip
    assert (row["Model"], row["InputTokens"], row["TtftS"]) == ("own", 0, 0.1)
    assert row["Streaming"] is False and row["ReportedCostUsd"] == Decimal("0.5")
    assert (row["OutputTokens"], row["Provider"], row["TotalTokens"]) == (3, "p", 3)


def test_the_most_complete_record_gives_the_usage_of_equals_the_latest(filled: Filled) -> None:
    first = {"at": 1, "InputTokens": 1, "OutputTokens": 1, "ReasoningTokens": 1}
    part = {"at": 9, "InputTokens": 7}
    later = {"at": 5, "InputTokens": 2, "OutputTokens": 2, "ReasoningTokens": 2}
    row = filled({}, part, later, first)
    assert [row[name] for name in USAGE] == [2, 2, None, None, 2, 4]


def test_parts_and_costs_that_belong_to_other_counts_are_left_out(filled: Filled) -> None:
    log = {
        "InputTokens": 110, "CacheReadTokens": 100, "OutputTokens": 5, "ReasoningTokens": 4,
        "ReportedCostUsd": Decimal(1),
    }  # fmt: skip
    row = filled({"input": 10, "output": 5}, log)
    assert (row["CacheReadTokens"], row["ReasoningTokens"]) == (None, 4)
    assert row["ReportedCostUsd"] is None
    assert filled({"input": 110}, log)["ReportedCostUsd"] == 1


def test_an_error_type_is_taken_by_failed_spans_only(filled: Filled) -> None:
    assert filled({"IsError": True}, {"ErrorType": "timeout"})["ErrorType"] == "timeout"
    assert filled({}, {"ErrorType": "timeout"})["ErrorType"] == ""


def test_records_of_other_spans_traces_and_projects_count_for_nothing(filled: Filled) -> None:
    others = [{name: "other", "InputTokens": 5} for name in ("SpanId", "TraceId", "Project")]
    assert filled({}, *others)["InputTokens"] is None


@pytest.mark.parametrize("frames", ["spans", "logs"])
def test_nothing_to_fill_or_to_fill_from(frames: str, spans_of: SpansOf) -> None:
    spans = spans_of(*[{"id": "a"}] * (frames == "logs"))
    logs = make_logs(*[{"InputTokens": 1}] * (frames == "spans"))
    assert fill_from_logs(spans, logs).equals(spans)


counts = st.one_of(st.none(), st.integers(0, 50))
records = st.fixed_dictionaries(
    {
        "SpanId": st.sampled_from("abz"),
        "at": st.integers(0, 5),
        "Model": st.sampled_from(["", "m1", "m2"]),
        **dict.fromkeys(USAGE, counts),
    }
)
own = st.fixed_dictionaries({"model": st.sampled_from(["", "own"]), "input": counts})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(logs=st.lists(records, max_size=8), a=own, b=own, random=st.randoms(use_true_random=False))
def test_filling_keeps_what_is_said_and_forgets_the_order(
    spans_of: SpansOf, logs: list[Row], a: Row, b: Row, random: Random
) -> None:
    spans = spans_of({"id": "a", **a}, {"id": "b", **b}, {"id": "b", "parent": "a", **b})
    told = make_logs(*logs)
    done = fill_from_logs(spans, told)
    assert done.schema == spans.schema and done["SpanId"].to_list() == ["a", "b", "b"]
    for row, before in zip(done.to_dicts(), spans.to_dicts(), strict=True):
        assert before["Model"] in ("", row["Model"])
        assert before["InputTokens"] in (None, row["InputTokens"])
        of_span = [log for log in logs if log["SpanId"] == row["SpanId"]]
        for name in ("InputTokens", "OutputTokens"):
            assert row[name] in [before[name], *(log[name] for log in of_span)]
    shuffled = told.to_dicts()
    random.shuffle(shuffled)
    assert fill_from_logs(spans, pl.DataFrame(shuffled, schema=SCHEMA)).equals(done)


def test_a_record_goes_to_the_span_of_its_response(spans_of: SpansOf) -> None:
    spans = spans_of(
        {"id": "a", "kind": "agent"},
        {"id": "b", "parent": "a", "kind": "llm", "ResponseId": "r1"},
    )
    rows = fill_from_logs(spans, make_logs({"ResponseId": "r1", "InputTokens": 7})).to_dicts()
    assert [(row["SpanId"], row["InputTokens"]) for row in rows] == [("a", None), ("b", 7)]


@pytest.mark.parametrize(
    ("kind", "of_call", "expected"),
    [
        ("agent", None, None),
        ("tool", None, None),
        ("other", None, 7),
        # The call says what it used; the record repeats it.
        ("other", 7, None),
    ],
)
def test_usage_of_a_record_goes_to_what_can_be_a_call(
    spans_of: SpansOf, kind: str, of_call: int | None, expected: int | None
) -> None:
    spans = spans_of(
        {"id": "a", "kind": kind},
        {"id": "b", "parent": "a", "kind": "llm", "InputTokens": of_call},
    )
    logs = make_logs({"InputTokens": 7, "Provider": "openai", "UserId": "u"})
    row = fill_from_logs(spans, logs).row(0, named=True)
    assert row["InputTokens"] == expected
    assert row["Provider"] == ("" if expected is None else "openai")
    assert row["UserId"] == "u"
