"""Spans a second of trace assembly: frame of spans in, facts, traces and paths out.

    python tests/bench/bench_assembly.py [SPANS]

Prints one JSON line. The traces are those of bench_path: agent > steps > model and tool calls,
the agent repeating the sum of its calls.
"""

from __future__ import annotations

import json
import sys
import time

import polars as pl
from bench_path import SPANS_A_TRACE, STEP_NS, agent_traces

from longpole.analytics.assembly import assemble, warm_up
from longpole.analytics.assembly.columns import FACTS, SPANS
from longpole.core.prices import PriceBook
from longpole.core.settings import Settings

TYPES = {
    **FACTS,
    "TotalTokens": pl.UInt64(),
    "IngestedAt": pl.Datetime("ms", "UTC"),
    "EndsBeforeStart": pl.Boolean(),
    "EngineE2eS": pl.Float64(),
    "Notes": pl.List(pl.String),
    "LinkedSpanIds": pl.List(pl.String),
}


def bench_spans(traces: int) -> pl.DataFrame:
    """Rows of the table spans."""
    root = pl.col("ParentSpanId") == ""
    duration = pl.col("DurationNs")
    call = ~root & duration.is_between(STEP_NS // 10 * 4, STEP_NS // 10 * 6)
    tool = ~root & (duration < STEP_NS // 10 * 4)
    of_call = pl.when(call).then(pl.lit("llm")).when(tool).then(pl.lit("tool"))
    kind = pl.when(root).then(pl.lit("agent")).otherwise(of_call.otherwise(pl.lit("chain")))
    tokens = duration % 1000
    given = agent_traces(traces).with_columns(
        Kind=kind,
        Start=pl.col("StartNs").cast(pl.Datetime("ns", "UTC")),
        DurationNs=duration.cast(pl.UInt64),
        IngestedAt=pl.lit(0).cast(TYPES["IngestedAt"]),
        InputTokens=pl.when(call).then(tokens).when(root).then(8000).cast(pl.UInt64),
        OutputTokens=pl.when(call).then(tokens % 100).when(root).then(800).cast(pl.UInt64),
        Model=pl.when(call).then(pl.lit("gpt-4o-mini")).otherwise(pl.lit("")),
        Provider=pl.when(call).then(pl.lit("openai")).otherwise(pl.lit("")),
        ToolName=pl.when(tool).then(pl.lit("search")).otherwise(pl.lit("")),
        AgentName=pl.when(root).then(pl.lit("planner")).otherwise(pl.lit("")),
        ResponseId=pl.when(call).then(pl.col("SpanId")).otherwise(pl.lit("")),
        IsError=pl.lit(False),
        EndsBeforeStart=pl.lit(False),
        Project=pl.lit("default"),
        Service=pl.lit("shop"),
        Name=kind,
        Step=kind,
        Dialect=pl.lit("otel-genai"),
    )
    return given.select(
        name if name in given.columns else _missing(name) for name in dict.fromkeys(SPANS)
    )


def _missing(name: str) -> pl.Expr:
    dtype = TYPES.get(name, pl.String())
    if isinstance(dtype, pl.List):
        return pl.lit([], dtype).alias(name)
    return pl.lit("" if dtype == pl.String else None, dtype).alias(name)


def main() -> None:
    """Measure the best of five."""
    spans = bench_spans((int(sys.argv[1]) if len(sys.argv) > 1 else 300_000) // SPANS_A_TRACE)
    settings, prices = Settings(), PriceBook.default()
    warm_up(settings)
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        assemble(spans, prices, settings, 1)
        seconds.append(time.perf_counter() - begin)
    print(
        json.dumps(
            {
                "bench": "assembly",
                "spans": spans.height,
                "seconds": round(min(seconds), 3),
                "spans_per_s": round(spans.height / min(seconds)),
            }
        )
    )


if __name__ == "__main__":
    main()
