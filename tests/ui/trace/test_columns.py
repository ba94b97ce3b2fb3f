"""What the waterfall component is fed."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from ui_trace_runs import many_roots, support_run
from ui_trace_seed import START_NS, assembled, facts

from longpole.ui.trace.columns import DETACHED, ERROR, ON_PATH, ROOT, path_parts, waterfall_columns
from longpole.ui.trace.path import break_down

TRACE = "a" * 32


def test_rows_are_a_tree_in_time_order() -> None:
    spans, sections = assembled(facts(TRACE, support_run()))
    none = sections.clear()
    columns = waterfall_columns(TRACE, "1", spans, path_parts(None, none))
    names = [columns["names"][n] for n in columns["name"]]
    assert names[:4] == ["answer ticket", "chat gpt-4.1", "gather", "execute_tool search_docs"]
    assert columns["depth"][:7] == [0, 1, 1, 2, 3, 3, 4]
    assert columns["size"][0] == len(names) == columns["total"] == 12


def test_times_are_microseconds_after_the_first_span() -> None:
    run = facts(TRACE, support_run()).with_columns(pl.col("StartNs") + 1)
    spans, sections = assembled(run)
    columns = waterfall_columns(TRACE, "1", spans, path_parts(None, sections))
    row = columns["ids"].index(f"{10:016x}")
    assert columns["origin"] == START_NS // 1_000_000
    assert columns["start"][row] == 2_951_000 and columns["duration"][row] == 6_904_000
    assert columns["first"][row] == 1_320_000
    assert columns["first"][0] < 0
    assert columns["range"] == 13_210_000


def test_sections_cover_the_root_and_know_their_table_row() -> None:
    spans, sections = assembled(facts(TRACE, support_run()))
    breakdown = break_down(f"{1:016x}", sections, spans)
    columns = waterfall_columns(TRACE, "1", spans, path_parts(breakdown, sections))
    pieces = columns["sections"]
    length = sum(e - s for s, e in zip(pieces["start"], pieces["end"], strict=True))
    assert length == pytest.approx(11_400_000)
    assert pieces["row"] == sorted(pieces["row"])
    assert set(pieces["group"]) == {row.number for row in breakdown.rows}


def test_marks_tell_errors_path_and_roots() -> None:
    spans, sections = assembled(facts(TRACE, support_run()))
    columns = waterfall_columns(TRACE, "1", spans, path_parts(None, sections))
    mark = dict(zip(columns["ids"], columns["mark"], strict=True))
    assert mark[f"{1:016x}"] == ROOT | ON_PATH
    assert mark[f"{6:016x}"] == ERROR
    assert mark[f"{13:016x}"] == DETACHED
    notes = dict(zip(columns["ids"], columns["note"], strict=True))
    assert columns["notes"][notes[f"{13:016x}"]] == "detached work"


def test_a_trace_with_several_roots_has_all_of_them() -> None:
    spans, sections = assembled(facts(TRACE, many_roots()))
    columns = waterfall_columns(TRACE, "1", spans, path_parts(None, sections))
    assert columns["depth"] == [0, 1, 0, 1, 0]
    assert all(mark & ON_PATH for mark in columns["mark"])


def test_beyond_the_limit_the_path_stays_and_the_rest_is_counted() -> None:
    spans, sections = assembled(facts(TRACE, support_run()))
    columns = waterfall_columns(TRACE, "1", spans, path_parts(None, sections), limit=10)
    assert len(columns["ids"]) == 10 and columns["total"] == 12
    assert all(mark & ON_PATH for mark in columns["mark"])
    assert sum(columns["hidden"]["count"]) == 2
    assert columns["size"][0] == 10


def test_columns_are_plain_json_and_long_names_are_cut() -> None:
    spans, sections = assembled(facts(TRACE, support_run()))
    spans = spans.with_columns(Name=pl.lit("é" * 10_000))
    columns = waterfall_columns(TRACE, "1", spans, path_parts(None, sections))
    assert len(json.loads(json.dumps(columns))["names"][0]) == 300
    assert not any(isinstance(value, np.generic) for value in columns["depth"])
