"""The drawer of one span, read from the engine and rendered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from dash.development.base_component import Component
from ui_trace_runs import DRAFT, LONG, SEARCH_B, hostile_run, support_run
from ui_trace_seed import seed_raw, seed_trace, span_id

from longpole.core.store import Store
from longpole.ui import queries
from longpole.ui.trace.drawer import drawer
from longpole.ui.trace.queries import Span, read_span
from longpole.ui.trace.texts import LONGEST_TEXT, SHORT_TEXT

TRACE = "d4" * 16
UNASSEMBLED, HOSTILE = "d5" * 16, "d6" * 16


@pytest.fixture
def run(traces_store: Store, written: set[str]) -> Store:
    if __name__ not in written:
        written.add(__name__)
        seed_trace(traces_store, TRACE, support_run())
        seed_raw(traces_store, UNASSEMBLED, support_run())
        seed_trace(traces_store, HOSTILE, hostile_run())
    return traces_store


def read(store: Store, trace_id: str, number: int) -> Span | None:
    with queries.reading(store):
        return asyncio.run(read_span(trace_id, span_id(number)))


def shown(store: Store, number: int, trace_id: str = TRACE) -> Component:
    span = read(store, trace_id, number)
    assert span is not None
    return drawer(span)


def texts(part: Any) -> list[str]:  # noqa: ANN401 - any component or its children
    if part is None:
        return []
    if isinstance(part, str | int | float):
        return [str(part)]
    if isinstance(part, list | tuple):
        return [text for one in part for text in texts(one)]
    return texts(getattr(part, "children", None))


def test_a_model_call_says_what_it_cost_and_said(run: Store) -> None:
    said = texts(shown(run, DRAFT))
    assert "chat gpt-4.1" in said and "5,240" in said
    assert any(text.startswith("$0.017") and "price list" in text for text in said)
    assert "You are a patient support agent." in said
    assert "The plan changed on 3 October." in said
    assert "send_mail" in said and '{\n  "to": "mara"\n}' in said
    assert "Prompt by part" in said and "estimate" in said
    assert "1.32 s" in said  # first token
    assert any("6.90 s (100 % of the span)" in text for text in said)


def test_long_text_is_cut_with_the_rest_at_hand(run: Store) -> None:
    said = texts(shown(run, DRAFT))
    assert LONG[:SHORT_TEXT] + " …" in said
    assert LONG in said
    assert f"Show all ({len(LONG):,} characters)" in said


def test_an_error_shows_its_exception(run: Store) -> None:
    said = texts(shown(run, SEARCH_B))
    assert "invoice store timed out" in said
    assert "TimeoutError no answer within 300 ms" in said
    assert any(text.startswith("Traceback") for text in said)
    assert "+305 ms" in said


def test_a_call_without_a_price_is_unknown_not_free(run: Store) -> None:
    said = texts(shown(run, 9))
    assert "unknown: no price is known for this model" in said
    assert not any(text.startswith("$0") for text in said)


def test_a_span_that_is_not_assembled_is_shown_raw(run: Store) -> None:
    said = texts(shown(run, DRAFT, UNASSEMBLED))
    assert "gen_ai.request.model" in said
    assert "On the critical path" not in said


def test_an_unknown_span_is_none(run: Store) -> None:
    assert read(run, TRACE, 99) is None
    assert read(run, "9" * 32, 1) is None


def test_hostile_text_stays_text_and_bounded(run: Store) -> None:
    for span in hostile_run():
        said = texts(shown(run, span.id, HOSTILE))
        assert max(map(len, said)) <= LONGEST_TEXT
    assert "<script>window.hacked = 1</script>" in texts(shown(run, 1, HOSTILE))
