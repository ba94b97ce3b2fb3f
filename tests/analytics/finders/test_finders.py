"""Planted waste is found with its size; what only looks like it is not."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from longpole.analytics.finders import CALL_SCHEMA, Frames, find_all
from longpole.core.errors import InputError
from longpole.core.settings import FindersSettings

SECOND = 1_000_000_000
RUNS = 30
Row = dict[str, Any]


def tool(number: int, start_s: float, asked: str = "", **changes: object) -> Row:
    return {
        "SpanId": f"s{number}", "ParentSpanId": "root", "Kind": "tool", "Step": "search",
        "StartNs": int(start_s * SECOND), "DurationNs": SECOND, "PathNs": SECOND,
        "AskedHash": asked, **changes,
    }  # fmt: skip


def model(number: int, start_s: float, tokens: float = 100, asked: str = "") -> Row:
    said = {"InputTokens": tokens, "CostInputUsd": tokens * 1e-6, "CostUsd": tokens * 1e-6}
    return tool(number, start_s, asked, Kind="llm", Step="plan", Counted=True, **said)


def frames(*spans: Row, runs: int = RUNS) -> Frames:
    same = {"Project": "p", "RootName": "ask", "Service": "api", "Agent": "a", "Operation": "",
            "Model": "", "Counted": False, "IsError": False}  # fmt: skip
    rows = [{**same, **span, "TraceId": f"t{run}"} for run in range(runs) for span in spans]
    return Frames(pl.DataFrame(rows, schema=CALL_SCHEMA, orient="row"), 1.0)


def found(*spans: Row, runs: int = RUNS) -> dict[str, Row]:
    rows = find_all(frames(*spans, runs=runs), FindersSettings())
    return {row["Detector"]: row for row in rows.iter_rows(named=True)}


def test_neighbours_that_ask_different_things_could_run_side_by_side() -> None:
    row = found(tool(1, 0, "x"), tool(2, 1, "y"), tool(3, 2, "z"))["serial_siblings"]
    assert row["SizeMs"] == 2000
    assert (row["AffectedTraces"], len(row["ExampleTraces"])) == (RUNS, 5)
    assert "assumed" in row["Reason"] and "1 min a day" in row["Reason"]


@pytest.mark.parametrize(
    "spans",
    [
        (tool(1, 0, "x"), model(2, 1), tool(3, 2, "y")),
        (tool(1, 0, "x"), tool(2, 0.5, "y")),
        (tool(1, 0, "x"), tool(2, 1, "y", Step="read")),
        (tool(1, 0, "x", IsError=True), tool(2, 1, "y")),
        (tool(1, 0, "x"), tool(2, 1, "y", PathNs=0)),
    ],
    ids=["model between", "overlap", "other step", "retry", "off the path"],
)
def test_near_misses_of_serial_siblings_are_silent(spans: tuple[Row, ...]) -> None:
    assert found(*spans) == {}


def test_recorded_data_flow_proves_and_refutes() -> None:
    first = tool(1, 0, "x", AfterSpanIds=["m"], AfterEvidence=["data"])
    known = tool(2, 1, "y", AfterSpanIds=["m"], AfterEvidence=["data"])
    assert "(data)" in found(first, known)["serial_siblings"]["Reason"]
    waited = tool(2, 1, "y", AfterSpanIds=["s1"], AfterEvidence=["data"])
    assert found(first, waited) == {}
    guessed = tool(2, 1, "y", AfterSpanIds=["s1"], AfterEvidence=["order"])
    assert "assumed" in found(first, guessed)["serial_siblings"]["Reason"]


def test_the_same_asked_twice_is_a_repeated_call_and_three_times_a_loop() -> None:
    two = found(model(1, 0, asked="x"), tool(2, 1), model(3, 2, asked="x"))
    assert list(two) == ["repeated_calls"]
    assert two["repeated_calls"]["SizeUsdPerDay"] == pytest.approx(RUNS * 100e-6)
    three = found(*(tool(n, n, "x") for n in range(3)))
    assert list(three) == ["loops"]
    assert three["loops"]["SizeMs"] == 2000


def test_new_arguments_and_unknown_content_are_no_loop() -> None:
    spans = [span for n in range(4) for span in (tool(2 * n, 2 * n, f"x{n}"), model(2 * n + 1, 9))]
    assert "loops" not in found(*spans)
    assert found(*(model(n, n) for n in range(4))) == {}


def test_steady_growth_is_found_with_the_money_sent_again() -> None:
    row = found(*(model(n, n, 1000.0 * (n + 1)) for n in range(6)))["context_growth"]
    assert row["SizeUsdPerDay"] == pytest.approx(RUNS * 15_000e-6)
    assert found(*(model(n, n, 1000.0) for n in range(6))) == {}


def test_few_requests_say_nothing() -> None:
    assert found(tool(1, 0, "x"), tool(2, 1, "y"), runs=19) == {}


def test_calls_without_a_column_are_refused() -> None:
    with pytest.raises(InputError, match="PathNs"):
        Frames(frames(tool(1, 0)).calls.drop("PathNs"), 1.0)
