"""What holds for every trace, however odd; and agreement with the readable reference."""

from __future__ import annotations

from random import Random
from types import ModuleType
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from longpole.analytics.critical_path import PathOptions, find_paths

BASE = 1_700_000_000 * 10**9
IDS = [f"{i:016x}" for i in range(1, 11)]
TIMES = st.one_of(st.integers(0, 12), st.integers(0, 400))
SPAN = st.fixed_dictionaries(
    {
        "TraceId": st.sampled_from(["t", "u"]),
        "SpanId": st.sampled_from(IDS),
        "ParentSpanId": st.sampled_from(["", *IDS, "f" * 16]),
        "SpanKind": st.sampled_from(["Internal", "Client", "Server", "Producer", "Consumer"]),
        "Process": st.sampled_from(["", "p", "q"]),
        "StartNs": TIMES.map(lambda ns: BASE + ns),
        "DurationNs": TIMES,
    }
)
PROVEN = st.lists(
    st.tuples(st.sampled_from(IDS), st.sampled_from(["data", "link", "hearsay"])), max_size=2
)
HOW = st.fixed_dictionaries(
    {
        "Reference": st.sampled_from(["child_of", "child_of", "follows_from"]),
        "LinkedSpanIds": st.lists(st.sampled_from(IDS), max_size=1),
        "After": PROVEN,
        "TtftS": st.one_of(st.none(), st.integers(0, 400).map(lambda ns: ns / 1e9)),
        "Kind": st.sampled_from(["", "llm", "tool"]),
    }
)
SCHEMA: dict[str, Any] = {
    "DurationNs": pl.UInt64,
    "TtftS": pl.Float64,
    "LinkedSpanIds": pl.List(pl.String),
}


def as_frame(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> pl.DataFrame:
    """All columns, with the proven sources as two lists."""
    flat = [
        {
            **one,
            **{name: value for name, value in how.items() if name != "After"},
            "AfterSpanIds": [source for source, _ in how["After"]],
            "AfterEvidence": [evidence for _, evidence in how["After"]],
        }
        for one, how in rows
    ]
    lists = dict.fromkeys(("AfterSpanIds", "AfterEvidence"), pl.List(pl.String))
    return pl.DataFrame(flat, schema_overrides={**SCHEMA, **lists})


SPANS = st.lists(st.tuples(SPAN, HOW), min_size=1, max_size=25).map(as_frame)
PLAIN_SPANS = st.lists(SPAN, min_size=1, max_size=25).map(
    lambda rows: pl.DataFrame(rows, schema_overrides={"DurationNs": pl.UInt64})
)
MODES = st.builds(
    PathOptions,
    overlap_tolerance=st.sampled_from([None, 0.0, 0.05, 0.3]),
    outliving=st.sampled_from(["auto", "clip", "detach"]),
    skew=st.sampled_from(["none", "shift"]),
    streaming=st.booleans(),
)
# What the readable reference knows.
PLAIN = st.builds(PathOptions, overlap_tolerance=st.sampled_from([None, 0.0, 0.05, 0.3]))


@settings(deadline=None, max_examples=300)
@given(SPANS, MODES)
def test_sections_do_not_overlap_and_sum_to_the_root(
    spans: pl.DataFrame, options: PathOptions
) -> None:
    found = find_paths(spans, options)
    durations = {
        (row["TraceId"], row["SpanId"]): (row["StartNs"], row["DurationNs"])
        for row in spans.sort("DurationNs", "StartNs", descending=[False, True]).to_dicts()
    }
    by_root = found.sections.partition_by("TraceId", "RootSpanId", as_dict=True)
    roots = found.spans.filter("IsRoot").select("TraceId", "RootSpanId").rows()
    assert sorted(by_root) == roots
    for key, sections in by_root.items():
        _, duration = durations[str(key[0]), str(key[1])]
        bounds = sections.select("StartNs", "EndNs").rows()
        assert all(start <= end for start, end in bounds)
        assert all(bounds[i][0] == bounds[i + 1][1] for i in range(len(bounds) - 1))
        assert bounds[0][1] - bounds[-1][0] == duration
        own = found.spans.filter(TraceId=key[0], RootSpanId=key[1])
        assert own["PathNs"].sum() == duration


@settings(deadline=None, max_examples=200)
@given(SPANS, MODES, st.randoms(use_true_random=False))
def test_input_order_does_not_matter(
    spans: pl.DataFrame, options: PathOptions, random: Random
) -> None:
    rows = list(range(spans.height))
    random.shuffle(rows)
    one, other = find_paths(spans, options), find_paths(spans[rows], options)
    assert one.sections.equals(other.sections)
    assert one.spans.equals(other.spans)


@settings(deadline=None, max_examples=200)
@given(SPANS, MODES, st.integers(-(10**17), 10**17))
def test_shifting_all_times_shifts_the_sections(
    spans: pl.DataFrame, options: PathOptions, shift: int
) -> None:
    one = find_paths(spans, options)
    other = find_paths(spans.with_columns(pl.col("StartNs") + shift), options)
    shifted = one.sections.with_columns(pl.col("StartNs", "EndNs") + shift)
    assert shifted.equals(other.sections)
    assert one.spans.equals(other.spans)


@settings(deadline=None, max_examples=200)
@given(SPANS, MODES)
def test_own_time_is_within_the_span(spans: pl.DataFrame, options: PathOptions) -> None:
    found = find_paths(spans, options).spans
    longest = spans.group_by("TraceId", "SpanId").agg(pl.col("DurationNs").max())
    joined = found.join(longest, on=["TraceId", "SpanId"], how="left")
    assert (joined["SelfNs"] <= joined["DurationNs"]).all()
    assert (joined["PathNs"] <= joined["DurationNs"]).all()
    assert (joined["DragNs"] <= joined["PathNs"]).all()
    on_path = joined.filter(pl.col("PathNs") > 0)
    assert on_path["SlackNs"].null_count() == 0
    whole = joined.join(
        joined.filter("IsRoot").select("TraceId", "RootSpanId", RootNs="DurationNs"),
        on=["TraceId", "RootSpanId"],
    )
    assert (whole["SlackNs"].fill_null(0) <= whole["RootNs"]).all()


def test_the_sweep_agrees_with_the_reference(reference: ModuleType) -> None:
    @settings(deadline=None, max_examples=600)
    @given(PLAIN_SPANS, PLAIN)
    def agree(spans: pl.DataFrame, options: PathOptions) -> None:
        found = find_paths(spans, options).sections
        for trace, rows in spans.partition_by("TraceId", as_dict=True).items():
            plain = [
                reference.Span(
                    row["SpanId"], row["ParentSpanId"], row["StartNs"], row["DurationNs"],
                    row["SpanKind"], row["Process"],
                )
                for row in rows.to_dicts()
            ]  # fmt: skip
            expected = [
                (root, *section)
                for root, sections in reference.walk(plain, options.overlap_tolerance).items()
                for section in sections
            ]
            mine = found.filter(TraceId=trace[0]).select(
                "RootSpanId", "SpanId", "StartNs", "EndNs", "Phase"
            )
            assert [row[:4] for row in mine.rows()] == [row[:4] for row in expected]
            named = zip(mine["Phase"], (row[4] for row in expected), strict=True)
            assert all(one == said or (one == "edge" and said != "self") for one, said in named)

    agree()
