"""What each span and trace is told by its tree."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from longpole.analytics.assembly import (
    Assembled,
    Prices,
    assemble,
    duplicate_kernels,
    kernels,
    warm_up,
)
from longpole.analytics.assembly.columns import CLAIMS, FACTS, PATH_SECTIONS, TRACES
from longpole.analytics.critical_path import path_kernels, tree_kernels
from longpole.core.errors import InputError
from longpole.core.settings import JobsSettings, Settings
from longpole.core.store import Store

SpansOf = Callable[..., pl.DataFrame]


Run = Callable[..., Assembled]


def facts(done: Assembled, *columns: str) -> dict[str, Any]:
    """Span id -> the value of a column, or the tuple of several."""
    rows = done.facts.select("SpanId", *columns).rows()
    return {row[0]: row[1] if len(columns) == 1 else row[1:] for row in rows}


def trace(done: Assembled) -> dict[str, Any]:
    assert done.traces.height == 1
    return done.traces.to_dicts()[0]


def test_frames_have_exactly_the_columns_of_the_tables(run: Run, store: Store) -> None:
    done = run({"id": "a", "kind": "agent", "input": 5})
    for table, frame, schema in (
        ("span_facts", done.facts, FACTS),
        ("traces", done.traces, TRACES),
        ("path_sections", done.path_sections, PATH_SECTIONS),
        ("usage_claims", done.claims, CLAIMS),
    ):
        stored = store.frame(
            "SELECT name FROM system.columns "
            "WHERE database = currentDatabase() AND table = {table:String} "
            "AND default_kind != 'MATERIALIZED' ORDER BY position",
            {"table": table},
        )["name"].to_list()
        assert frame.columns == stored
        assert frame.schema == schema
        store.insert(table, frame)
        assert store.frame(f"SELECT count() AS n FROM {table}")["n"].item() == 1


def test_nothing_in_nothing_out(spans_of: SpansOf, prices: Prices) -> None:
    done = assemble(spans_of({"id": "a"}).clear(), prices, Settings(), 1)
    assert (done.facts.height, done.traces.height, done.path_sections.height) == (0, 0, 0)
    assert done.traces.schema == TRACES


def test_a_missing_column_is_named(spans_of: SpansOf, prices: Prices) -> None:
    with pytest.raises(InputError, match="no column AgentName"):
        assemble(spans_of({"id": "a"}).drop("AgentName"), prices, Settings(), 1)


def test_the_agent_is_the_nearest_agent_span(run: Run) -> None:
    done = run(
        {"id": "a", "kind": "agent", "agent": "planner"},
        {"id": "b", "parent": "a", "kind": "chain", "agent": "copied"},
        {"id": "c", "parent": "b", "kind": "agent", "agent": "writer"},
        {"id": "d", "parent": "c", "kind": "llm"},
        {"id": "e", "kind": "llm", "agent": "alone"},
    )
    agents = {"a": "planner", "b": "planner", "c": "writer", "d": "writer", "e": "alone"}
    assert facts(done, "Agent") == agents
    assert trace(done)["Agents"] == ["alone", "planner", "writer"]


def test_a_model_call_belongs_to_the_step_that_made_it(run: Run) -> None:
    done = run(
        {"id": "a", "kind": "chain", "step": "outer"},
        {"id": "b", "parent": "a", "kind": "agent", "step": "agent b"},
        {"id": "c", "parent": "b", "kind": "chain", "step": "retrieve"},
        {"id": "d", "parent": "c", "kind": "llm", "step": "chat"},
        {"id": "e", "parent": "d", "kind": "other", "step": "POST"},
        {"id": "f", "parent": "c", "kind": "tool", "step": "search"},
        {"id": "g", "parent": "b", "kind": "embedding", "step": "embed"},
        {"id": "h", "parent": "a", "kind": "reranker", "step": "rank"},
    )
    assert facts(done, "Step") == {
        "a": "outer", "b": "agent b", "c": "retrieve", "d": "retrieve", "e": "POST",
        "f": "search", "g": "embed", "h": "outer",
    }  # fmt: skip


def test_session_and_user_come_from_above_the_root_or_the_whole_trace(run: Run) -> None:
    done = run(
        {"id": "a", "lasts": 900},
        {"id": "b", "parent": "a", "SessionId": "s", "UserId": "u"},
        {"id": "c", "parent": "b", "UserId": "v"},
        {"id": "d", "parent": "gone", "at": 1},
    )
    assert facts(done, "SessionId", "UserId") == {
        "a": ("s", ""), "b": ("s", "u"), "c": ("s", "v"), "d": ("s", ""),
    }  # fmt: skip
    assert (trace(done)["SessionId"], trace(done)["UserId"]) == ("s", "")


def test_sessions_do_not_leak_into_other_traces(run: Run) -> None:
    done = run({"id": "a", "SessionId": "s"}, {"id": "b", "trace": "u"})
    assert facts(done, "SessionId") == {"a": "s", "b": ""}


def test_an_engine_takes_model_and_provider_of_its_client(run: Run) -> None:
    done = run(
        {"id": "a", "kind": "llm", "model": "priced-1", "Provider": "vllm"},
        {"id": "b", "parent": "a"},
        {"id": "c", "parent": "b", "kind": "engine", "input": 1000, "output": 0},
    )
    assert facts(done, "Model", "Counted") == {
        "a": ("priced-1", False), "b": ("", False), "c": ("priced-1", True),
    }  # fmt: skip
    assert facts(done, "Provider")["c"] == "vllm"
    assert trace(done)["CostUsd"] == Decimal("0.01")


def test_of_nested_calls_the_topmost_with_usage_owns_the_tokens(run: Run) -> None:
    done = run(
        {"id": "a", "kind": "agent", "input": 30, "output": 3},
        {"id": "b", "parent": "a", "kind": "llm"},
        {"id": "c", "parent": "b", "kind": "llm", "input": 10, "output": 1},
        {"id": "d", "parent": "c", "kind": "engine", "input": 10, "output": 1},
        {"id": "e", "parent": "a", "kind": "embedding", "input": 20},
    )
    assert facts(done, "UsageScope", "Counted") == {
        "a": ("aggregate", False), "b": ("none", False), "c": ("call", True),
        "d": ("call", False), "e": ("call", True),
    }  # fmt: skip
    row = trace(done)
    assert (row["InputTokens"], row["OutputTokens"], row["ModelCalls"]) == (30, 1, 2)


def test_the_topmost_aggregate_counts_when_nothing_below_does(run: Run) -> None:
    done = run(
        {"id": "a", "kind": "agent", "input": 30},
        {"id": "b", "parent": "a", "kind": "chain", "input": 30},
        {"id": "c", "parent": "b", "kind": "llm"},
    )
    assert facts(done, "Counted", "Flags") == {
        "a": (True, ["aggregate_counted"]), "b": (False, []), "c": (False, []),
    }  # fmt: skip
    assert trace(done)["InputTokens"] == 30
    assert trace(done)["ModelCalls"] == 0


def test_an_aggregate_below_a_call_is_not_counted(run: Run) -> None:
    done = run(
        {"id": "a", "kind": "llm", "input": 5},
        {"id": "b", "parent": "a", "kind": "chain", "input": 5},
        {"id": "c", "kind": "chain", "Name": "raw_gen_ai_request", "input": 5},
    )
    assert facts(done, "Counted") == {"a": True, "b": False, "c": False}


def test_a_cost_without_tokens_gives_way_to_tokens(run: Run) -> None:
    done = run(
        {"id": "a", "kind": "llm", "cost": 0.5},
        {"id": "b", "parent": "a", "kind": "llm", "model": "priced", "input": 1000},
        {"id": "c", "kind": "llm", "cost": 0.25},
    )
    assert facts(done, "Counted", "CostSource") == {
        "a": (False, "reported"), "b": (True, "computed"), "c": (True, "reported"),
    }  # fmt: skip
    assert trace(done)["CostUsd"] == Decimal("0.26")


def test_an_unknown_price_is_unknown_and_not_zero(run: Run) -> None:
    done = run({"id": "a", "kind": "llm", "model": "new", "input": 5, "output": 0})
    assert trace(done)["CostUsd"] is None
    assert trace(done)["UnpricedCalls"] == 1
    assert facts(done, "CostUsd", "CostSource") == {"a": (None, "none")}


def test_an_aggregate_that_is_not_counted_is_not_priced(run: Run) -> None:
    done = run(
        {"id": "a", "kind": "agent", "model": "priced", "input": 1000},
        {"id": "b", "parent": "a", "kind": "llm", "model": "priced", "input": 1000},
    )
    assert facts(done, "CostUsd") == {"a": None, "b": Decimal("0.01")}


@pytest.mark.parametrize(
    ("ttft", "kept", "tpot"),
    [(0.2, 0.2, 0.2), (-0.1, None, None), (1.02, None, None), (1.005, 1.005, 0.0), (None,) * 3],
)
def test_time_to_first_token(
    run: Run, ttft: float | None, kept: float | None, tpot: float | None
) -> None:
    done = run(
        {"id": "a", "lasts": 2000},
        {"id": "b", "parent": "a", "kind": "llm", "at": 500, "lasts": 1000, "TtftS": ttft,
         "output": 5, "Streaming": True},
    )  # fmt: skip
    assert facts(done, "TtftS", "TpotS")["b"] == (kept, pytest.approx(tpot))
    expected = None if kept is None else pytest.approx(0.5 + kept)
    assert trace(done)["TtftS"] == expected
    rejected = ttft is not None and kept is None
    assert ("ttft_rejected" in trace(done)["Flags"]) is rejected


def test_the_trace_is_named_and_timed_by_its_earliest_real_root(run: Run) -> None:
    done = run(
        {"id": "x", "parent": "gone", "at": -50, "lasts": 10, "IsError": True},
        {"id": "r", "at": 0, "lasts": 100, "Service": "web", "Workflow": "w"},
        {"id": "s", "at": 10, "lasts": 900},
    )
    row = trace(done)
    assert (row["RootSpanId"], row["Service"], row["Workflow"]) == ("r", "web", "w")
    assert (row["DurationNs"], row["Roots"], row["Spans"]) == (100_000_000, 3, 3)
    assert (row["IsError"], row["ErrorSpans"], row["Services"]) == (False, 1, ["shop", "web"])
    assert row["Flags"] == ["incomplete"]
    assert row["Start"] == done.facts.filter(SpanId="r")["Start"].item()


def test_a_trace_without_its_root_lasts_from_first_start_to_last_end(run: Run) -> None:
    done = run(
        {"id": "b", "parent": "a", "at": 10, "lasts": 20},
        {"id": "c", "parent": "a", "at": 50, "lasts": 20},
    )
    assert trace(done)["DurationNs"] == 60_000_000
    assert trace(done)["RootSpanId"] == "b"


def test_the_sections_carry_what_the_path_page_groups_by(run: Run) -> None:
    done = run(
        {"id": "a", "kind": "agent", "agent": "planner", "lasts": 100},
        {"id": "b", "parent": "a", "kind": "llm", "model": "m", "at": 20, "lasts": 50,
         "step": "chat", "Operation": "chat", "TtftS": 0.02},
    )  # fmt: skip
    row = done.path_sections.to_dicts()[0]
    assert row["Sections.SpanId"] == ["a", "b", "b", "a"]
    assert row["Sections.Phase"] == ["tail", "decode", "prefill", "lead"]
    assert row["Sections.Agent"] == ["planner"] * 4
    assert row["Sections.Model"] == ["", "m", "m", ""]
    assert row["Sections.Operation"] == ["", "chat", "chat", ""]
    lengths = [e - s for s, e in zip(row["Sections.StartNs"], row["Sections.EndNs"], strict=True)]
    assert sum(lengths) == row["DurationNs"] == 100_000_000
    assert dict(trace(done)["PathKindNs"]) == {"agent": 50_000_000, "llm": 50_000_000}
    assert facts(done, "PathNs", "SelfNs") == {"a": (50_000_000,) * 2, "b": (50_000_000,) * 2}


def test_client_and_server_span_of_one_tool_call_are_one_call(run: Run) -> None:
    done = run(
        {"id": "a", "kind": "tool", "ToolName": "search"},
        {"id": "b", "parent": "a", "kind": "tool", "ToolName": "search", "Process": "p"},
        {"id": "c", "parent": "a", "kind": "tool", "ToolName": "fetch"},
    )
    assert trace(done)["ToolCalls"] == 2


def test_two_projects_with_the_same_ids_stay_apart(run: Run) -> None:
    done = run(
        {"id": "a", "lasts": 10, "Project": "p", "SessionId": "s"},
        {"id": "b", "parent": "a", "Project": "q"},
    )
    assert done.traces.select("Project", "TraceId", "Spans", "SessionId").rows() == [
        ("p", "t", 1, "s"),
        ("q", "t", 1, ""),
    ]
    assert done.traces["Flags"].to_list() == [[], ["incomplete"]]


def test_resent_spans_are_one_span_and_the_last_ingested_holds(run: Run, spans_of: SpansOf) -> None:
    later = spans_of({"id": "a"})["IngestedAt"].item().replace(hour=13)
    done = run(
        {"id": "a", "kind": "llm", "input": 9, "IngestedAt": later},
        {"id": "a", "kind": "llm", "input": 5},
    )
    row = trace(done)
    assert (row["Spans"], row["RawSpans"], row["InputTokens"]) == (1, 2, 9)
    assert row["LastIngestedAt"] == later
    assert row["Flags"] == ["duplicate_id"]


def test_a_trace_that_is_too_large_keeps_its_earliest_spans(
    spans_of: SpansOf, prices: Prices
) -> None:
    large = [{"id": f"{i:04}", "parent": "0000" if i else "", "at": i} for i in range(1500)]
    small = [{"id": "a", "trace": "u"}]
    settings = Settings(jobs=JobsSettings(max_trace_spans=1000))
    done = assemble(spans_of(*large[::-1], *small), prices, settings, 1)
    assert done.traces.select("Spans", "RawSpans", "Flags").rows() == [
        (1000, 1500, ["clipped", "truncated"]),
        (1, 1, []),
    ]
    assert done.facts.filter(TraceId="t")["SpanId"].max() == "0999"


def test_warming_up_compiles_all_that_assembly_needs(run: Run) -> None:
    warm_up(Settings())
    compiled = {
        name: kernel
        for module in (kernels, duplicate_kernels, path_kernels, tree_kernels)
        for name, kernel in vars(module).items()
        if hasattr(kernel, "signatures")
    }
    assert compiled
    before = {name: list(kernel.signatures) for name, kernel in compiled.items()}
    call, agent = (
        {"id": "a", "kind": "llm", "input": 3},
        {"id": "b", "parent": "a", "kind": "agent"},
    )
    hexed = {"id": "1" * 16, "Process": "p", "TtftS": 0.1, "SessionId": "s"}
    run(call, agent)
    run(agent, hexed, agent)
    run(hexed, {**hexed, "trace": "s"})
    run({**call, "Dialect": "x", "ResponseId": "r"}, {**call, "id": "c", "ResponseId": "r"})
    assert {name: list(kernel.signatures) for name, kernel in compiled.items()} == before
    for name in ("sweep", "own", "join_by_id", "join_by_tokens", "gather", "best_of_each"):
        assert before[name]


def test_a_span_that_ended_before_it_began_is_flagged(run: Run) -> None:
    done = run(
        {"id": "r", "at": 0, "lasts": 100},
        {"id": "s", "parent": "r", "at": 10, "lasts": 0, "EndsBeforeStart": True},
    )
    assert trace(done)["Flags"] == ["clock"]
    assert dict(zip(done.facts["SpanId"], done.facts["Flags"], strict=True))["s"].to_list() == [
        "clock"
    ]


def test_what_normalising_noted_is_a_flag_and_no_warning_where_it_is_put_right(run: Run) -> None:
    notes = ["cache_beside", "usage_conflict", "reasoning_beside"]
    done = run({"id": "a", "kind": "llm", "input": 3, "Notes": notes}, {"id": "b"})
    assert facts(done, "Flags") == {"a": notes, "b": []}
    assert trace(done)["Flags"] == ["usage_conflict"]


def test_what_a_price_needs_and_answers_is_kept(spans_of: SpansOf) -> None:
    class Book:
        def price_calls(self, calls: pl.DataFrame) -> pl.DataFrame:
            part = pl.col("CacheWrite1hTokens").cast(pl.Float64) / 100
            flex = pl.col("ServiceTier") == "flex"
            return calls.with_columns(
                CostUsd=pl.when(flex).then(part),
                CostSource=pl.lit("computed"),
                CostInputUsd=part,
                ComputedCostUsd=part * 2,
                PriceSource=pl.lit("list 1"),
            )

    call = {"id": "a", "kind": "llm", "input": 9, "CacheWrite1hTokens": 5, "ServiceTier": "flex",
            "OutputAudioTokens": 2, "ReportedInputCostUsd": Decimal("0.5")}  # fmt: skip
    done = assemble(spans_of(call, {"id": "b"}), Book(), Settings(), 1)
    [row] = done.facts.filter(SpanId="a").to_dicts()
    assert (row["CostUsd"], row["CostInputUsd"]) == (Decimal("0.05"),) * 2
    assert (row["ComputedCostUsd"], row["PriceSource"]) == (Decimal("0.1"), "list 1")
    assert row["CostOutputUsd"] is None
    assert (row["OutputAudioTokens"], row["ReportedInputCostUsd"]) == (2, Decimal("0.5"))
    [other] = done.facts.filter(SpanId="b").to_dicts()
    assert (other["CostSource"], other["PriceSource"], other["CostUsd"]) == ("none", "", None)


@pytest.mark.parametrize(("sent", "kept"), [(0.5, 0.5), (-1.0, None), (float("nan"), None)])
def test_phases_that_cannot_be_are_left_out(run: Run, sent: float, kept: float | None) -> None:
    done = run({"id": "a", "kind": "engine", "QueueS": sent, "TpotS": sent})
    assert facts(done, "QueueS", "TpotS")["a"] == (kept, kept)
