"""Runs that the tests of the trace page open: one realistic, one hostile, one with many roots."""

from __future__ import annotations

import json

from ui_trace_seed import S

PLAN, SEARCH_A, SEARCH_B, DRAFT, REVIEW = 2, 5, 6, 10, 12
LONG = "The customer asks why the invoice of October is higher than the one before. " * 60

QUESTION = [
    {"role": "system", "parts": [{"type": "text", "content": "You are a patient support agent."}]},
    {"role": "user", "parts": [{"type": "text", "content": LONG}]},
]
ANSWER = [
    {
        "role": "assistant",
        "parts": [
            {"type": "text", "content": "The plan changed on 3 October."},
            {"type": "tool_call", "id": "c1", "name": "send_mail", "arguments": {"to": "mara"}},
        ],
        "finish_reason": "stop",
    }
]


def support_run() -> list[S]:
    """An agent that plans, searches in parallel, drafts an answer at length and has it reviewed."""
    agent = "support-agent"
    return [
        S(1, 0, "answer ticket", "agent", 0, 11_400, operation="invoke_agent", agent=agent),
        S(PLAN, 1, "chat gpt-4.1", "llm", 22, 1_610, step="plan", operation="chat", model="gpt-4.1",
          tokens=(2_410, 184), usd=0.006292, ttft=540, agent=agent),
        S(4, 1, "gather", "chain", 1_640, 1_262, agent=agent),
        S(SEARCH_A, 4, "execute_tool search_docs", "tool", 1_644, 1_210, step="search_docs",
          tool="search_docs", operation="execute_tool", agent=agent),
        S(SEARCH_B, 4, "execute_tool lookup_invoice", "tool", 1_645, 310, step="lookup_invoice",
          tool="lookup_invoice", operation="execute_tool", agent=agent,
          error="invoice store timed out",
          events=(("exception", 305, {"exception.type": "TimeoutError",
                                      "exception.message": "no answer within 300 ms",
                                      "exception.stacktrace": "Traceback ...\n  TimeoutError"}),)),
        S(7, SEARCH_A, "GET /search", "other", 1_660, 1_150, service="docs-index"),
        S(8, 7, "vector search", "retriever", 1_700, 900, service="docs-index",
          operation="retrieval"),
        S(9, SEARCH_A, "embeddings", "embedding", 1_646, 12, model="house-embedder",
          operation="embeddings", tokens=(40, 0)),
        S(DRAFT, 1, "chat gpt-4.1", "llm", 2_951, 6_904, step="draft", operation="chat",
          model="gpt-4.1", tokens=(5_240, 812), usd=0.016976, ttft=1_320, agent=agent,
          attributes={"gen_ai.input.messages": json.dumps(QUESTION),
                      "gen_ai.output.messages": json.dumps(ANSWER),
                      "gen_ai.request.model": "gpt-4.1", "gen_ai.request.temperature": "0.2",
                      "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai",
                      "gen_ai.usage.input_tokens": "5240", "gen_ai.usage.output_tokens": "812"},
          events=(("gen_ai.choice", 6_900, {"finish_reason": "stop"}),),
          links=(("ab" * 16, "cd" * 8),)),
        S(11, 1, "check policy", "guardrail", 9_866, 84, agent=agent),
        S(REVIEW, 1, "chat gpt-4.1-mini", "llm", 9_960, 1_370, step="review", operation="chat",
          model="gpt-4.1-mini", tokens=(1_100, 90), usd=0.000584, agent=agent),
        S(13, 1, "write memory", "memory", 11_310, 1_900, agent=agent),
    ]  # fmt: skip


HOSTILE_NAMES = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 2'>",
    "\u202eright to left \u0645\u0631\u062d\u0628\u0627",
    "]]></style><svg/onload=window.hacked=3>",
    "x" * 20_000,
    "{{constructor.constructor('window.hacked=4')()}}",
    "javascript:window.hacked=5",
    "line\nbreak\ttab\u0000null".replace("\u0000", "\u2400"),
    "NaN Infinity undefined null",
    "",
    "\U0001f9ea emoji \U0001f469\u200d\U0001f52c and z\u0351a\u0363l\u0357g\u0350o",
)


def hostile_run() -> list[S]:
    """Names, models and messages that would run as script wherever text became markup."""
    spans = [S(1, 0, HOSTILE_NAMES[0], "agent", 0, 1_000, service=HOSTILE_NAMES[1])]
    for number, name in enumerate(HOSTILE_NAMES, 2):
        spans.append(
            S(number, 1, name, "llm" if number % 2 else "<b>kind</b>", number * 60, 55,
              service=HOSTILE_NAMES[number % 3], step=name[:300], model=name[:200],
              agent=name[:200], operation="chat", tokens=(1, 1), error=name[:100],
              attributes={name[:500] or "empty": name, "input.value": name, "output.value": name})
        )  # fmt: skip
    return spans


def many_roots() -> list[S]:
    """Two roots and a span whose parent never came; work of another process goes on after."""
    return [
        S(1, 0, "first half", "agent", 0, 900),
        S(2, 1, "chat", "llm", 10, 800, model="gpt-4.1", operation="chat", tokens=(10, 5)),
        S(3, 0, "second half", "agent", 1_000, 1_400),
        S(4, 3, "lookup", "tool", 1_100, 1_200, tool="lookup"),
        S(5, 77, "orphan", "chain", 2_500, 100),
    ]
