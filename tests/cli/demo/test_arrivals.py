from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import islice, takewhile

import pytest

from longpole.cli.demo.arrivals import Traffic, arrivals
from longpole.cli.demo.catalog import HOUR, NEW_RELEASE, RESEARCH, STABLE, SUPPORT
from longpole.cli.demo.planned import SECOND, PlannedSpan

ANCHOR = 1_795_428_000 * SECOND
TRAFFIC = Traffic("7", ANCHOR, ANCHOR - 192 * HOUR)


@cache
def history() -> list[PlannedSpan]:
    """The roots of the whole history."""
    return [root for _, root in takewhile(lambda run: run[0] < ANCHOR, arrivals(TRAFFIC))]


def values(
    of: Callable[[PlannedSpan], float | None], since_h: float, until_h: float
) -> list[float]:
    """What `of` says about spans that start in a stretch before the anchor; None is left out."""
    begin, end = ANCHOR - since_h * HOUR, ANCHOR - until_h * HOUR
    spans = (span for root in history() for span in root.walk() if begin <= span.start_ns < end)
    return [value for value in map(of, spans) if value is not None]


def seconds(name: str, release: str | None = None) -> Callable[[PlannedSpan], float | None]:
    def of(span: PlannedSpan) -> float | None:
        fits = span.name == name and span.error is None and release in (None, span.release)
        return (span.end_ns - span.start_ns) / SECOND if fits else None

    return of


def tokens(model: str, service: str = RESEARCH) -> Callable[[PlannedSpan], float | None]:
    def of(span: PlannedSpan) -> float | None:
        count = span.attributes.get("gen_ai.usage.input_tokens")
        fits = (span.name, span.service) == (f"chat {model}", service) and isinstance(count, int)
        return float(count) if fits and isinstance(count, int) else None

    return of


def ratio(of: Callable[[PlannedSpan], float | None], at_h: float) -> float:
    """Median after a moment over the median of the day before it."""
    after, before = values(of, at_h, 0), values(of, at_h + 24, at_h)
    return statistics.median(after) / statistics.median(before)


def test_the_same_seed_tells_the_same_story() -> None:
    again = list(islice(arrivals(TRAFFIC), 50))
    assert [root for _, root in again] == history()[:50]
    other = Traffic("8", ANCHOR, ANCHOR - 192 * HOUR)
    assert [root for _, root in islice(arrivals(other), 50)] != history()[:50]


def test_history_has_the_promised_size() -> None:
    assert 5_500 < len(history()) < 7_500
    assert 80_000 < sum(1 for root in history() for _ in root.walk()) < 120_000
    starts = [root.start_ns for root in history()]
    assert starts == sorted(starts)


def test_traffic_follows_the_day_and_is_dense_at_the_end() -> None:
    by_hour = Counter(
        root.start_ns // HOUR % 24 for root in history() if root.start_ns < ANCHOR - 24 * HOUR
    )
    assert sum(by_hour[h] for h in (12, 13, 14, 15)) > 1.4 * sum(by_hour[h] for h in (0, 1, 2, 3))
    last = [root for root in history() if root.start_ns >= ANCHOR - HOUR]
    assert 240 < len(last) < 360


def test_live_runs_come_every_few_seconds() -> None:
    live = Traffic("7", ANCHOR, ANCHOR)
    starts = [at for at, _ in islice(arrivals(live), 400)]
    assert 2.5 < (starts[-1] - starts[0]) / 399 / SECOND < 3.5


def test_searches_become_slow_on_the_new_release_only() -> None:
    assert 2.6 < ratio(seconds("execute_tool web_search", NEW_RELEASE), 35 / 60) < 3.4
    assert 0.8 < ratio(seconds("execute_tool web_search", STABLE[RESEARCH]), 35 / 60) < 1.25


def test_the_writers_input_grows() -> None:
    assert 1.7 < ratio(tokens("claude-sonnet-4-5"), 5) < 1.9
    versions = Counter(
        (span.attributes["gen_ai.prompt.version"], span.start_ns >= ANCHOR - 5 * HOUR)
        for root in history()
        for span in root.walk()
        if "gen_ai.prompt.version" in span.attributes
    )
    assert set(versions) == {("12", False), ("13", True)}


@pytest.mark.parametrize("at_h", [5, 35 / 60])
def test_nothing_else_changes(at_h: float) -> None:
    parts = {
        span.name for root in history()[-500:] for span in root.walk() if not span.children
    } - {"execute_tool web_search"}
    assert len(parts) >= 12
    for name in parts:
        assert 0.85 < ratio(seconds(name), at_h) < 1.15, name
    for model in ("gpt-4o-mini", "gpt-5-mini", "gemini-2.5-flash"):
        assert 0.9 < ratio(tokens(model), at_h) < 1.1, model
    for model in ("gpt-4o-mini", "gpt-5-mini"):
        assert 0.9 < ratio(tokens(model, SUPPORT), at_h) < 1.1, model


def test_the_new_release_appears_part_way() -> None:
    def share(since_h: float, until_h: float) -> float:
        mine = values(
            lambda span: float(span.release == NEW_RELEASE) if span.service == RESEARCH else None,
            since_h, until_h,
        )  # fmt: skip
        return statistics.fmean(mine)

    assert share(192, 20) == 0
    assert 0.25 < share(20, 18) < 0.75
    assert 0.85 < share(18, 0) < 0.95


def test_sessions_belong_to_one_user_and_have_several_runs() -> None:
    runs: dict[str, set[str]] = {}
    for root in history():
        runs.setdefault(str(root.attributes["session.id"]), set()).add(
            str(root.attributes["user.id"])
        )
    assert all(len(users) == 1 for users in runs.values())
    assert len(history()) / len(runs) > 2.5
