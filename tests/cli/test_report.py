"""`longpole report` as its users meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from longpole.cli.reporting.amounts import time_text, usd_text

CAPTURE = Path(__file__).parents[1] / "data" / "captures" / "strands-v1.0-openai"
HOSTILE = "<script>alert(1)</script>\x1b[2J"


def report(*words: str | Path) -> CompletedProcess[str]:
    """Run the command in a process of its own: one process can open one embedded engine only."""
    line = [sys.executable, "-m", "longpole.cli", "report", *map(str, words)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_otlp_as_json_and_as_a_page(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    result = report(CAPTURE, "--json", "--html", page)
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    totals = found["totals"]
    assert (totals["traces"], totals["spans"], totals["model_calls"]) == (1, 6, 2)
    assert (totals["input_tokens"], totals["output_tokens"]) == (240, 96)
    assert totals["path_ms"] == pytest.approx(totals["p50_ms"])
    assert sum(row["share"] for row in found["steps"]) == pytest.approx(1)
    assert sum(row["path_ms"] for row in found["profile"]) == pytest.approx(totals["path_ms"])
    assert found["steps"][0]["kind"] == "llm"
    assert found["steps"][0]["cost_usd"] == pytest.approx(totals["cost_usd"])
    [slowest] = found["slowest"]
    assert slowest["answer"].startswith("this request waited for execute_event_loop_cycle (llm, ")
    assert "What dominates" in page.read_text("utf-8")


def call(name: str, kind: str, start_ms: int, end_ms: int, operation: str) -> dict[str, Any]:
    return {"id": name, "parent": "r", "start": start_ms * 10**6, "end": end_ms * 10**6,
            "kind": kind, "operation": operation}  # fmt: skip


SERIAL = [
    call("r", "agent", 0, 3_000, "answer") | {"parent": None},
    call("m", "llm", 0, 1_000, "chat"),
    call("a", "tool", 1_000, 1_400, HOSTILE),
    call("b", "tool", 1_400, 2_000, HOSTILE),
    call("n", "llm", 2_000, 3_000, "chat"),
]


def test_findings_are_told_in_time_a_request(tmp_path: Path) -> None:
    file, page = tmp_path / "spans.json", tmp_path / "report.html"
    file.write_text(json.dumps({"spans": SERIAL}), "utf-8")
    result = report(file, "--json", "--html", page)
    [finding] = json.loads(result.stdout)["findings"]
    assert (finding["finder"], finding["requests"], finding["of_requests"]) == (
        "serial_siblings", 1, 1,
    )  # fmt: skip
    assert finding["ms_a_request"] == pytest.approx(400)  # side by side: the longer one's 600 ms
    assert finding["ms_a_day"] is finding["usd_a_day"] is None  # three seconds say nothing of a day
    assert "400 ms of 3 s each" in finding["reason"]
    assert "a day" not in finding["reason"]
    shown = report(file).stdout
    assert "run one after the other" in shown
    assert "\x1b" not in shown
    tags = Tags()
    tags.feed(page.read_text("utf-8"))
    assert "script" not in tags.names
    assert "Start them together" in page.read_text("utf-8")


def test_findings_of_hours_are_told_a_day_too_and_none_in_words(tmp_path: Path) -> None:
    file = tmp_path / "spans.json"
    later = [one | {"trace": "t", "start": one["start"] + 12 * 3_600 * 10**9,
                    "end": one["end"] + 12 * 3_600 * 10**9} for one in SERIAL]  # fmt: skip
    file.write_text(json.dumps({"spans": SERIAL + later}), "utf-8")
    [finding] = json.loads(report(file, "--json").stdout)["findings"]
    assert finding["ms_a_request"] == pytest.approx(400)
    assert finding["ms_a_day"] == pytest.approx(1_600, rel=1e-3)  # two requests in half a day
    file.write_text(json.dumps({"spans": SERIAL[:2]}), "utf-8")
    assert "No serial steps" in report(file).stdout


class Tags(HTMLParser):
    """The tags of a page, and whatever would load something."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.loads += [name for name, _ in attrs if name in ("src", "href", "onclick", "onerror")]


def test_hostile_names_are_text_in_the_page_and_the_terminal(tmp_path: Path) -> None:
    file, page = tmp_path / "spans.json", tmp_path / "report.html"
    spans = [
        {"id": "a", "start": 0, "duration": 2_000_000, "operation": HOSTILE, "service": HOSTILE},
        {"id": "b", "parent": "a", "start": 5, "duration": 1_000_000, "operation": HOSTILE},
    ]
    file.write_text(json.dumps({"spans": spans}), "utf-8")
    assert report(file, "--html", page).returncode == 0
    tags = Tags()
    tags.feed(page.read_text("utf-8"))
    assert "script" not in tags.names
    assert tags.loads == []
    shown = report(file).stdout
    assert "2.0 ms" in shown
    assert "\x1b" not in shown


def test_jaeger_keeps_tags_and_ids(tmp_path: Path) -> None:
    tags = {
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o",
        "gen_ai.provider.name": "openai", "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 100, "error": True,
    }  # fmt: skip
    call = {
        "spanID": "00000000000000aa", "operationName": "chat gpt-4o", "processID": "p",
        "startTime": 1_700_000_000_000_000, "duration": 1_500_000, "references": [],
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
    }  # fmt: skip
    trace = {"traceID": "ab" * 16, "spans": [call], "processes": {"p": {"serviceName": "s"}}}
    file = tmp_path / "jaeger.json"
    file.write_text(json.dumps({"data": [trace]}), "utf-8")
    found = json.loads(report(file, "--json").stdout)
    assert found["totals"]["input_tokens"] == 1000
    assert found["totals"]["cost_usd"] > 0
    assert found["totals"]["failed"] == 1
    assert found["slowest"][0]["trace"] == "ab" * 16
    assert found["slowest"][0]["duration_ms"] == pytest.approx(1_500)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", "{", "is not JSON"),
        ("a.json", '{"spans": []}', "has no spans"),
        ("a.parquet", "PAR1", "Parquet"),
        ("a.txt", "x", "is not JSON"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, name: str, content: str, said: str) -> None:
    file = tmp_path / name
    file.write_text(content, "utf-8")
    result = report(file)
    assert result.returncode == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_amounts_have_units() -> None:
    assert [time_text(ms) for ms in (0.01, 0.5, 20, 2_500, 90_000, None)] == [
        "10.0 us", "0.5 ms", "20.0 ms", "2.50 s", "1.5 min", "-",
    ]  # fmt: skip
    assert [usd_text(usd) for usd in (None, 0.0000002, 0.0000936, 2, 12.5)] == [
        "-", "<$0.000001", "$0.000094", "$2", "$12.50",
    ]  # fmt: skip
