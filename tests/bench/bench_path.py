"""Spans a second of the compiled critical path against the plain Python walk, in one run.

    python tests/bench/bench_path.py [SPANS]

Prints one JSON line. The plain walk does a part of the same traces; both start from the frame.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl

from longpole.analytics.critical_path import PathOptions, find_paths

SPANS_A_TRACE = 25
PLAIN_TRACES = 400
BASE = 1_700_000_000 * 10**9
STEP_NS = 10**9


def agent_traces(traces: int) -> pl.DataFrame:
    """Agent > 8 steps, one after the other > a model call and a tool call each; jittered."""
    rng = np.random.default_rng(7)
    size = traces * SPANS_A_TRACE
    place = np.tile(np.arange(SPANS_A_TRACE), traces)
    first = np.repeat(np.arange(traces) * SPANS_A_TRACE, SPANS_A_TRACE)
    step, part = (place - 1) // 3, (place - 1) % 3  # part 0: the step, 1: model, 2: tool
    parent = np.where(part == 0, 0, 1 + 3 * step)
    offset = step * STEP_NS + np.choose(np.maximum(part, 0), [0, 10**7, 6 * 10**8])
    duration = np.choose(np.maximum(part, 0), [STEP_NS - 10**6, 5 * 10**8, 3 * 10**8])
    duration = duration - rng.integers(0, 10**7, size)
    root = place == 0
    ids = np.array([f"{i:016x}" for i in rng.permutation(size) + 1])
    return pl.DataFrame(
        {
            "TraceId": np.repeat([f"{i:032x}" for i in range(traces)], SPANS_A_TRACE),
            "SpanId": ids,
            "ParentSpanId": np.where(root, "", ids[first + parent]),
            "SpanKind": "Internal",
            "Process": "host:1",
            "StartNs": BASE + np.where(root, 0, offset),
            "DurationNs": np.where(root, 8 * STEP_NS, duration),
        }
    )[rng.permutation(size)]


def load_reference() -> ModuleType:
    """The plain walk that the tests hold the compiled one against."""
    path = Path(__file__).parents[1] / "analytics" / "critical_path" / "reference.py"
    spec = importlib.util.spec_from_file_location("critical_path_reference", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def plain(spans: pl.DataFrame, reference: ModuleType) -> int:
    """Walk every trace in Python; returns the number of sections."""
    traces: dict[str, list[object]] = {}
    for trace, *row in spans.select(
        "TraceId", "SpanId", "ParentSpanId", "StartNs", "DurationNs", "SpanKind", "Process"
    ).iter_rows():
        traces.setdefault(trace, []).append(reference.Span(*row))
    return sum(len(s) for one in traces.values() for s in reference.walk(one).values())


def main() -> None:
    """Measure both."""
    spans = agent_traces((int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000) // SPANS_A_TRACE)
    some = spans.filter(pl.col("TraceId") < f"{PLAIN_TRACES:032x}")
    settings = PathOptions()
    begin = time.perf_counter()
    sections = find_paths(some, settings).sections.height
    warm_up_s = time.perf_counter() - begin
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        find_paths(spans, settings)
        seconds.append(time.perf_counter() - begin)
    begin = time.perf_counter()
    assert plain(some, load_reference()) == sections
    plain_rate = some.height / (time.perf_counter() - begin)
    rate = spans.height / min(seconds)
    print(
        json.dumps(
            {
                "bench": "critical_path",
                "spans": spans.height,
                "seconds": round(min(seconds), 3),
                "spans_per_s": round(rate),
                "plain_python_spans_per_s": round(plain_rate),
                "ratio": round(rate / plain_rate, 1),
                "warm_up_s": round(warm_up_s, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
