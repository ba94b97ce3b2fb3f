"""URL <-> state."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from longpole.ui.state import Filters, as_query, parse, window

HOUR = 3_600_000_000_000


def back(query: str) -> Filters:
    return parse({name: values[0] for name, values in parse_qs(query.lstrip("?")).items()})


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(since="7d", q="a & b=c #1", service="söme/ünit", status="error"),
        Filters(since="all", min_ms=0.5, max_ms=1e9, min_usd=0.0, session="s 1", step="<b>"),
    ],
)
def test_a_link_restores_the_state(filters: Filters) -> None:
    assert back(as_query(filters)) == filters


def test_defaults_leave_the_address_bare() -> None:
    assert as_query(Filters()) == ""


@pytest.mark.parametrize(
    "query",
    [{"since": "2h"}, {"status": "odd"}, {"min_ms": "fast"}, {"min_ms": "-1"}, {"min_ms": "nan"},
     {"max_ms": "inf"}, {"unknown": "x"}, {"q": ""}, {"service": None}],
)  # fmt: skip
def test_what_cannot_be_understood_counts_as_not_given(query: dict[str, object]) -> None:
    assert parse(query) == Filters()


def test_a_repeated_parameter_counts_once() -> None:
    assert parse({"service": ["a", "b"]}).service == "a"


def test_windows_end_now_and_the_previous_touches() -> None:
    now = 1_000 * HOUR
    day = window("24h", now)
    assert day.start_ns == now - 24 * HOUR
    assert day.end_ns >= now
    assert day.previous.end_ns == day.start_ns
    assert day.previous.end_ns - day.previous.start_ns == day.end_ns - day.start_ns


def test_all_time_has_nothing_before_it() -> None:
    everything = window("all", 1_000 * HOUR)
    assert everything.start_ns == 0
    assert everything.end_ns > 4_102_444_800 * 10**9  # 2100: a wrong clock is to be seen, too
    assert everything.previous.start_ns == everything.previous.end_ns == 0
