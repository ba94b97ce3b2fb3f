"""What-ifs over the API, on a real, seeded store."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import ui_trace_seed as seed
from ui_asking import Get, getter
from ui_trace_seed import S

from longpole.core.store import Store

# An agent: a model call, two tools side by side, a model call that uses both.
AGENT = [
    S(1, 0, "answer", "agent", 0, 1000, agent="desk"),
    S(2, 1, "chat", "llm", 10, 200, step="plan", model="gpt-4o", tokens=(1000, 50), usd=0.01,
      ttft=80),
    S(3, 1, "search", "tool", 220, 400, step="search", tool="search"),
    S(4, 1, "lookup", "tool", 220, 300, step="lookup", tool="lookup"),
    S(5, 1, "chat", "llm", 630, 360, step="write", model="gpt-4o", tokens=(3000, 200), usd=0.03,
      ttft=100),
]  # fmt: skip


@pytest.fixture
def traces(store: Store) -> tuple[Get, str]:
    trace_id = uuid.uuid4().hex
    seed.seed_assembled(store, trace_id, seed.facts(trace_id, AGENT))
    return getter(store), trace_id


def ask(traces: tuple[Get, str], *changes: str) -> dict[str, Any]:
    get, trace_id = traces
    query = "&".join(f"change={change}" for change in changes)
    answer = get(f"/api/v1/traces/{trace_id}/what-if?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


MS = 1_000_000


@pytest.mark.parametrize(
    ("change", "ms"),
    [
        ("faster:1,step=search", 1000),
        ("faster:2,step=write", 820),
        ("faster:inf,step=search", 900),  # the other tool takes 300 ms all the same
        ("faster:2,kind=tool", 800),
        ("removed,kind=tool", 600),
        ("removed,kind=llm", 440),
        ("cached,model=gpt-4o", 820),
        ("cached:0.5,step=plan", 960),
        ("hit:50ms,tool=search", 900),
        ("faster:2,kind=agent", 500),
    ],
)
def test_end_to_end(traces: tuple[Get, str], change: str, ms: float) -> None:
    found = ask(traces, change)
    assert found["before_ns"] == 1000 * MS
    assert found["after_ns"] == ms * MS
    assert found["saved_ns"] == (1000 - ms) * MS


def test_removed_calls_cost_nothing_and_the_path_moves(traces: tuple[Get, str]) -> None:
    found = ask(traces, "removed,step=search", "removed,step=plan")
    assert found["before_usd"] == pytest.approx(0.04)
    assert found["after_usd"] == pytest.approx(0.03)
    assert found["affected_spans"] == 2
    steps = {row["step"]: row for row in found["steps"]}
    assert steps["search"]["before_ns"] == 400 * MS
    assert steps["search"]["after_ns"] == 0
    assert steps["lookup"] == {**steps["lookup"], "before_ns": 0, "after_ns": 300 * MS}
    assert found["curve"][0]["factor"] == 1 and found["curve"][-1]["factor"] is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("quicker:2,step=a", "is none of faster"),
        ("faster:-1,step=a", "a factor above 0"),
        ("faster:2", "needs a condition"),
        ("faster:2,stage=a", "is no condition"),
        ("model:gpt-9,kind=llm", "its speed is not known"),
        ("model:gpt-4o,kind=llm", "fitted from 20 or more"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    traces: tuple[Get, str], change: str, words: str
) -> None:
    get, trace_id = traces
    answer = get(f"/api/v1/traces/{trace_id}/what-if?change={change}")
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_an_unknown_trace_is_404(traces: tuple[Get, str]) -> None:
    assert traces[0]("/api/v1/traces/abc/what-if?change=removed,step=a").status_code == 404


def test_a_set_says_how_many_and_how_sure(traces: tuple[Get, str]) -> None:
    answer = traces[0]("/api/v1/what-if?since=all&change=faster:2,step=write")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["traces"], found["fitting"], found["is_sample"]) == (1, 1, False)
    assert found["affected_share"] == 1
    assert [one["after_ns"] for one in found["quantiles"]] == [820 * MS] * 3
    assert found["quantiles"][0]["saved_interval_ns"] == [180 * MS] * 2
    assert found["saved_usd_per_day"] is None


def test_a_set_without_traces_is_refused(traces: tuple[Get, str]) -> None:
    answer = traces[0]("/api/v1/what-if?since=all&service=nobody&change=faster:2,step=write")
    assert answer.status_code == 400
    assert "no assembled trace fits" in answer.json()["detail"]
