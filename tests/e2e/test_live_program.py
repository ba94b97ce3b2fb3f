"""A real program, released instrumentations, a fake model service: what the API says of it.

`live_agent.py` calls `longpole.sdk.init()` and runs an agent with OpenAI's released client. It runs
once with each project's instrumentation and once with both installed, which must not count twice.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from running import Running, running

# The first test waits for two installations from the package index.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

HERE = Path(__file__).parent
SDK = HERE.parents[1] / "sdk"
OFFICIAL = "opentelemetry-instrumentation-genai-openai"
INFERENCE = "openinference-instrumentation-openai"
PIP_INSTALL = [sys.executable, "-m", "pip", "--quiet", "install"]
FIRST_CHUNK_S = 0.15
# Tokens of the two turns as fake_openai.py reports them, cached ones inside input.
INPUT, CACHED, OUTPUT = 180 + 230, 64 + 128, 24 + 12


@dataclass
class Run:
    """What one run of the program left in Longpole."""

    told: dict[str, Any]
    traces: dict[str, dict[str, Any]]
    trace: dict[str, Any]
    path: dict[str, Any]

    def span(self, **wanted: object) -> dict[str, Any]:
        """The only span with these fields."""
        spans: list[dict[str, Any]] = self.trace["spans"]
        found = [s for s in spans if all(s[name] == value for name, value in wanted.items())]
        assert len(found) == 1, (wanted, found)
        return found[0]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that sees none of this project's packages."""
    folder = tmp_path_factory.mktemp("python")
    venv.create(folder, with_pip=False)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each instrumentation a folder with it, the SDK and OpenAI's client, as released."""
    folders = {name: tmp_path_factory.mktemp("packages") for name in (OFFICIAL, INFERENCE)}
    for name, folder in folders.items():
        done = subprocess.run(
            [*PIP_INSTALL, "--target", str(folder), str(SDK), "openai", name],
            capture_output=True, text=True, timeout=280,
        )  # fmt: skip
        if done.returncode and "No matching distribution found" in done.stderr:
            pytest.skip(f"{name} cannot be installed: no package index is reachable")
        assert done.returncode == 0, done.stderr
    return folders


@pytest.fixture(scope="module")
def fake_openai() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, str(HERE / "fake_openai.py")], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.fixture(scope="module", params=["official", "openinference", "both"])
def run(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    python: Path,
    packages: dict[str, Path],
    fake_openai: str,
) -> Iterator[Run]:
    chosen = {"official": [OFFICIAL], "openinference": [INFERENCE], "both": [INFERENCE, OFFICIAL]}
    path = os.pathsep.join(str(packages[name]) for name in chosen[request.param])
    with running(tmp_path_factory.mktemp("data")) as longpole:
        done = subprocess.run(
            [str(python), str(HERE / "live_agent.py"), longpole.otlp_http, fake_openai],
            env={"PYTHONPATH": path}, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        traces = wait_for_traces(longpole, "weather-agent", "busy-agent")
        id = traces["weather-agent"]["trace_id"]
        yield Run(
            {**told, "case": request.param},
            traces,
            get(longpole, f"/api/v1/traces/{id}"),
            get(longpole, f"/api/v1/traces/{id}/critical-path"),
        )


def get(longpole: Running, path: str) -> dict[str, Any]:
    answer = httpx.get(longpole.ui + path, timeout=30)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert isinstance(body, dict)
    return body


def wait_for_traces(longpole: Running, *agents: str) -> dict[str, dict[str, Any]]:
    """The traces by their agent, once all are assembled."""
    deadline = time.monotonic() + 60
    while True:
        rows = get(longpole, "/api/v1/traces")["traces"]
        found = {row["agent"]: row for row in rows}
        if set(agents) <= set(found):
            return found
        assert time.monotonic() < deadline, f"traces after a minute: {rows}"
        time.sleep(0.2)


def test_one_instrumentation_was_on_and_everything_was_sent(run: Run) -> None:
    official = "opentelemetry.instrumentation.genai.openai"
    inference = "openinference.instrumentation.openai"
    expected = inference if run.told["case"] == "openinference" else official
    assert run.told["instrumented"] == {"openai": expected}
    assert run.told["flushed"] is True
    assert run.told["answer"] == "This answer is a fake. (and busy)"


def test_the_list_sums_up_the_run(run: Run) -> None:
    row = run.traces["weather-agent"]
    assert (row["service"], row["release"], row["environment"]) == ("live-agent", "1.0", "test")
    assert (row["session_id"], row["user_id"]) == ("conversation-1", "user-1")
    assert (row["spans"], row["model_calls"], row["tool_calls"]) == (6, 2, 1)
    assert (row["input_tokens"], row["output_tokens"]) == (INPUT, OUTPUT)
    assert row["cache_read_tokens"] == CACHED
    assert row["is_error"] is False


def test_kinds_steps_and_agent_are_those_of_the_program(run: Run) -> None:
    kinds = sorted(span["kind"] for span in run.trace["spans"])
    assert kinds == ["agent", "chain", "chain", "llm", "llm", "tool"]
    assert {span["agent"] for span in run.trace["spans"]} == {"weather-agent"}
    agent = run.span(kind="agent")
    gather, reply = run.span(name="gather"), run.span(name="reply")
    assert {gather["parent_span_id"], reply["parent_span_id"]} == {agent["span_id"]}
    assert gather["step"] == "gather"
    tool = run.span(kind="tool")
    assert (tool["tool_name"], tool["parent_span_id"]) == ("get_weather", gather["span_id"])


def test_model_calls_have_model_tokens_and_cost(run: Run) -> None:
    gather, reply = run.span(name="gather"), run.span(name="reply")
    for step, tokens in ((gather, (180, 24)), (reply, (230, 12))):
        call = run.span(kind="llm", parent_span_id=step["span_id"])
        assert call["model"] == "gpt-4o-2024-08-06"
        assert (call["input_tokens"], call["output_tokens"]) == tokens
        assert call["counted"] is True
        assert Decimal(str(call["cost_usd"])) > 0
    assert run.span(kind="agent")["counted"] is False


def test_the_cost_is_that_of_the_published_prices(run: Run) -> None:
    """gpt-4o: 2.50 USD a million input tokens, 1.25 cached, 10 output."""
    uncached = INPUT - CACHED
    expected = (uncached * Decimal("2.5") + CACHED * Decimal("1.25") + OUTPUT * 10) / 1_000_000
    assert abs(Decimal(str(run.traces["weather-agent"]["cost_usd"])) - expected) < Decimal("2e-9")


def test_only_the_streamed_call_has_a_time_to_first_token(run: Run) -> None:
    times = {
        span["step"]: span["ttft_s"] for span in run.trace["spans"] if span["ttft_s"] is not None
    }
    assert len(times) == 1
    streamed = run.span(kind="llm", parent_span_id=run.span(name="gather")["span_id"])
    assert FIRST_CHUNK_S <= streamed["ttft_s"] <= streamed["duration_ns"] / 1e9


def test_the_critical_path_covers_the_run_and_goes_through_its_leaves(run: Run) -> None:
    [root] = run.path["roots"]
    sections = root["sections"]
    assert sum(section["end"] - section["start"] for section in sections) == root["duration"]
    for later, earlier in itertools.pairwise(sections):
        assert earlier["end"] == later["start"]
    on_path = {section["span"] for section in sections}
    leaves = {s["span_id"] for s in run.trace["spans"] if s["kind"] in ("llm", "tool")}
    assert leaves <= on_path


def test_the_refused_call_is_a_failed_run_without_usage(run: Run) -> None:
    row = run.traces["busy-agent"]
    assert row["is_error"] is True
    assert row["error_spans"] == 2
    assert (row["input_tokens"], row["output_tokens"]) == (0, 0)
