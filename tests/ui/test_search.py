"""The builder of search statements."""

from __future__ import annotations

import re

import pytest

from longpole.core.errors import InputError
from longpole.ui import search
from longpole.ui.search import Cursor, Order
from longpole.ui.state import Filters

QUESTIONS = ("traces_page", "traces_summary", "traces_histogram")


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_user_text_is_in_the_statement(question: str) -> None:
    text = search.statement(question)
    assert "$" not in text
    bound = set(re.findall(r"\{(\w+):", text))
    given = {"project", "limit", "offset", "after_key", "after_id"}
    assert bound - given == set(search.parameters(Filters(q="'; DROP TABLE traces --")))


def test_the_cursor_goes_on_in_the_direction_of_the_order() -> None:
    down, up = (search.statement("traces_page", Order("cost", d)) for d in (True, False))
    assert "(SortKey, TraceId) <" in down and "SortKey DESC, TraceId DESC" in down
    assert "(SortKey, TraceId) >" in up and "SortKey ASC, TraceId ASC" in up


def test_order_is_read_from_a_word() -> None:
    assert search.parse_order("-cost") == Order("cost", True)
    assert search.parse_order("start") == Order("start", False)
    with pytest.raises(InputError, match="start, duration"):
        search.parse_order("Start; DROP TABLE traces")


def test_cursor_round_trip() -> None:
    cursor = Cursor(-5, "ab" * 16, "default")
    assert search.parse_cursor(cursor.encode()) == cursor


@pytest.mark.parametrize(
    "text", ["", "%%", "bnVsbA==", "WzEuNSwgImEiXQ==", "WzFlMzAsICJhIl0=", "é"]
)
def test_a_foreign_cursor_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="cursor"):
        search.parse_cursor(text)
