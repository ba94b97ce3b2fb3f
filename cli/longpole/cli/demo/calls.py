"""Calls of tools and models: how long they take, what they cost, how they fail."""

from __future__ import annotations

import json

from longpole.cli.demo.catalog import (
    DRAFT_ANSWER,
    GIVES_UP,
    GROWN_CONTEXT,
    RATE_LIMITED,
    SLOW_SEARCH,
    WEB_SEARCH,
    Tool,
    Use,
)
from longpole.cli.demo.parts import Part
from longpole.cli.demo.planned import SECOND, PlannedSpan, Run, Value


def tool(service: str, used: Tool) -> Part:
    """One call of a tool."""

    def build(run: Run, at: int) -> list[PlannedSpan]:
        slower = SLOW_SEARCH.factor_at(run, service, at) if used is WEB_SEARCH else 1.0
        end = at + int(run.nanoseconds(used.seconds, used.spread) * slower)
        attributes: dict[str, Value] = {
            "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": used.name,
            "gen_ai.tool.type": "function", "gen_ai.tool.call.id": f"call_{run.hex(12)}",
            "gen_ai.tool.call.arguments": json.dumps({"query": run.topic}),
        }  # fmt: skip
        span = PlannedSpan(f"execute_tool {used.name}", service, at, end, attributes)
        if run.rng.random() < used.error_rate:
            span.error = used.error
        return [span]

    return build


def chat(service: str, use: Use) -> Part:
    """A model call; a rate-limited one is tried again after a pause, and may fail for good."""

    def build(run: Run, at: int) -> list[PlannedSpan]:
        if run.rng.random() >= RATE_LIMITED:
            return [_answered(run, service, use, at)]
        refused = _refused(run, service, use, at)
        again = refused.end_ns + run.nanoseconds(1.1, 0.25)
        if run.rng.random() < GIVES_UP:
            last = _refused(run, service, use, again)
            last.fatal = True
            return [refused, last]
        return [refused, _answered(run, service, use, again)]

    return build


def _answered(run: Run, service: str, use: Use, at: int) -> PlannedSpan:
    grown = GROWN_CONTEXT.factor_at(run, service, at) if use is DRAFT_ANSWER else 1.0
    input_tokens = int(run.lognormal(use.input_tokens, 0.22) * grown)
    reasoning = int(run.lognormal(use.reasoning_tokens, 0.3)) if use.reasoning_tokens else 0
    output_tokens = int(run.lognormal(use.output_tokens, 0.25)) + reasoning
    ttft_s = run.lognormal(use.model.ttft_s + reasoning * use.model.token_s, 0.25)
    decode_s = run.lognormal(use.model.token_s, 0.12) * (output_tokens - reasoning)
    attributes = _request(run, use) | {
        "gen_ai.response.model": use.model.answered_by,
        "gen_ai.response.id": f"resp_{run.hex(16)}",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": input_tokens,
        "gen_ai.usage.output_tokens": output_tokens,
        "gen_ai.output.messages": _message("assistant", f"Here is what we know about {run.topic}."),
    }
    if reasoning:
        attributes["gen_ai.usage.reasoning.output_tokens"] = reasoning
    if use.cached:
        share = use.cached * run.rng.uniform(0.8, 1.2)
        attributes["gen_ai.usage.cache_read.input_tokens"] = int(input_tokens * share)
    if use.stream:
        attributes["gen_ai.response.time_to_first_chunk"] = ttft_s
    if use.prompt:
        attributes["gen_ai.prompt.name"] = use.prompt
        attributes["gen_ai.prompt.version"] = "13" if grown > 1 else "12"
    end = at + int((ttft_s + decode_s) * SECOND)
    return PlannedSpan(f"chat {use.model.name}", service, at, end, attributes, kind="client")


def _refused(run: Run, service: str, use: Use, at: int) -> PlannedSpan:
    end = at + run.nanoseconds(0.11, 0.3)
    span = PlannedSpan(f"chat {use.model.name}", service, at, end, _request(run, use))
    span.kind, span.error = "client", "429"
    return span


def _request(run: Run, use: Use) -> dict[str, Value]:
    model = use.model
    attributes: dict[str, Value] = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": model.provider,
        "gen_ai.request.model": model.name, "gen_ai.conversation.id": run.session,
        "server.address": model.host, "server.port": 443,
        "gen_ai.input.messages": _message("user", f"What should we answer about {run.topic}?"),
    }  # fmt: skip
    if use.stream:
        attributes["gen_ai.request.stream"] = True
    return attributes


def _message(role: str, text: str) -> str:
    return json.dumps([{"role": role, "parts": [{"type": "text", "content": text}]}])
