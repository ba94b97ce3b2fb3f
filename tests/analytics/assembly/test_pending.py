"""When a trace is looked at, and when again."""

from __future__ import annotations

import polars as pl

from longpole.analytics.assembly.pending import Pending, first_that_fit

SECOND = 1000


def arrivals(now_ms: int, *rows: tuple[str, int]) -> pl.DataFrame:
    """Arrivals (trace, ms) as they are read at `now_ms`."""
    return pl.DataFrame(
        [
            {"Project": "p", "TraceId": trace, "ArrivedMs": at, "Spans": 1, "NowMs": now_ms}
            for trace, at in rows
        ],
        schema_overrides={"Spans": pl.UInt64},
    )


def look(pending: Pending, read: pl.DataFrame, since_ms: int = 0) -> list[str]:
    due = pending.due(read)
    pending.remember(due, since_ms)
    return due["TraceId"].to_list()


def test_an_arrival_is_looked_at_when_seen_and_at_each_age() -> None:
    pending = Pending((1 * SECOND, 10 * SECOND))
    looks = {
        ms: look(pending, arrivals(ms, ("t", 0))) for ms in (5, 10, 1000, 1500, 10_000, 11_000)
    }
    assert [ms for ms, traces in looks.items() if traces] == [5, 1000, 10_000]


def test_an_old_arrival_is_looked_at_once() -> None:
    pending = Pending((1 * SECOND,))
    assert look(pending, arrivals(50 * SECOND, ("t", 0))) == ["t"]
    assert look(pending, arrivals(51 * SECOND, ("t", 0))) == []


def test_an_arrival_that_shows_up_late_is_looked_at() -> None:
    pending = Pending((1 * SECOND,))
    assert look(pending, arrivals(5000, ("t", 4000))) == ["t"]
    assert look(pending, arrivals(5001, ("t", 4000), ("u", 3900))) == ["u"]


def test_reading_goes_back_to_what_waits_for_another_look() -> None:
    pending = Pending((1 * SECOND, 10 * SECOND))
    assert pending.since_ms(100_000) == 80_000
    look(pending, arrivals(50_000, ("t", 49_500)))
    assert pending.since_ms(100_000) == 49_500
    look(pending, arrivals(60_000, ("t", 49_500)))
    assert pending.since_ms(100_000) == 80_000


def test_what_is_not_read_again_is_forgotten() -> None:
    pending = Pending((1 * SECOND,))
    look(pending, arrivals(50_000, ("t", 10)))
    look(pending, arrivals(50_000, ("u", 49_999)), since_ms=40_000)
    assert look(pending, arrivals(50_000, ("t", 10))) == ["t"]


def test_the_first_always_fits() -> None:
    sizes = pl.DataFrame({"size": [5, 3, 3]})
    assert first_that_fit(sizes, "size", 8).height == 2
    assert first_that_fit(sizes, "size", 1).height == 1
    assert first_that_fit(sizes.clear(), "size", 1).height == 0
