"""The messages of a span over the API."""

from __future__ import annotations

import pytest
from ui_asking import Get, getter
from ui_trace_runs import DRAFT, support_run
from ui_trace_seed import seed_trace, span_id

from longpole.core.store import Store

TRACE = "d7" * 16


@pytest.fixture
def get(traces_store: Store, written: set[str]) -> Get:
    if __name__ not in written:
        written.add(__name__)
        seed_trace(traces_store, TRACE, support_run())
    return getter(traces_store)


def test_messages_and_budget_of_a_model_call(get: Get) -> None:
    answer = get(f"/api/v1/traces/{TRACE}/spans/{span_id(DRAFT)}/messages")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["system"] == [{"type": "text", "content": "You are a patient support agent."}]
    assert [message["role"] for message in found["input"]] == ["user"]
    assert found["output"][0]["parts"][1] == {
        "type": "tool_call", "id": "c1", "name": "send_mail", "arguments": {"to": "mara"}
    }  # fmt: skip
    budget = found["budget"]
    assert sum(share["tokens"] for share in budget["shares"]) == budget["total"] == 5240
    assert budget["total_how"] == "exact"


def test_a_span_without_content_has_empty_lists(get: Get) -> None:
    found = get(f"/api/v1/traces/{TRACE}/spans/{span_id(1)}/messages").json()
    assert found == {
        "system": [], "input": [], "output": [], "tools": [], "left_out": 0, "budget": None
    }  # fmt: skip


def test_an_unknown_span_is_a_404_problem(get: Get) -> None:
    answer = get(f"/api/v1/traces/{TRACE}/spans/{'9' * 16}/messages")
    assert answer.status_code == 404
    assert "has no span" in answer.json()["detail"]
