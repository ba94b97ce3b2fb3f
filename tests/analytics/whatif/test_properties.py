"""What holds for every schedule; and agreement with the plain Python replay."""

from __future__ import annotations

from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from longpole.analytics.critical_path import DATA, Edges, PathOptions, plant, sweep_forest
from longpole.analytics.whatif import Effect, Schedule, replay, schedule_of

BASE = 1_700_000_000 * 10**9
SHARES = st.sampled_from([0.0, 0.1])
SEEDS = st.integers(0, 2**32)


def random_spans(random: Random, size: int) -> pl.DataFrame:
    """A tree of awaited spans, each inside its parent; span ids are in order of creation."""
    rows: list[dict[str, Any]] = []
    for i in range(size):
        above = rows[random.randrange(i)] if i else None
        lo, hi = (above["s"], above["e"]) if above else (0, 100)
        ends = sorted(random.randint(lo, hi) for _ in range(2))
        rows.append({"s": ends[0] if above else lo, "e": ends[1] if above else hi,
                     "p": above["i"] if above else 0, "i": i + 1})  # fmt: skip
    return pl.DataFrame(
        {
            "TraceId": ["t"] * size,
            "SpanId": [f"{row['i']:016x}" for row in rows],
            "ParentSpanId": [f"{row['p']:016x}" if row["p"] else "" for row in rows],
            "StartNs": [BASE + row["s"] for row in rows],
            "DurationNs": pl.Series([row["e"] - row["s"] for row in rows], dtype=pl.UInt64),
            "SpanKind": ["Internal"] * size,
            "Process": [""] * size,
        }
    )


def scheduled(seed: int, share: float = 0.0, proofs: int = 0) -> tuple[Schedule, Edges]:
    random = Random(seed)
    spans = random_spans(random, random.randint(1, 14))
    forest = plant(spans)
    pairs = sorted(
        {(random.randrange(len(spans)), random.randrange(len(spans))) for _ in range(proofs)}
    )
    begin = np.searchsorted([a for a, _ in pairs], np.arange(len(spans) + 1)).astype(np.int64)
    source = np.array([b for _, b in pairs], np.int64)
    edges = Edges(begin, source, np.full(len(pairs), DATA, np.uint8))
    options = PathOptions(overlap_tolerance=share)
    return schedule_of(forest, spans[forest.rows], options, edges), edges


def random_effect(random: Random, size: int) -> Effect:
    effect = Effect.none(size)
    for i in range(1, size):
        effect.removed[i] = random.random() < 0.25
        effect.scale[i] = random.choice([1.0, 1.0, 0.5, 0.0, 3.0])
    return effect


@settings(deadline=None, max_examples=300)
@given(SEEDS, SHARES, st.integers(0, 6))
def test_without_a_change_the_times_are_the_observed_ones(seed: int, share: float, n: int) -> None:
    schedule, _ = scheduled(seed, share, n)
    found = replay(schedule, Effect.none(schedule.start.size))
    assert found.start.tolist() == schedule.start.tolist()
    assert found.end.tolist() == schedule.end.tolist()


@settings(deadline=None, max_examples=300)
@given(SEEDS, SHARES)
def test_agrees_with_the_plain_replay(reference: ModuleType, seed: int, share: float) -> None:
    # With a tolerance of its own for each parent the reference would be no simpler than the code.
    del share
    schedule, edges = scheduled(seed, 0.0, Random(seed).randint(0, 6))
    effect = random_effect(Random(seed), schedule.start.size)
    expected = reference.length(_nodes(reference, schedule, effect, edges))
    found = replay(schedule, effect)
    assert found.end[0] - found.start[0] == round(expected)


def _nodes(reference: ModuleType, schedule: Schedule, effect: Effect, edges: Edges) -> Any:  # noqa: ANN401
    forest = schedule.forest
    nodes = [
        reference.Node(int(lo) - BASE, int(hi) - BASE, float(scale), bool(gone))
        for lo, hi, scale, gone in zip(
            schedule.start, schedule.end, effect.scale, effect.removed, strict=True
        )
    ]
    for i, node in enumerate(nodes):
        above = forest.parent[i]
        if above >= 0 and schedule.awaited[i]:
            nodes[above].children.append(node)
    for i in range(len(nodes)):
        for source in edges.source[edges.begin[i] : edges.begin[i + 1]].tolist():
            a, b = _siblings(forest.parent.tolist(), i, source)
            if a >= 0 and a != b:
                nodes[a].after = (*nodes[a].after, nodes[b])
    return nodes[0]


def _siblings(parent: list[int], a: int, b: int) -> tuple[int, int]:
    """The ancestors (or selves) of both that have the same parent."""
    lines = []
    for one in (a, b):
        line = [one]
        while parent[line[-1]] >= 0:
            line.append(parent[line[-1]])
        lines.append(line)
    for x in lines[0]:
        for y in lines[1]:
            if parent[x] == parent[y] >= 0 and (
                x == y or (x not in lines[1] and y not in lines[0])
            ):
                return x, y
    return -1, -1


@settings(deadline=None, max_examples=300)
@given(SEEDS, SHARES, st.integers(0, 6))
def test_faster_is_never_later(seed: int, share: float, n: int) -> None:
    schedule, _ = scheduled(seed, share, n)
    random = Random(seed)
    slow = random_effect(random, schedule.start.size)
    fast = Effect(slow.scale.copy(), slow.removed.copy(), slow.gap_scale, slow.by_start)
    fast.scale[random.randrange(fast.scale.size)] *= random.choice([0.0, 0.3, 0.9])
    fast.removed[random.randrange(fast.scale.size)] |= random.random() < 0.3
    fast.removed[0] = False
    one, other = replay(schedule, slow), replay(schedule, fast)
    assert other.end[0] <= one.end[0]


@settings(deadline=None, max_examples=200)
@given(SEEDS)
def test_a_root_without_what_it_waits_for_has_its_own_time(seed: int) -> None:
    schedule, _ = scheduled(seed)
    spans = random_spans(Random(seed), Random(seed).randint(1, 14))
    effect = Effect.none(schedule.start.size)
    effect.removed[1:] = True
    found = replay(schedule, effect)
    random = Random(seed)
    spans = random_spans(random, random.randint(1, 14))
    forest = plant(spans)
    swept = sweep_forest(forest, spans[forest.rows], PathOptions(overlap_tolerance=0.0))
    assert found.end[0] - found.start[0] == swept.self_ns[0]


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.sampled_from([0.0, 0.25, 0.5, 2.0]))
def test_a_factor_on_the_root_is_a_factor_on_the_whole(seed: int, factor: float) -> None:
    schedule, _ = scheduled(seed, 0.1)
    effect = Effect.none(schedule.start.size)
    effect.scale[0] = factor
    found = replay(schedule, effect)
    assert found.end[0] - found.start[0] == round(factor * 100)


@settings(deadline=None, max_examples=100)
@given(SEEDS)
def test_the_order_of_changes_does_not_matter(seed: int) -> None:
    schedule, _ = scheduled(seed, 0.1, 3)
    a, b = (random_effect(Random(seed + n), schedule.start.size) for n in (1, 2))
    one, other = replay(schedule, a.and_also(b)), replay(schedule, b.and_also(a))
    assert one.end.tolist() == other.end.tolist()
