"""Spans a second of the compiled critical path, beside two published walks in plain Python.

    python tests/bench/bench_path.py [--spans N] [--write docs/benchmarks.md]

Everything is CPU time of one process, all its threads together, the least of several runs. The
plain walks do a part of the same traces, and start from the same frame. What a walk charges to the
wrong span is measured against the path that each trace was made with.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from path_table import write_table
from plain_paths import PlainSpan, crisp_own_time, jaeger_own_time, trees

from longpole.analytics.critical_path import (
    PathOptions,
    Paths,
    find_paths,
    path_kernels,
    slack_kernels,
    tree_kernels,
)
from longpole.analytics.critical_path.tree_kernels import Ints, Keys

SPANS_A_TRACE = 25
PLAIN_TRACES = 2_000
REPEATS = 5
BASE = 1_700_000_000 * 10**9
STEP_NS = 10**9
MS = 10**6
GAP_NS = 800_000
WALKS = {"jaeger": jaeger_own_time, "crisp": crisp_own_time}


def agent_traces(traces: int, tick_ns: int = 1, overlap_ns: int = 0) -> pl.DataFrame:
    """Agent > 8 steps, one after the other > a model call, then a tool call each.

    Lengths vary, and up to GAP_NS lies between one and the next. Times are cut to ticks of
    `tick_ns`. Each step ends up to `overlap_ns` late.
    """
    rng = np.random.default_rng(7)
    size = traces * SPANS_A_TRACE
    place = np.tile(np.arange(SPANS_A_TRACE), traces)
    first = np.repeat(np.arange(traces) * SPANS_A_TRACE, SPANS_A_TRACE)
    step, part = (place - 1) // 3, (place - 1) % 3  # part 0: the step, 1: model, 2: tool
    root = place == 0
    lengths = rng.integers(STEP_NS // 2, STEP_NS, (traces, 8))
    ends = np.cumsum(lengths, axis=1)
    begins = ends - lengths
    number = np.repeat(np.arange(traces), SPANS_A_TRACE)
    lo, hi = begins[number, np.maximum(step, 0)], ends[number, np.maximum(step, 0)]
    middle = lo + (hi - lo) * 6 // 10
    start = np.where(root, 0, np.where(part == 2, middle, lo) + rng.integers(1, GAP_NS, size))
    late = rng.integers(0, overlap_ns + 1, size)
    end = np.where(part == 1, middle, np.where(part == 0, hi + late, hi))
    end = np.where(root, ends[number, 7] + overlap_ns, end)
    start, end = start // tick_ns * tick_ns, end // tick_ns * tick_ns
    ids = np.array([f"{i:016x}" for i in rng.permutation(size) + 1])
    return pl.DataFrame(
        {
            "TraceId": np.repeat([f"{i:032x}" for i in range(traces)], SPANS_A_TRACE),
            "SpanId": ids,
            "ParentSpanId": np.where(root, "", ids[first + np.where(part == 0, 0, 1 + 3 * step)]),
            "SpanKind": "Internal",
            "Process": "host:1",
            "StartNs": BASE + start,
            "DurationNs": end - start,
        }
    )[rng.permutation(size)]


@dataclass(frozen=True)
class Numbers:
    """The spans of many traces as arrays: the number of the trace, ids as numbers, times."""

    trace: Ints
    traces: int
    key: Keys
    parent_key: Keys
    start: Ints
    end: Ints

    @classmethod
    def of(cls, spans: pl.DataFrame) -> Numbers:
        ids = spans.select(
            key=pl.col("SpanId").str.to_integer(base=16, dtype=pl.UInt64),
            parent=pl.col("ParentSpanId").replace("", "0").str.to_integer(base=16, dtype=pl.UInt64),
            trace=pl.col("TraceId").rank("dense").cast(pl.Int64) - 1,
            end=pl.col("StartNs") + pl.col("DurationNs"),
        )
        columns = ("trace", "key", "parent", "end")
        trace, key, parent, end = (ids[one].to_numpy(writable=True) for one in columns)
        start = spans["StartNs"].to_numpy(writable=True)
        return cls(trace, int(trace.max()) + 1, key, parent, start, end)


def from_arrays(numbers: Numbers, with_slack: bool) -> int:
    """Trees and paths, and slack and drag if wanted; the number of sections."""
    rows, offsets = tree_kernels.group_by_trace(numbers.trace, numbers.traces)
    tree_kernels.sort_by_key(rows, offsets, numbers.key)
    start, end, above = numbers.start[rows], numbers.end[rows], numbers.parent_key[rows]
    parent = tree_kernels.find_parents(offsets, numbers.key[rows], above, above != 0)
    size = parent.size
    no, zero = np.zeros(size, np.bool_), np.zeros(size, np.uint8)
    tree_kernels.cut_cycles(parent, start, no, False)
    begin, children = tree_kernels.list_children(parent)
    order, _, _ = tree_kernels.walk_down(offsets, parent, begin, children)
    tolerance = np.minimum((end - start) // 100, 2 * MS)
    process, flags = np.ones(size, np.int64), zero.copy()
    mode = path_kernels.AUTO
    awaited = path_kernels.find_awaited(
        parent, zero, process, start, end, tolerance, no, zero, mode, flags
    )
    late, early, sorted_children = np.empty_like(end), np.empty_like(end), children.copy()
    path_kernels.order_children(begin, sorted_children, awaited, start, end, late, early)
    none, never = np.zeros(0, np.int64), np.full(size, path_kernels.LIMIT_NS)
    edges = (np.zeros(size + 1, np.int64), none, none, none, none, np.zeros(0, np.uint8))
    span, starts, ends, _, _, bound, on_path = path_kernels.sweep(
        parent, begin, sorted_children, awaited, start, end, tolerance, never, edges, zero, mode,
        late, early,
    )  # fmt: skip
    if with_slack:
        own = path_kernels.sum_by_span(span, starts, ends, size)
        tied, lo, hi = slack_kernels.clip_down(order, parent, awaited, start, end, mode)
        slack_kernels.slack_and_drag(
            order, parent, begin, children, tied, lo, hi, start, end, tolerance, never, edges,
            bound, on_path, own,
        )  # fmt: skip
    return int(span.size)


def cpu_s(run: Callable[[], object], repeats: int = REPEATS) -> float:
    """The least CPU time of some runs, seconds."""
    seconds = []
    for _ in range(repeats):
        begin = time.process_time()
        run()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def walk_all(
    spans: pl.DataFrame, walk: Callable[[PlainSpan], dict[str, int]]
) -> dict[str, dict[str, int]]:
    """Own time on the path by trace and span, as a plain walk has it."""
    traces: dict[str, list[tuple[str, str, int, int]]] = {}
    for trace, *row in spans.select(
        "TraceId", "SpanId", "ParentSpanId", "StartNs", "DurationNs"
    ).iter_rows():
        traces.setdefault(trace, []).append((row[0], row[1], row[2], row[3]))
    found: dict[str, dict[str, int]] = {}
    for trace, rows in traces.items():
        found[trace] = {}
        for root in trees(rows):
            found[trace] |= walk(root)
    return found


def wrong(spans: pl.DataFrame) -> dict[str, dict[str, float]]:
    """For each walk the share of time that it charges to another span, and of traces so touched."""
    ours = find_paths(spans, PathOptions())
    assert ours.roots["DurationNs"].sum() == ours.spans["PathNs"].sum()
    return {name: _difference(ours, walk_all(spans, walk)) for name, walk in WALKS.items()}


def _difference(ours: Paths, theirs: dict[str, dict[str, int]]) -> dict[str, float]:
    total = int(ours.roots["DurationNs"].sum())
    off: dict[str, int] = dict.fromkeys(theirs, 0)
    for trace, span, own in ours.spans.select("TraceId", "SpanId", "PathNs").iter_rows():
        off[trace] += abs(own - theirs[trace].get(span, 0))
    touched = sum(one > 0 for one in off.values()) / len(off)
    return {"share": sum(off.values()) / 2 / total, "traces": touched}


def main() -> None:
    """Measure all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spans", type=int, default=1_000_000)
    parser.add_argument("--write", help="put the table into this file")
    asked = parser.parse_args()
    spans = agent_traces(asked.spans // SPANS_A_TRACE)
    some = spans.filter(pl.col("TraceId") < f"{PLAIN_TRACES:032x}")
    options, numbers = PathOptions(), Numbers.of(spans)
    begin = time.perf_counter()
    find_paths(some, options)
    warm_up_s = time.perf_counter() - begin
    assert from_arrays(numbers, True) == find_paths(spans, options).sections.height
    seconds = {
        "arrays": cpu_s(lambda: from_arrays(numbers, False)),
        "arrays_all": cpu_s(lambda: from_arrays(numbers, True)),
        "frame": cpu_s(lambda: find_paths(spans, options)),
    }
    rates = {name: round(spans.height / one) for name, one in seconds.items()}
    for name, walk in WALKS.items():
        rates[name] = round(some.height / cpu_s(lambda walk=walk: walk_all(some, walk), 2))  # type: ignore[misc]
    result = {
        "bench": "critical_path",
        "spans": spans.height,
        "spans_per_s": rates,
        "ratio_to_jaeger": round(rates["arrays"] / rates["jaeger"], 1),
        "ratio_to_crisp": round(rates["arrays"] / rates["crisp"], 1),
        "warm_up_s": round(warm_up_s, 2),
        "wrong": {
            "agent steps with gaps below 0.8 ms, clock of 1 ns": wrong(agent_traces(PLAIN_TRACES)),
            "the same, clock of 1 ms": wrong(agent_traces(PLAIN_TRACES, MS)),
            "the same, each step ends up to 1 ms late, clock of 1 ns": wrong(
                agent_traces(PLAIN_TRACES, 1, MS)
            ),
        },
    }
    print(json.dumps(result))
    if asked.write:
        write_table(Path(asked.write), result)


if __name__ == "__main__":
    main()
