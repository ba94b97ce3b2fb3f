"""What holds for every trace, however odd; and agreement with the readable reference."""

from __future__ import annotations

from random import Random
from types import ModuleType

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from longpole.analytics.critical_path import PathOptions, Paths, find_paths

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
SPANS = st.lists(SPAN, min_size=1, max_size=25).map(
    lambda rows: pl.DataFrame(rows, schema_overrides={"DurationNs": pl.UInt64})
)
SHARES = st.sampled_from([None, 0.0, 0.05, 0.3])


def run(spans: pl.DataFrame, share: float | None) -> Paths:
    return find_paths(spans, PathOptions(overlap_tolerance=share))


@settings(deadline=None, max_examples=300)
@given(SPANS, SHARES)
def test_sections_do_not_overlap_and_sum_to_the_root(
    spans: pl.DataFrame, share: float | None
) -> None:
    found = run(spans, share)
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
@given(SPANS, SHARES, st.randoms(use_true_random=False))
def test_input_order_does_not_matter(
    spans: pl.DataFrame, share: float | None, random: Random
) -> None:
    rows = list(range(spans.height))
    random.shuffle(rows)
    one, other = run(spans, share), run(spans[rows], share)
    assert one.sections.equals(other.sections)
    assert one.spans.equals(other.spans)


@settings(deadline=None, max_examples=200)
@given(SPANS, SHARES, st.integers(-(10**17), 10**17))
def test_shifting_all_times_shifts_the_sections(
    spans: pl.DataFrame, share: float | None, shift: int
) -> None:
    one = run(spans, share)
    other = run(spans.with_columns(pl.col("StartNs") + shift), share)
    shifted = one.sections.with_columns(pl.col("StartNs", "EndNs") + shift)
    assert shifted.equals(other.sections)
    assert one.spans.equals(other.spans)


@settings(deadline=None, max_examples=200)
@given(SPANS, SHARES)
def test_own_time_is_within_the_span(spans: pl.DataFrame, share: float | None) -> None:
    found = run(spans, share).spans
    longest = spans.group_by("TraceId", "SpanId").agg(pl.col("DurationNs").max())
    joined = found.join(longest, on=["TraceId", "SpanId"], how="left")
    assert (joined["SelfNs"] <= joined["DurationNs"]).all()
    assert (joined["PathNs"] <= joined["DurationNs"]).all()


def test_the_sweep_agrees_with_the_reference(reference: ModuleType) -> None:
    @settings(deadline=None, max_examples=600)
    @given(SPANS, SHARES)
    def agree(spans: pl.DataFrame, share: float | None) -> None:
        found = run(spans, share).sections
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
                for root, sections in reference.walk(plain, share).items()
                for section in sections
            ]
            mine = found.filter(TraceId=trace[0]).select(
                "RootSpanId", "SpanId", "StartNs", "EndNs", "Phase"
            )
            assert [row[:4] for row in mine.rows()] == [row[:4] for row in expected]
            named = zip(mine["Phase"], (row[4] for row in expected), strict=True)
            assert all(one == said or (one == "edge" and said != "self") for one, said in named)

    agree()
