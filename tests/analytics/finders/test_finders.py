"""Each finder on a planted case, and on a near miss that must stay silent."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from finder_program import Program

RUNS, MANY = 20, 200


def only(program: Program, detector: str) -> dict[str, Any]:
    """The one finding of a finder."""
    found = program.find().filter(pl.col("Detector") == detector)
    assert found.height == 1, found
    return found.row(0, named=True)


def silent(program: Program, *detectors: str) -> None:
    """None of these has anything to say."""
    assert not set(program.find()["Detector"]) & set(detectors)


def two_searches(program: Program, *, linked: bool) -> None:
    root = program.trace(3000)
    asked = program.span("llm", "plan", 0, 1000, root)
    first = program.span("tool", "search", 1000, 1800, root, after=(asked,))
    program.span("tool", "fetch", 1800, 2800, root, after=(first if linked else asked,))


def test_siblings_in_a_row_could_run_side_by_side(program: Program) -> None:
    for _ in range(RUNS):
        two_searches(program, linked=False)
    found = only(program, "serial_siblings")
    assert found["SizeMs"] == pytest.approx(800)  # the longer one still takes its 1000
    assert found["Attribution"]["ms_per_day"] == pytest.approx(RUNS * 800)
    assert "the data shows" in found["Reason"] and "fetch + search" in found["Title"].lower()
    assert found["AffectedTraces"] == RUNS and len(found["ExampleTraces"]) == 5


def test_another_tool_may_need_what_the_one_before_found(program: Program) -> None:
    for _ in range(RUNS):
        root = program.trace(2000)
        program.span("tool", "search", 0, 1000, root)
        program.span("tool", "fetch", 1000, 2000, root)
    silent(program, "serial_siblings")


def test_siblings_that_use_each_other_have_to_wait(program: Program) -> None:
    for _ in range(RUNS):
        two_searches(program, linked=True)
    silent(program, "serial_siblings")


def test_siblings_that_ran_side_by_side_are_fine(program: Program) -> None:
    for _ in range(RUNS):
        root = program.trace(2000)
        program.span("tool", "search", 0, 1000, root, path=0)
        program.span("tool", "fetch", 0, 1900, root)
    silent(program, "serial_siblings")


def test_a_third_that_uses_the_first_is_left_out(program: Program) -> None:
    for _ in range(RUNS):
        root = program.trace(3000)
        first = program.span("tool", "load", 0, 1000, root)
        program.span("tool", "load", 1000, 1400, root)
        program.span("tool", "load", 1400, 3000, root, after=(first,))
    assert only(program, "serial_siblings")["SizeMs"] == pytest.approx(400)


def test_model_calls_in_a_row_need_proof(program: Program) -> None:
    for _ in range(RUNS):
        root = program.trace(2000)
        program.span("llm", "draft", 0, 1000, root)
        program.span("llm", "review", 1000, 2000, root)
    silent(program, "serial_siblings")


def test_the_same_call_twice(program: Program) -> None:
    for run in range(RUNS):
        root = program.trace(2000)
        for start in (0, 1000):
            program.span("tool", "load", start, start + 500, root, asked=f"q{run}", answer="a")
    found = only(program, "repeated_calls")
    assert found["SizeMs"] == pytest.approx(500)
    assert found["Reason"].startswith("One call of load in a request")


def test_the_same_question_with_another_answer_is_no_repeat(program: Program) -> None:
    for run in range(RUNS):
        root = program.trace(2000)
        for start in (0, 1000):
            program.span("tool", "poll", start, start + 500, root, asked=f"q{run}",
                         answer=f"a{start}")  # fmt: skip
    silent(program, "repeated_calls", "loops")


def test_trying_again_after_an_error_is_no_repeat(program: Program) -> None:
    for run in range(RUNS):
        root = program.trace(2000)
        program.span("tool", "load", 0, 500, root, asked=f"q{run}", IsError=True)
        program.span("tool", "load", 1000, 1500, root, asked=f"q{run}", answer="a")
    silent(program, "repeated_calls", "loops")


def test_what_many_requests_ask_alike_could_be_kept(program: Program) -> None:
    for _ in range(RUNS):
        root = program.trace(1000)
        program.span("llm", "classify", 0, 900, root, asked="same", CostUsd=0.05)
    found = only(program, "repeated_calls")
    assert found["SizeUsdPerDay"] == pytest.approx(0.05 * (RUNS - 1))
    assert "across traces" in found["Reason"]


def test_a_loop_that_gets_nowhere(program: Program) -> None:
    for run in range(RUNS):
        root = program.trace(4000)
        for turn in range(4):
            begins = turn * 1000
            program.span("tool", "search", begins + 500, begins + 900, root, asked=f"q{run}",
                         answer="nothing found")  # fmt: skip
            program.span("llm", "think", begins, begins + 500, root, asked=f"{run} {turn}")
    assert only(program, "loops")["SizeMs"] == pytest.approx(1200)
    silent(program, "repeated_calls")


def test_a_loop_with_progress_is_work(program: Program) -> None:
    for run in range(RUNS):
        root = program.trace(4000)
        for turn in range(4):
            program.span("tool", "search", turn * 1000, turn * 1000 + 900, root,
                         asked=f"q{run}", answer=f"page {turn}")  # fmt: skip
    silent(program, "loops", "repeated_calls")


def agent_loop(program: Program, *, cached: bool, grows: int = 3000) -> None:
    """Eight turns, each prompt beginning with the whole of the one before."""
    root = program.trace(8000)
    prompt: tuple[str, ...] = (f"start {len(program.spans)}",)
    for turn in range(8):
        prompt = (*prompt, f"{len(program.spans)} {turn}")
        size = 2000 + turn * grows
        program.span(
            "llm", "think", turn * 1000, turn * 1000 + 900, root, prefixes=prompt,
            asked=prompt[-1], Provider="openai", Model="gpt-4o", InputTokens=size, OutputTokens=50,
            CacheReadTokens=size - grows if cached else 0, CostUsd=size * 2.5e-6,
            CostInputUsd=size * 2.5e-6,
        )  # fmt: skip


def test_a_beginning_that_no_cache_read(program: Program) -> None:
    for _ in range(RUNS):
        agent_loop(program, cached=False)
    found = only(program, "uncached_prefix")
    resent = sum(2000 + turn * 3000 for turn in range(7))
    # gpt-4o: $2.50 a million tokens, half of that where they come from the cache
    assert found["SizeUsdPerDay"] == pytest.approx(RUNS * resent * 1.25e-6, rel=1e-6)
    assert found["Area"] == "communication"


def test_a_beginning_that_was_read_from_the_cache(program: Program) -> None:
    for _ in range(RUNS):
        agent_loop(program, cached=True)
    silent(program, "uncached_prefix", "context_growth")


def test_instructions_that_requests_share(program: Program) -> None:
    for run in range(MANY):
        root = program.trace(1000)
        program.span(
            "llm", "answer", 0, 900, root, prefixes=("rules", f"question {run}"), fixed=4000,
            asked=f"question {run}", Provider="openai", Model="gpt-4o", InputTokens=4100,
            OutputTokens=50, CostUsd=0.02,
        )  # fmt: skip
    found = only(program, "uncached_prefix")
    assert found["AffectedTraces"] == MANY - 1  # the first one fills the cache


def test_short_beginnings_cannot_be_cached(program: Program) -> None:
    for run in range(MANY):
        root = program.trace(1000)
        program.span(
            "llm", "answer", 0, 900, root, prefixes=("rules", f"question {run}"), fixed=900,
            asked=f"question {run}", Provider="openai", Model="gpt-4o", InputTokens=4100,
            OutputTokens=50, CostUsd=0.02,
        )  # fmt: skip
    silent(program, "uncached_prefix")


def test_a_prompt_that_grows(program: Program) -> None:
    for _ in range(RUNS):
        agent_loop(program, cached=False)
    found = only(program, "context_growth")
    assert "3,000 tokens a turn over 8 turns" in found["Reason"]


def test_a_prompt_of_steady_size(program: Program) -> None:
    for _ in range(RUNS):
        agent_loop(program, cached=False, grows=0)
    silent(program, "context_growth")


def branches(program: Program, *, used: bool) -> None:
    root = program.trace(3000)
    plan = program.span("llm", "plan", 0, 500, root)
    one = program.span("tool", "search", 500, 1000, root, after=(plan,))
    two = program.span("agent", "critic", 1000, 2000, root, path=100)
    program.span("llm", "judge", 1100, 2000, two, CostUsd=0.01)
    program.span("llm", "answer", 2000, 3000, root, after=(one, two) if used else (one,))


def test_a_branch_whose_result_is_not_used(program: Program) -> None:
    for _ in range(RUNS):
        branches(program, used=False)
    found = only(program, "wasted_branches")
    assert found["SizeMs"] == pytest.approx(1000)  # its own 100 and the 900 of the call below it
    assert found["SizeUsdPerDay"] == pytest.approx(RUNS * 0.01)


def test_branches_that_are_used(program: Program) -> None:
    for _ in range(RUNS):
        branches(program, used=True)
    silent(program, "wasted_branches")


@pytest.mark.parametrize(("alike", "known"), [(19, True), (12, False)])
def test_a_tool_that_always_follows(program: Program, alike: int, known: bool) -> None:
    for run in range(RUNS):
        root = program.trace(2000)
        asked = program.span("llm", "plan", 0, 1000, root, TtftS=0.4)
        asks = "profile" if run < alike else f"other {run}"
        program.span("tool", "load", 1000, 1800, root, after=(asked,), asked=asks, answer=f"{run}")
    if not known:
        silent(program, "speculative")
        return
    assert only(program, "speculative")["SizeMs"] == pytest.approx(600)  # while the model decodes


def test_little_of_it_is_not_worth_a_word(program: Program) -> None:
    for run in range(200):
        root = program.trace(2000)
        program.span("tool", "load", 0, 500, root, asked=f"q{run}", answer="a")
        if run < 6:  # 3 % of the requests
            program.span("tool", "load", 500, 1000, root, asked=f"q{run}", answer="a")
    assert program.find().is_empty()


def test_nothing_said_nothing_proven(program: Program) -> None:
    assert program.find().is_empty()
