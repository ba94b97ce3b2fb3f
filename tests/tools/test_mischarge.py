from __future__ import annotations

import polars as pl
from mischarge import STRICT, compare, table

from longpole.analytics.critical_path import PathOptions

TOUCHING = pl.DataFrame(
    {
        "TraceId": ["t"] * 3, "SpanId": ["a", "b", "c"], "ParentSpanId": ["", "a", "a"],
        "StartNs": [0, 0, 10], "DurationNs": [30, 10, 20], "SpanKind": [""] * 3,
        "Process": [""] * 3, "Kind": ["agent", "chat", "tool"],
    }
)  # fmt: skip


def test_children_that_touch_are_passed_over_by_a_strict_comparison() -> None:
    row = compare("touching", [TOUCHING], PathOptions())
    assert (row.traces, row.total_ns, row.model_ns) == (1, 30, 10)
    jaeger = row.walks["jaeger"]
    assert (jaeger.traces, jaeger.elsewhere_ns, jaeger.model_ns) == (1, 10, 0)
    crisp = row.walks["crisp"]  # an overlap of 0 is less than 1 %, but b's end is in it
    assert (crisp.traces, crisp.elsewhere_ns, crisp.model_ns) == (0, 0, 10)


def test_the_table_has_both_modes() -> None:
    rows = [(compare("x", [TOUCHING], PathOptions()), compare("x", [TOUCHING], STRICT))]
    last = table(rows).splitlines()[-1]
    assert last == (
        "| x | 1 | 0.0 s | 33.33% in 1 (33.33% in 1) | 0.00% in 0 (0.00% in 0) | 33.3% | 0.0% "
        "| 33.3% |"
    )
