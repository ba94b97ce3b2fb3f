"""What facts of a trace mean, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from longpole.ui import formats
from longpole.ui.trace.path import (
    CALL,
    DECODE,
    EDGE,
    FIRST_TOKEN,
    GAP,
    QUEUE,
    RATE_LIMIT,
    RETRY,
    WORK,
    Breakdown,
    PathRow,
)

# Flag -> badge, and what it means for the reader.
FLAGS: dict[str, tuple[str, str]] = {
    "incomplete": (
        "spans missing",
        "A span names a parent that never arrived, so it stands as a root of its own and part of "
        "the path may be missing.",
    ),
    "cycle": (
        "parents in a circle",
        "Spans name each other as parents; the circle was cut at its earliest span.",
    ),
    "duplicate_id": (
        "span id sent twice",
        "Several spans carry the same id; the longest was kept.",
    ),
    "skew": (
        "clocks disagree",
        "A span of another host stuck out of its caller; the path treats it as moved inside. "
        "Times are shown as they were sent.",
    ),
    "clipped": (
        "cut to the caller",
        "A span ends after its caller; only the part inside its caller counts for the path.",
    ),
    "detached": (
        "detached work",
        "Work went on after its caller had answered; nobody waited for it, so it is off the path.",
    ),
    "clock": ("broken clock", "A span's times cannot be right; look at the clock of its host."),
    "aggregate_counted": (
        "a sum is counted",
        "No span below it says how many tokens its calls used, so the sum on this span is counted.",
    ),
    "ttft_rejected": (
        "first token impossible",
        "A time to the first token before the call began or after it ended was left out.",
    ),
    "cache_beside": (
        "cached tokens added",
        "The span reports cached tokens beside its input; they were added to it.",
    ),
    "reasoning_beside": (
        "reasoning added",
        "The span reports reasoning tokens beside its output; they were added to it.",
    ),
    "details_from_duplicate": (
        "details from another report",
        "Another span reports the same call and knew what this one left out, such as cached "
        "tokens or the time to the first token.",
    ),
    "usage_conflict": (
        "token counts disagree",
        "A span gives one count under two names with different values; the newer name holds.",
    ),
    "truncated": (
        "too large",
        "The trace has more spans than are analysed; the rest is left out.",
    ),
}
PARTS: dict[tuple[str, str], str] = {
    ("llm", QUEUE): "model, queued",
    ("llm", FIRST_TOKEN): "model, prefill until the first token",
    ("llm", DECODE): "model, decoding",
    ("llm", CALL): "model",
    ("engine", QUEUE): "inference engine, queued",
    ("engine", FIRST_TOKEN): "inference engine, prefill until the first token",
    ("engine", DECODE): "inference engine, decoding",
    ("engine", CALL): "inference engine",
    ("tool", WORK): "tool",
    ("retriever", WORK): "retrieval",
    ("reranker", WORK): "re-ranking",
    ("embedding", WORK): "embedding",
    ("guardrail", WORK): "guardrail",
    ("evaluator", WORK): "evaluation",
    ("memory", WORK): "memory",
    ("mcp", WORK): "MCP",
    ("agent", WORK): "agent's own time",
    ("chain", WORK): "workflow's own time",
    ("other", WORK): "other spans",
    (RETRY, RETRY): "retry and back-off",
    (RATE_LIMIT, RATE_LIMIT): "waiting for a rate limit",
    (EDGE, EDGE): "edge: between caller and callee",
    (GAP, "lead"): "no span: before the first step",
    (GAP, "between"): "no span: between steps",
    (GAP, "tail"): "no span: after the last step",
}
GAP_WORDS = {"lead": "before its first step", "between": "between its steps",
             "tail": "after its last step"}  # fmt: skip
# Evidence of a hop -> its short name, and what it means.
EVIDENCE: dict[str, tuple[str, str]] = {
    "data": ("data flow", "a tool call's id or a message proves that this was waited for"),
    "link": ("link", "a span link says that this was waited for"),
    "order": ("order", "it ended before the next step began"),
    "assumed": ("assumed", "nothing proves that this was waited for; the times allow it"),
    "clipped": ("cut to the caller", "it outlived its caller; only the part inside counts"),
    "skew": ("clock moved", "clocks of two hosts disagree; the path moved it inside its caller"),
}
CLAUSES = 3
LEAST_SHARE = 0.02


def flag(name: str) -> tuple[str, str]:
    """Badge and explanation; an unknown flag speaks for itself."""
    return FLAGS.get(name, (name.replace("_", " "), "Set when the trace was assembled."))


def part(kind: str, phase: str) -> str:
    """A piece of the breakdown in words."""
    return PARTS.get((kind, phase), kind if phase == WORK else f"{kind}, {phase}")


def row_part(row: PathRow) -> str:
    """Kind and phase of a row of the path table."""
    return part(*row.group)


def cost(usd: float | None, unpriced: int) -> str:
    """Money with what is not known of it: never 0 for a call without a price."""
    calls = f"{unpriced:,} call{'s' if unpriced != 1 else ''}"
    if usd is None:
        return f"unknown ({calls} without a price)" if unpriced else "no priced call"
    shown = formats.money(float(usd))
    return f"at least {shown} ({calls} without a price)" if unpriced else shown


def dollars(value: Decimal | float | None) -> float | None:
    """A stored amount as a number."""
    return None if value is None else float(value)


def answer(breakdown: Breakdown | None) -> str:
    """The longest waits of a request as one sentence."""
    if breakdown is None or breakdown.total_ns == 0:
        return "No time was spent on a critical path."
    first, *others = _waits(breakdown.rows)
    total = formats.duration(breakdown.total_ns)
    text = (
        f"This request waited {formats.duration(first[1])} of {total} "
        f"({formats.share(first[1] / breakdown.total_ns)}) {first[0]}"
    )
    for wait, ns in others[: CLAUSES - 1]:
        share = ns / breakdown.total_ns
        if share >= LEAST_SHARE:
            text += f"; {formats.duration(ns)} ({formats.share(share)}) {wait}"
    return text + "."


def _waits(rows: Sequence[PathRow]) -> list[tuple[str, int]]:
    """Time by what was waited for, longest first: the phases of one call are one wait."""
    times: dict[str, int] = {}
    calls: dict[str, int] = {}
    for row in rows:
        wait = _waited_for(row)
        times[wait] = times.get(wait, 0) + row.ns
        calls[wait] = max(calls.get(wait, 0), 0 if row.group[0] == GAP else row.calls)
    ordered = sorted(times.items(), key=lambda item: -item[1])
    return [
        (f"{wait} ({calls[wait]:,} calls)" if calls[wait] > 1 else wait, ns) for wait, ns in ordered
    ]


def _waited_for(row: PathRow) -> str:
    if row.group[0] == GAP:
        return f"in {_short(row.what)} {GAP_WORDS[row.part]}, where no span says what ran"
    if row.part == EDGE:
        return f"on the {_short(row.what)}"
    named = _short(row.what) or row.kind
    what = f"tool {named}" if row.kind == "tool" else named
    if row.step and row.step not in (row.what, row.what.split(" ")[0]):
        return f"for {what} in step {_short(row.step)}"
    return f"for {what}"


def _short(text: str) -> str:
    return formats.shortened(" ".join(text.split()), 60)


def facts_of(head: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The header's facts: label, value, explanation."""
    unpriced = int(head["UnpricedCalls"])
    ttft = head["TtftS"]
    cached = f", {formats.count(head['CacheReadTokens'])} cached" if head["CacheReadTokens"] else ""
    reasoning = (
        f", {formats.count(head['ReasoningTokens'])} reasoning" if head["ReasoningTokens"] else ""
    )
    facts = [
        ("Duration", formats.duration(head["DurationNs"]), "From the root's start to its end."),
        ("Cost", cost(dollars(head["CostUsd"]), unpriced), "Each token is counted once."),
        ("Tokens in", formats.count(head["InputTokens"]) + cached, "Cached ones included."),
        ("Tokens out", formats.count(head["OutputTokens"]) + reasoning, "Reasoning included."),
        ("First token", formats.duration(ttft * 1e9) if ttft is not None else "not streamed",
         "From the start of the trace to its first streamed token."),
        ("Model calls", formats.count(head["ModelCalls"]), "Counted model calls."),
        ("Tool calls", formats.count(head["ToolCalls"]), "Each once, whoever tells of it."),
        ("Agent runs", formats.count(head["AgentRuns"]), "Each once, whoever tells of it."),
        ("Spans", formats.count(head["Spans"]), ""),
    ]  # fmt: skip
    return [*facts[:1], *_shape(head), *facts[1:]]


def _shape(head: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Parallelism and the completion path, where they are stored and say something."""
    duration, work = int(head["DurationNs"]), int(head.get("WorkNs") or 0)
    completion = int(head.get("CompletionNs") or duration)
    found = []
    if completion > duration:
        later = formats.duration(completion - duration)
        found.append((
            "Completion", f"{formats.duration(completion)} (+{later})",
            "Until the last detached work below the root ended; the answer did not wait for it.",
        ))  # fmt: skip
    if duration and work:
        found.append((
            "Parallelism", f"{work / duration:.2f}\u00d7",
            f"{formats.duration(work)} of own work of awaited spans in the time of the response; "
            "1 means that nothing ran side by side.",
        ))  # fmt: skip
    return found
