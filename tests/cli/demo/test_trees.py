from __future__ import annotations

from itertools import islice, pairwise

from longpole.cli.demo.arrivals import Traffic, arrivals
from longpole.cli.demo.catalog import HOUR, SERVICES
from longpole.cli.demo.planned import SECOND, PlannedSpan

ANCHOR = 1_795_428_000 * SECOND
ROOTS = [root for _, root in islice(arrivals(Traffic("3", ANCHOR, ANCHOR - 100 * HOUR)), 1_500)]


def spans() -> list[PlannedSpan]:
    return [span for root in ROOTS for span in root.walk()]


def test_every_span_lasts_and_children_begin_inside() -> None:
    for span in spans():
        assert span.start_ns < span.end_ns, span.name
        for child in span.children:
            assert span.start_ns < child.start_ns, child.name
            if child.detached:
                assert child.start_ns <= span.end_ns < child.end_ns, child.name
            else:
                assert child.end_ns < span.end_ns, child.name


def test_work_is_both_parallel_and_serial() -> None:
    searches: list[bool] = []
    lookups: list[bool] = []
    for span in spans():
        tools = [child for child in span.children if child.name.startswith("execute_tool")]
        pairs = pairwise(tools)
        overlap = [a.end_ns > b.start_ns for a, b in pairs]
        (searches if "researcher" in span.name else lookups).extend(overlap)
    assert any(searches) and not all(searches)
    assert lookups and not any(lookups)


def test_a_refused_call_is_tried_again_later() -> None:
    retried = 0
    for span in spans():
        for first, second in pairwise(span.children):
            if first.error == "429" and second.name == first.name:
                retried += 1
                assert second.start_ns - first.end_ns > SECOND // 3
    assert retried > 20


def test_a_failure_reaches_the_root_and_ends_the_run() -> None:
    failed = [root for root in ROOTS if root.error is not None]
    assert 3 <= len(failed) < len(ROOTS) * 0.03
    for root in failed:
        assert root.error == "429"
        path, at = [root], root
        while at.children:
            at = max((c for c in at.children if not c.detached), key=lambda c: c.end_ns)
            path.append(at)
        assert all(span.fatal for span in path)


def test_tools_fail_without_failing_the_run() -> None:
    broken = [root for root in ROOTS if any(s.error and not s.fatal for s in root.walk())]
    assert sum(root.error is None for root in broken) > 20


def test_streams_say_when_the_first_chunk_came() -> None:
    streams = [span for span in spans() if span.attributes.get("gen_ai.request.stream")]
    answered = [span for span in streams if span.error is None]
    assert len(answered) > 500
    for span in answered:
        first = span.attributes["gen_ai.response.time_to_first_chunk"]
        assert isinstance(first, float)
        assert 0 < first * SECOND <= span.end_ns - span.start_ns + 1


def test_reported_tokens_fit_together() -> None:
    for span in spans():
        usage = {
            name.removeprefix("gen_ai.usage."): value
            for name, value in span.attributes.items()
            if name.startswith("gen_ai.usage.") and isinstance(value, int)
        }
        assert usage.get("cache_read.input_tokens", 0) <= usage.get("input_tokens", 0)
        assert usage.get("reasoning.output_tokens", 0) <= usage.get("output_tokens", 0)


def test_some_runs_cross_services() -> None:
    services = {frozenset(span.service for span in root.walk()) for root in ROOTS}
    assert len(frozenset().union(*services)) == len(SERVICES)
    assert any(len(together) > 1 for together in services)
