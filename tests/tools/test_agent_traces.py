from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from agent_traces import any_value, convert, files, identifier, inspect_ai, nanoseconds, request

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "agent_traces"
TRACES = {"any_agent": 3, "langfuse": 13, "smoltrace": 8, "inspect_ai": 6}


def spans_of(file: Path) -> list[Any]:
    body = convert(file)
    return [span for part in body.resource_spans for sc in part.scope_spans for span in sc.spans]


@pytest.fixture(scope="module")
def converted() -> dict[Path, list[Any]]:
    if not FOLDER.is_dir():
        pytest.skip(f"the recorded agent runs are not at {FOLDER}")
    return {file: spans_of(file) for file in files(FOLDER)}


def test_every_trace_of_every_file_is_there(converted: dict[Path, list[Any]]) -> None:
    found: dict[str, set[bytes]] = {}
    for file, spans in converted.items():
        found.setdefault(file.parent.name, set()).update(span.trace_id for span in spans)
    assert {name: len(traces) for name, traces in found.items()} == TRACES


def test_spans_form_one_tree_a_trace(converted: dict[Path, list[Any]]) -> None:
    for file, spans in converted.items():
        ids = {span.span_id for span in spans}
        roots = [span for span in spans if not span.parent_span_id]
        assert len(ids) == len(spans), file
        assert all(len(span.trace_id) == 16 and len(span.span_id) == 8 for span in spans), file
        assert all(span.parent_span_id in ids for span in spans if span.parent_span_id), file
        assert len(roots) == len({span.trace_id for span in spans}), file


def test_times_are_in_order(converted: dict[Path, list[Any]]) -> None:
    for file, spans in converted.items():
        for span in spans:
            assert 1.7e18 < span.start_time_unix_nano <= span.end_time_unix_nano < 1.8e18, file


def test_an_evaluation_sample_becomes_a_trace() -> None:
    def event(kind: str, at: str, **more: object) -> dict[str, object]:
        return {"event": kind, "timestamp": f"2026-01-01T00:00:{at}+00:00", **more}

    output = {"model": "m-1", "usage": {"input_tokens": 7, "output_tokens": 2}}
    sample = {
        "id": 1, "epoch": 1, "uuid": "u",
        "events": [
            event("span_begin", "01", id="a", name="solve"),
            event("model", "02", span_id="a", model="openai/m", output=output,
                  completed="2026-01-01T00:00:03.5+00:00"),
            event("span_end", "04", id="a"),
        ],
    }  # fmt: skip
    content = {"eval": {"task": "t", "eval_id": "e", "run_id": "r"}, "samples": [sample]}
    [part] = request(inspect_ai(content)).resource_spans
    root, solve, call = part.scope_spans[0].spans
    assert (root.name, root.parent_span_id) == ("t", b"")
    assert (solve.parent_span_id, call.parent_span_id) == (root.span_id, solve.span_id)
    assert call.end_time_unix_nano - call.start_time_unix_nano == 1_500_000_000
    assert root.end_time_unix_nano == solve.end_time_unix_nano
    values = {a.key: a.value for a in call.attributes}
    assert values["gen_ai.usage.input_tokens"].int_value == 7


def test_ids() -> None:
    assert identifier("0x00000000000000ff", 8) == b"\0\0\0\0\0\0\0\xff"
    assert identifier(None, 8) == b""
    assert len(identifier("not hexadecimal", 8)) == len(identifier("abcd", 8)) == 8
    assert identifier("a", 16) != identifier("b", 16)


def test_times() -> None:
    assert nanoseconds("2025-06-11T14:01:32.598Z") == 1_749_650_492_598_000_000
    assert nanoseconds("2025-05-12T20:28:13.301227-04:00") == 1_747_096_093_301_227_000


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "bool_value"), (3, "int_value"), (0.5, "double_value"), ("x", "string_value"),
        (["a"], "array_value"), ({"a": 1}, "string_value"),
    ],
)  # fmt: skip
def test_values_keep_their_type(value: object, kind: str) -> None:
    assert any_value(value).WhichOneof("value") == kind
