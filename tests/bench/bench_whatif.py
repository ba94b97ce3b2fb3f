"""Traces a second that are run again with a change, beside a plain Python replay of the same."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from longpole.analytics.critical_path import PathOptions, plant
from longpole.analytics.whatif import Effect, Schedule, replay, schedule_of

TRACES, SPANS, PLAIN = 5_000, 60, 200
MS = 1_000_000


def agents(traces: int) -> pl.DataFrame:
    """Agents with turns one after another, each a model call and some tools side by side."""
    random = np.random.default_rng(1)
    rows: list[dict[str, Any]] = []
    for trace in range(traces):
        now, number = 0, 2
        name = f"{trace:032x}"
        while number + 4 < SPANS:
            call = int(random.integers(200, 2_000))
            rows.append(_row(name, number, 1, now, call))
            tools = random.integers(50, 900, 3)
            for at, tool in enumerate(tools.tolist()):
                rows.append(_row(name, number + 1 + at, 1, now + call + 5, tool))
            now += call + int(tools.max()) + 10
            number += 4
        rows.append(_row(name, 1, 0, 0, now))
    return pl.DataFrame(rows, schema_overrides={"DurationNs": pl.UInt64})


def _row(trace: str, span: int, parent: int, start: int, length: int) -> dict[str, Any]:
    return {
        "TraceId": trace, "SpanId": f"{span:016x}",
        "ParentSpanId": f"{parent:016x}" if parent else "",
        "StartNs": 1_700_000_000 * 10**9 + start * MS, "DurationNs": length * MS,
        "SpanKind": "Internal", "Process": "",
    }  # fmt: skip


def main() -> None:
    """Print one line of JSON."""
    spans = agents(TRACES)
    planting, (schedule, _) = _timed(lambda: _scheduled(spans))
    effect = Effect.none(schedule.start.size)
    effect.scale[::5] = 0.5
    replay(schedule, effect)  # compiles
    planting, _ = _timed(lambda: _scheduled(spans))
    again, found = _timed(lambda: replay(schedule, effect))
    plain_s, plain = _timed(lambda: _plain(schedule, effect, PLAIN))
    roots = np.flatnonzero(schedule.forest.parent < 0)[:PLAIN]
    ours = (found.end - found.start)[roots]
    print(json.dumps({
        "bench": "whatif", "traces": TRACES, "spans": schedule.start.size,
        "replay_traces_per_s": round(TRACES / again),
        "schedule_traces_per_s": round(TRACES / planting),
        "plain_traces_per_s": round(PLAIN / plain_s),
        "same_answers": bool(np.abs(ours - np.array(plain)).max() <= 1),
    }))  # fmt: skip


def _scheduled(spans: pl.DataFrame) -> tuple[Schedule, pl.DataFrame]:
    forest = plant(spans)
    ordered = spans[forest.rows]
    return schedule_of(forest, ordered, PathOptions(overlap_tolerance=0.0)), ordered


def _plain(schedule: Schedule, effect: Effect, traces: int) -> list[float]:
    """Lengths of the first roots by the reference of the tests."""
    reference = _reference()
    forest, answers = schedule.forest, []
    for trace in range(traces):
        lo, hi = int(forest.offsets[trace]), int(forest.offsets[trace + 1])
        nodes = [
            reference.Node(int(schedule.start[i]), int(schedule.end[i]), float(effect.scale[i]))
            for i in range(lo, hi)
        ]
        for i in range(lo, hi):
            if forest.parent[i] >= 0:
                nodes[int(forest.parent[i]) - lo].children.append(nodes[i - lo])
        root = next(i for i in range(lo, hi) if forest.parent[i] < 0)
        answers.append(reference.length(nodes[root - lo]))
    return answers


def _reference() -> ModuleType:
    path = Path(__file__).parents[1] / "analytics" / "whatif" / "reference.py"
    spec = importlib.util.spec_from_file_location("whatif_reference", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    made = work()
    return time.perf_counter() - started, made


if __name__ == "__main__":
    main()
