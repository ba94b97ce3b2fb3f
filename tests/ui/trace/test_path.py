"""The critical path added up, and said as a sentence."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ui_trace_runs import many_roots, support_run
from ui_trace_seed import MS, S, assembled, facts, span_id

from longpole.ui.trace import words
from longpole.ui.trace.path import Breakdown, break_down

TRACE = "a" * 32
ROOT = span_id(1)


def of(spans: list[S], root: str = ROOT) -> Breakdown:
    known, sections = assembled(facts(TRACE, spans))
    return break_down(root, sections, known)


def test_rows_and_pieces_add_up_to_the_root() -> None:
    breakdown = of(support_run())
    assert breakdown.total_ns == 11_400 * MS
    assert sum(row.ns for row in breakdown.rows) == breakdown.total_ns
    assert sum(piece.ns for piece in breakdown.pieces) == breakdown.total_ns
    assert sum(row.share for row in breakdown.rows) == pytest.approx(1)
    assert [row.ns for row in breakdown.rows] == sorted(
        (r.ns for r in breakdown.rows), reverse=True
    )


def test_a_model_call_is_split_at_its_first_token() -> None:
    pieces = {(piece.kind, piece.part): piece for piece in of(support_run()).pieces}
    assert pieces["llm", "first token"].ns == (540 + 1_320) * MS
    assert pieces["llm", "decode"].ns == (1_070 + 5_584) * MS
    assert pieces["llm", "call"].ns == 1_370 * MS  # no time to first token is known
    assert pieces["gap", "between"].ns > 0


def test_cost_is_shared_over_phases_and_adds_up() -> None:
    breakdown = of(support_run())
    assert breakdown.on_path_usd == pytest.approx(0.006292 + 0.016976 + 0.000584)
    draft = [row for row in breakdown.rows if row.step == "draft"]
    assert sum(row.cost_usd or 0 for row in draft) == pytest.approx(0.016976)
    embedding = next(row for row in breakdown.rows if row.kind == "embedding")
    assert embedding.cost_usd is None and embedding.unpriced == 1


def test_only_the_asked_root_counts() -> None:
    assert of(many_roots(), span_id(3)).total_ns == 1_400 * MS
    assert of(many_roots(), span_id(99)).rows == ()


def test_the_answer_names_the_longest_waits() -> None:
    text = words.answer(of(support_run()))
    assert text.startswith(
        "This request waited 6.90 s of 11.4 s (61 %) for chat gpt-4.1 in step draft;"
    )
    assert "1.61 s (14 %) for chat gpt-4.1 in step plan" in text


def test_the_answer_counts_calls_and_names_unexplained_time() -> None:
    loop = [S(1, 0, "run", "agent", 0, 1_000)] + [
        S(n, 1, "execute_tool fetch", "tool", n * 100, 60, tool="fetch", step="fetch")
        for n in range(2, 6)
    ]
    text = words.answer(of(loop))
    assert (
        "waited 440 ms of 1 s (44 %) in run after its last step, where no span says what ran"
        in text
    )
    assert "240 ms (24 %) for tool fetch (4 calls)" in text


def test_a_trace_without_a_path_says_so() -> None:
    assert words.answer(None) == "No time was spent on a critical path."


@given(st.one_of(st.none(), st.floats(0, 100)), st.integers(0, 9))
def test_unpriced_calls_are_never_shown_as_free(usd: float | None, unpriced: int) -> None:
    text = words.cost(usd, unpriced)
    assert ("without a price" in text) == (unpriced > 0)
    assert not (usd is None and "$" in text)


def test_every_flag_of_the_path_has_words() -> None:
    from longpole.analytics.critical_path.path_kernels import FLAGS

    assert all(name in words.FLAGS for name in FLAGS)
    assert words.flag("late_spans")[0] == "late spans"


def test_every_phase_of_every_kind_has_words() -> None:
    run = facts(TRACE, support_run()).with_columns(CostUsd=pl.lit(Decimal("0.1")))
    known, sections = assembled(run.cast({"CostUsd": pl.Decimal(18, 9)}))
    for piece in break_down(ROOT, sections, known).pieces:
        assert (piece.kind, piece.part) in words.PARTS
