"""`longpole normalize` as its users meet it: what it reads, what it refuses, what it prints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from capture_facts import OWN
from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from otlp_requests import any_value, request_with, span

CALL = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.output_tokens": 5,
    "acme.colour": "blue",
}


READ = ("kind", "model", "input_tokens")


def call(number: int = 1) -> Span:
    """A model call with one attribute that no rule reads."""
    made = span(number)
    for key, value in CALL.items():
        made.attributes.add(key=key).value.CopyFrom(any_value(value))
    return made


def normalize(*words: str | Path) -> CompletedProcess[str]:
    """Run the command in a process of its own: one process can open one embedded engine only."""
    line = [sys.executable, "-m", "longpole.cli", "normalize", *map(str, words)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def printed(*words: str | Path) -> list[dict[str, Any]]:
    result = normalize(*words)
    assert result.returncode == 0, result.stderr
    records: list[dict[str, Any]] = json.loads(result.stdout)
    return records


@pytest.fixture
def pb(tmp_path: Path) -> Path:
    file = tmp_path / "traces.pb"
    file.write_bytes(request_with([call()]).SerializeToString())
    return file


def otlp_json(number: int) -> str:
    """A request as OTLP/JSON, on one line; ids are hexadecimal there."""
    document = json.loads(MessageToJson(request_with([call(number)])))
    (sent,) = document["resourceSpans"][0]["scopeSpans"][0]["spans"]
    sent |= {"traceId": f"{number:032x}", "spanId": f"{number:016x}"}
    return json.dumps(document)


def test_a_folder_is_read_in_all_encodings_without_what_is_not_otlp(
    pb: Path, tmp_path: Path
) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (below / "traces.json").write_text(otlp_json(2))
    (below / "many.jsonl").write_text(otlp_json(3) + "\n\n" + otlp_json(4) + "\n")
    (tmp_path / "traces.otlp.json").write_text(otlp_json(9))  # beside the .pb: the same data
    (tmp_path / "expected.json").write_text("{}")
    (tmp_path / "more.json").write_text("[1]")
    (tmp_path / "notes.txt").write_text("not read at all")
    (tmp_path / "metrics.pb").write_bytes(b"metrics are not read either")
    result = normalize(tmp_path)
    records = json.loads(result.stdout)
    assert [record["span_id"] for record in records] == [f"{n:016x}" for n in (1, 2, 3, 4)]
    assert {tuple(record[field] for field in READ) for record in records} == {("llm", "gpt-4o", 10)}
    (note,) = result.stderr.strip().splitlines()
    assert note.startswith(f"longpole: skipped: {tmp_path / 'expected.json'} is no OTLP request")
    assert note.endswith("(and 1 more files)")


def test_without_the_logs_beside_it_a_span_says_only_what_it_says_itself() -> None:
    (alone,) = printed(OWN / "synthetic-codex-logs" / "traces.pb")
    assert (alone["dialect"], alone["model"], alone["input_tokens"]) == ("codex", None, None)


def test_explain_says_where_each_field_was_read_and_what_no_rule_reads(pb: Path) -> None:
    (record,) = printed(pb, "--explain")
    assert "gen_ai.usage.input_tokens" in record["rules"]["input_tokens"]
    assert "gen_ai.request.model" in record["rules"]["request_model"]
    assert "ttft_s" not in record["rules"]
    assert record["not_understood"] == ["acme.colour"]


def test_a_table_has_a_line_a_span_unless_json_is_asked_for(pb: Path) -> None:
    head, *rows = normalize(pb, "--table").stdout.strip().splitlines()
    assert head.split()[:3] == ["name", "kind", "dialect"]
    assert [row.split()[:4] for row in rows if "gpt-4o" in row] == [
        ["chat", "llm", "otel-genai", "gpt-4o"]
    ]
    (record,) = printed(pb, "--table", "--json")
    assert record["model"] == "gpt-4o" and "rules" not in record


BAD = {
    "traces.pb": (b"\xff\xff no protobuf", "traces.pb"),
    "broken.json": (b'{"resourceSpans": [', "broken.json is not JSON"),
    "list.json": (b"[1, 2]", "neither resourceSpans nor resourceLogs"),
    "lines.jsonl": (b"\n{}\n", "lines.jsonl line 2 is no OTLP request"),
    "words.txt": (b"hello", "expected the ending .pb, .json or .jsonl"),
}


def only_line(path: Path) -> str:
    """Wrong use of a path: exit code 2, nothing printed, exactly one line of why."""
    result = normalize(path)
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.strip().splitlines()
    return line


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_is_one_line(name: str, tmp_path: Path) -> None:
    content, said = BAD[name]
    (tmp_path / name).write_bytes(content)
    assert said in only_line(tmp_path / name)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    assert "no file or folder" in only_line(tmp_path / "none.pb")


def test_a_folder_without_otlp_is_one_line(tmp_path: Path) -> None:
    assert "no OTLP in" in only_line(tmp_path)
    (tmp_path / "package.json").write_text("{}")
    assert "no OTLP in" in only_line(tmp_path)
