"""`longpole normalize` as its users meet it: what it reads, what it refuses, what it prints."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from capture_facts import OWN
from click.testing import CliRunner, Result
from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from otlp_requests import any_value, request_with, span
from running import LONGPOLE, environment

from longpole.cli.main import cli

CALL = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.output_tokens": 5,
    "acme.colour": "blue",
}


def call(number: int = 1) -> Span:
    """A model call with one attribute that no rule reads."""
    made = span(number)
    for key, value in CALL.items():
        made.attributes.add(key=key).value.CopyFrom(any_value(value))
    return made


def normalize(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["normalize", *map(str, words)])


def printed(*words: str | Path) -> list[dict[str, Any]]:
    result = normalize(*words)
    assert result.exit_code == 0, result.output
    records: list[dict[str, Any]] = json.loads(result.stdout)
    return records


@pytest.fixture
def pb(tmp_path: Path) -> Path:
    file = tmp_path / "traces.pb"
    file.write_bytes(request_with([call()]).SerializeToString())
    return file


def test_protobuf_json_and_lines_of_json_give_the_same_record(pb: Path, tmp_path: Path) -> None:
    (one,) = printed(pb)
    assert (one["kind"], one["model"], one["input_tokens"]) == ("llm", "gpt-4o", 10)
    as_json = tmp_path / "one.json"
    as_json.write_text(otlp_json(1))
    lines = tmp_path / "many.jsonl"
    lines.write_text(otlp_json(1) + "\n\n" + otlp_json(2) + "\n")
    assert printed(as_json) == [one]
    assert [record["input_tokens"] for record in printed(lines)] == [10, 10]


def otlp_json(number: int) -> str:
    """A request as OTLP/JSON, on one line; ids are hexadecimal there."""
    document = json.loads(MessageToJson(request_with([call(number)])))
    (sent,) = document["resourceSpans"][0]["scopeSpans"][0]["spans"]
    sent |= {"traceId": f"{number:032x}", "spanId": f"{number:016x}"}
    return json.dumps(document)


def test_of_a_folder_json_beside_protobuf_and_files_without_otlp_are_left_out(
    pb: Path, tmp_path: Path
) -> None:
    (tmp_path / "traces.otlp.json").write_text(otlp_json(2))
    (tmp_path / "expected.json").write_text("{}")
    (tmp_path / "more.json").write_text("[1]")
    (tmp_path / "notes.txt").write_text("not read at all")
    (tmp_path / "metrics.pb").write_bytes(b"metrics are not read either")
    below = tmp_path / "below"
    below.mkdir()
    (below / "traces.json").write_text(otlp_json(3))
    result = normalize(tmp_path)
    spans = {record["span_id"] for record in json.loads(result.stdout)}
    assert spans == {f"{1:016x}", f"{3:016x}"}
    (note,) = result.stderr.strip().splitlines()
    assert note.startswith(f"longpole: skipped: {tmp_path / 'expected.json'} is no OTLP request")
    assert note.endswith("(and 1 more files)")


def test_logs_beside_traces_fill_what_spans_leave_open() -> None:
    (record,) = printed(OWN / "synthetic-codex-logs")
    assert (record["model"], record["input_tokens"]) == ("gpt-5-codex", 120)
    (alone,) = printed(OWN / "synthetic-codex-logs" / "traces.pb")
    assert alone["input_tokens"] is None


def test_explain_says_where_each_field_was_read_and_what_no_rule_reads(pb: Path) -> None:
    (record,) = printed(pb, "--explain")
    assert "gen_ai.usage.input_tokens" in record["rules"]["input_tokens"]
    assert "gen_ai.request.model" in record["rules"]["request_model"]
    assert "ttft_s" not in record["rules"]
    assert record["not_understood"] == ["acme.colour"]
    assert "rules" not in printed(pb)[0]


def test_a_table_has_a_line_a_span_unless_json_is_asked_for(pb: Path) -> None:
    head, *rows = normalize(pb, "--table").stdout.strip().splitlines()
    assert head.split()[:3] == ["name", "kind", "dialect"]
    assert [row.split()[:4] for row in rows if "gpt-4o" in row] == [
        ["chat", "llm", "otel-genai", "gpt-4o"]
    ]
    assert printed(pb, "--table", "--json") == printed(pb)


BAD = {
    "traces.pb": (b"\xff\xff no protobuf", "traces.pb"),
    "broken.json": (b'{"resourceSpans": [', "broken.json is not JSON"),
    "list.json": (b"[1, 2]", "neither resourceSpans nor resourceLogs"),
    "lines.jsonl": (b"\n{}\n", "lines.jsonl line 2 is no OTLP request"),
    "words.txt": (b"hello", "expected the ending .pb, .json or .jsonl"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_is_one_line(name: str, tmp_path: Path) -> None:
    content, said = BAD[name]
    (tmp_path / name).write_bytes(content)
    assert said in only_line(tmp_path / name)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    assert "there is no file or folder" in only_line(tmp_path / "none.pb")


def test_a_folder_without_otlp_is_one_line(tmp_path: Path) -> None:
    assert "no OTLP in" in only_line(tmp_path)
    (tmp_path / "package.json").write_text("{}")
    assert "no OTLP in" in only_line(tmp_path)


def only_line(path: Path) -> str:
    """Wrong use: exit code 2, nothing printed, exactly one line of why."""
    done = subprocess.run(
        [*LONGPOLE, "normalize", str(path)],
        capture_output=True, text=True, timeout=120, env=environment(), check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line
