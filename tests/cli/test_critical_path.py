"""`longpole critical-path` as its users meet it: what it reads, what it prints, what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from longpole.cli.main import cli
from longpole.core.errors import LongpoleError

SPANS: list[dict[str, Any]] = [
    {"id": 1, "parent": None, "start": 0, "duration": 100, "operation": "root"},
    {"id": 2, "parent": 1, "start": 10, "duration": 40, "kind": "llm"},
    {"id": 3, "parent": 1, "start": 60, "duration": 30},
]
PATH = [(1, 90, 100), (3, 60, 90), (1, 50, 60), (2, 10, 50), (1, 0, 10)]


def run(file: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["critical-path", str(file), *words])


def printed(tmp_path: Path, content: object, *words: str) -> dict[str, Any]:
    file = tmp_path / "spans.json"
    file.write_text(json.dumps(content), "utf-8")
    result = run(file, *words)
    assert result.exit_code == 0, result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def path(root: dict[str, Any]) -> list[tuple[Any, int, int]]:
    return [(one["span"], one["start"], one["end"]) for one in root["sections"]]


def moved(by: int) -> list[dict[str, Any]]:
    return [{**span, "start": span["start"] + by} for span in SPANS]


def with_end(span: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in span.items() if key != "duration"}
    return {**kept, "end": span["start"] + span["duration"]}


@pytest.mark.parametrize(
    "content",
    [
        {"spans": SPANS},
        SPANS,
        {"traces": [{"id": "t", "spans": SPANS}]},
        [SPANS],
        {"spans": SPANS[::-1]},
        {"spans": [with_end(span) for span in SPANS]},
        {"spans": [{**span, "parent": span["parent"] or ""} for span in SPANS]},
        {"spans": [{**span, "duration": float(span["duration"])} for span in SPANS]},
    ],
)
def test_lists_of_spans(tmp_path: Path, content: object) -> None:
    found = printed(tmp_path, content)
    [root] = found["roots"]
    assert (root["root"], root["duration"], path(root)) == (1, 100, PATH)
    assert {one["phase"] for one in root["sections"]} == {"tail", "self", "between", "lead"}
    assert [one["on_path"] for one in found["spans"]] == [30, 40, 30]
    assert found["warnings"] == []


@pytest.mark.parametrize("by", [-(2**63), -5, 2**63 - 50, 2**80])
def test_any_whole_number_is_a_time(tmp_path: Path, by: int) -> None:
    [root] = printed(tmp_path, {"spans": moved(by)})["roots"]
    assert path(root) == [(span, start + by, end + by) for span, start, end in PATH]


def test_jaeger_is_in_microseconds_and_a_reference_without_trace_is_to_its_own(
    tmp_path: Path,
) -> None:
    spans = [
        {"spanID": "a", "operationName": "GET", "startTime": 5, "duration": 9_000, "processID": "p",
         "references": []},
        {"spanID": "b", "operationName": "SQL", "startTime": 1_005, "duration": 5_000,
         "processID": "p", "tags": [{"key": "span.kind", "value": "client"}],
         "references": [{"refType": "FOLLOWS_FROM", "traceID": "other", "spanID": "x"},
                        {"refType": "CHILD_OF", "spanID": "a"}]},
        {"spanID": "c", "operationName": "late", "startTime": 8_000, "duration": 9_000,
         "processID": "p", "references": [{"refType": "CHILD_OF", "spanID": "a"}]},
    ]  # fmt: skip
    process = {"serviceName": "s", "tags": [{"key": "hostname", "value": "h"}]}
    trace = {"traceID": "t", "spans": spans, "processes": {"p": process}}
    expected = [("a", 6_005, 9_005), ("b", 1_005, 6_005), ("a", 5, 1_005)]
    for content in ({"data": [trace]}, trace, [trace]):
        [root] = printed(tmp_path, content)["roots"]
        assert path(root) == expected  # c outlives a on the same host: nobody waited for it
    clipped = printed(tmp_path, trace, "--outliving", "clip")["roots"][0]
    assert path(clipped)[0] == ("c", 8_000, 9_005)
    unknown = {**trace, "processes": {"p": {"serviceName": "s", "tags": []}}}
    assert path(printed(tmp_path, unknown)["roots"][0])[0] == ("c", 8_000, 9_005)


def test_jaegers_times_are_taken_as_microseconds_for_the_tolerance(tmp_path: Path) -> None:
    # 1 % of the parent would be 10 ms; the cap of 2 ms makes these two run side by side.
    def overlapping(by_us: int) -> list[tuple[Any, int, int]]:
        spans = [
            {"spanID": "a", "startTime": 0, "duration": 1_000_000},
            {"spanID": "b", "startTime": 0, "duration": 500_000, "parentSpanID": "a"},
            {"spanID": "c", "startTime": 500_000 - by_us, "duration": 500_000 + by_us,
             "parentSpanID": "a"},
        ]  # fmt: skip
        return path(printed(tmp_path, {"traceID": "t", "spans": spans})["roots"][0])

    assert [span for span, *_ in overlapping(2_000)] == ["c", "b"]
    assert [span for span, *_ in overlapping(2_001)] == ["c", "a"]


def test_several_roots_and_traces_are_in_time_order_and_named(tmp_path: Path) -> None:
    one = {"id": "b", "spans": [{"id": "x", "start": 50, "duration": 10}]}
    lost = {"id": "y", "start": 7, "duration": 1, "parent": "gone"}
    two = {"id": "a", "spans": [{"id": "x", "start": 70, "duration": 10}, lost]}
    found = printed(tmp_path, {"traces": [one, two]})
    assert [(root["trace"], root["root"]) for root in found["roots"]] == [
        ("a", "y"), ("b", "x"), ("a", "x"),
    ]  # fmt: skip
    assert found["warnings"] == ["1 span whose parent is missing, each shown as a root of its own"]


def test_a_follower_is_not_awaited(tmp_path: Path) -> None:
    spans = [SPANS[0], {**SPANS[1], "ref": "follows_from"}, {**SPANS[2], "ref": "CHILD_OF"}]
    [root] = printed(tmp_path, {"spans": spans})["roots"]
    assert path(root) == [(1, 90, 100), (3, 60, 90), (1, 0, 60)]


def test_a_first_token_splits_a_model_call(tmp_path: Path) -> None:
    spans = [SPANS[0], {**SPANS[1], "first_token": 20}, SPANS[2]]
    sections = printed(tmp_path, {"spans": spans})["roots"][0]["sections"]
    assert [(one["start"], one["end"]) for one in sections if one["span"] == 2] == [
        (20, 50), (10, 20),
    ]  # fmt: skip
    late = [SPANS[0], {**SPANS[1], "first_token": 500}, SPANS[2]]
    assert "first_token of span 2 (500)" in printed(tmp_path, {"spans": late})["warnings"][0]


def test_skew_can_be_left_as_it_is(tmp_path: Path) -> None:
    spans = [
        {"id": "c", "start": 0, "duration": 100, "kind": "client", "host": "h1"},
        {"id": "s", "parent": "c", "start": 60, "duration": 60, "kind": "SPAN_KIND_SERVER",
         "host": "h2"},
    ]  # fmt: skip
    [shifted] = printed(tmp_path, {"spans": spans})["roots"]
    assert path(shifted) == [("c", 80, 100), ("s", 20, 80), ("c", 0, 20)]
    [raw] = printed(tmp_path, {"spans": spans}, "--skew", "none")["roots"]
    assert path(raw) == [("s", 60, 100), ("c", 0, 60)]


def test_the_table_is_for_reading(tmp_path: Path) -> None:
    file = tmp_path / "spans.json"
    named = [{**SPANS[0], "operation": "evil\x1b[2J"}, *SPANS[1:]]
    file.write_text(json.dumps({"spans": named}), "utf-8")
    lines = run(file, "--table").stdout.splitlines()
    assert lines[0] == "root 1 evil?[2J: 100"
    assert lines[1].split() == ["span", "operation", "start", "end", "length", "share", "phase",
                                "evidence"]  # fmt: skip
    assert len(lines) == 2 + len(PATH)


def span(**given: object) -> list[dict[str, object]]:
    return [{"id": "a", "start": 0, "duration": 1} | given]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("nonsense", "is not JSON"),
        ("[" * 200_000, "nested too deeply"),
        ("7", "holds 7"),
        ("{}", "none of these"),
        ('{"spans": []}', "has no spans"),
        ('{"spans": 3}', "expected a list"),
        ('{"spans": [3]}', "span 1 is 3"),
        ('{"data": []}', "has no spans"),
        (json.dumps(span(id=None)), "id is missing"),
        (json.dumps(span(duration="x")), "duration is 'x'; expected a whole number"),
        (json.dumps(span(duration=1.5)), "duration is 1.5"),
        (json.dumps(span(duration=-1)), "duration is -1; a span cannot end before it starts"),
        (json.dumps(span(duration=True)), "duration is True"),
        (json.dumps(span(start=None)), "start is missing"),
        (json.dumps(span(duration=None, end=-3)), "end is -3, before start 0"),
        (json.dumps(span(duration=2**63)), "too far apart"),
        (json.dumps(span(ref="MAYBE")), "ref is 'MAYBE'; use CHILD_OF or FOLLOWS_FROM"),
        ('{"data": [{"traceID": "t", "spans": [{"spanID": "a"}]}]}', "startTime is missing"),
        ('[{"id": "a", "start": NaN, "duration": 1}]', "start is nan"),
    ],
)
def test_bad_input_is_one_clear_line(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content, "utf-8")
    error = run(file).exception
    assert isinstance(error, LongpoleError)
    assert said in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize("words", [("--overlap-tolerance", "2"), ("--outliving", "x")])
def test_a_mode_that_is_none_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    file = tmp_path / "spans.json"
    file.write_text(json.dumps({"spans": SPANS}), "utf-8")
    command = [sys.executable, "-m", "longpole.cli", "critical-path", str(file), *words]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert words[1] in result.stderr


def test_fifty_thousand_deep_and_wide(tmp_path: Path) -> None:
    size = 50_000
    deep = [{"id": i, "parent": i - 1 if i else None, "start": i, "duration": 4 * size - 2 * i}
            for i in range(size)]  # fmt: skip
    wide = [{"id": 0, "start": 0, "duration": 10 * size}]
    wide += [{"id": i, "parent": 0, "start": 10 * i - 9, "duration": 9} for i in range(1, size)]
    for spans in (deep, wide):
        [root] = printed(tmp_path, {"spans": spans})["roots"]
        assert sum(end - start for _, start, end in path(root)) == root["duration"]
        assert len({span for span, *_ in path(root)}) == size


def test_otlp_keeps_its_nanoseconds_and_ids() -> None:
    folder = Path(__file__).parents[1] / "data" / "captures" / "strands-v1.0-openai"
    command = [sys.executable, "-m", "longpole.cli", "critical-path", str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    ids = {span["span"] for span in found["spans"]}
    for root in found["roots"]:
        sections = path(root)
        assert sections[0][2] - sections[-1][1] == root["duration"] > 10**6
        assert all(later[1] == earlier[2] for later, earlier in pairwise(sections))
        assert {span for span, *_ in sections} <= ids
