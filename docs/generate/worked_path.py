"""The worked example of docs/critical-path.md: one agent run, through the real function."""

from __future__ import annotations

import polars as pl
from generate.markdown import code, table

from longpole.analytics.critical_path import PathOptions, find_paths

MS = 1_000_000
BASE_NS = 1_767_225_600_000_000_000
# id, parent, what it is, OpenTelemetry kind, process, start ms, end ms, seconds to first token
SPANS = (
    ("request", "", "POST /answer", "Server", "app", 0, 3000, None),
    ("agent", "request", "invoke_agent researcher", "Internal", "app", 20, 2900, None),
    ("plan", "agent", "model call", "Client", "app", 40, 840, 0.3),
    ("search_a", "agent", "tool", "Client", "app", 845, 1400, None),
    ("search_b", "agent", "tool, at the same time", "Client", "app", 845, 1800, None),
    ("index", "search_b", "the search service", "Server", "search", 1300, 1900, None),
    ("draft", "agent", "model call, streamed", "Client", "app", 1799, 2890, 0.4),
    ("audit", "request", "written in the background", "Internal", "app", 2905, 3600, None),
)


def tables() -> str:
    """Spans in, then what the sweep made of them."""
    spans = _frame()
    found = find_paths(spans, PathOptions())
    total = sum(row[2] - row[1] for row in _rows(found.sections))
    names = ("section", "from ms", "to ms", "ms", "phase", "evidence")
    sections = [
        (code(span), _ms(start), _ms(end), _ms(end - start), phase, evidence)
        for span, start, end, phase, evidence in _rows(found.sections)
    ]
    facts = {row["SpanId"]: row for row in found.spans.to_dicts()}
    after = [_facts(one[0], facts) for one in SPANS]
    return "\n\n".join(
        [
            table(
                ("span", "below", "what", "process", "from ms", "to ms", "first token"), _input()
            ),
            "The path, latest section first, as `path_sections` stores it:",
            table(names, sections),
            f"The sections sum to {_ms(total)} ms, the duration of the request.",
            _whole(found.roots),
            "Per span:",
            table(
                ("span", "PathNs, ms", "SelfNs, ms", "SlackNs, ms", "DragNs, ms", "flags"), after
            ),
        ]
    )


def _frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "TraceId": ["t"] * len(SPANS),
            "SpanId": [one[0] for one in SPANS],
            "ParentSpanId": [one[1] for one in SPANS],
            "SpanKind": [one[3] for one in SPANS],
            "Process": [one[4] for one in SPANS],
            "StartNs": [BASE_NS + one[5] * MS for one in SPANS],
            "DurationNs": [(one[6] - one[5]) * MS for one in SPANS],
            "TtftS": [one[7] for one in SPANS],
            "Kind": ["llm" if one[7] else "other" for one in SPANS],
        }
    )


def _input() -> list[tuple[str, ...]]:
    return [
        (code(i), code(up), what, process, str(start), str(end), f"{ttft:g} s" if ttft else "")
        for i, up, what, _, process, start, end, ttft in SPANS
    ]


def _rows(sections: pl.DataFrame) -> list[tuple[str, int, int, str, str]]:
    base = sections.with_columns(pl.col("StartNs", "EndNs") - BASE_NS)
    return base.select("SpanId", "StartNs", "EndNs", "Phase", "Evidence").rows()


def _facts(span: str, facts: dict[str, dict[str, object]]) -> tuple[str, ...]:
    row = facts[span]
    numbers = (row[name] for name in ("PathNs", "SelfNs", "SlackNs", "DragNs"))
    flags = row["Flags"]
    assert isinstance(flags, list)
    cells = (_ms(one) if isinstance(one, int) else "" for one in numbers)
    return code(span), *cells, ", ".join(flags)


def _whole(roots: pl.DataFrame) -> str:
    row = roots.row(0, named=True)
    work, lasted, completed = row["WorkNs"], row["DurationNs"], row["CompletionNs"]
    return (
        f"The work that its end may wait for is {_ms(work)} ms (parallelism factor "
        f"{work / lasted:.2f}), and the last of all work ended after {_ms(completed)} ms."
    )


def _ms(ns: int) -> str:
    return f"{ns / MS:g}"
