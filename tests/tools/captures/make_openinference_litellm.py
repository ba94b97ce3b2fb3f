"""openinference-instrumentation-litellm: completion, stream, tool call, embedding, a failure."""

from __future__ import annotations

import contextlib

import litellm
from facts_program import CLAUDE_DETAILS, DETAILS, FAILED, IDENTITY, LLM, SILENT
from openinference.instrumentation import using_attributes
from openinference.instrumentation.litellm import LiteLLMInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = ("openinference-instrumentation-litellm", "litellm")
ASKED = [{"role": "user", "content": "Weather in Paris?"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def program(pipeline: Pipeline) -> None:
    """Seven calls, each a trace of its own; the last names its model by position."""
    LiteLLMInstrumentor().instrument()
    chat = {"api_base": f"{pipeline.provider_url}/v1", "api_key": "fake", "max_retries": 0}
    claude = {"api_base": pipeline.provider_url, "api_key": "fake", "messages": ASKED}
    gpt = {"model": "openai/gpt-4o-mini", "messages": ASKED, **chat}
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        litellm.completion(**gpt)
        for _ in litellm.completion(stream=True, stream_options={"include_usage": True}, **gpt):
            pass
        litellm.completion(tools=[TOOL], **gpt)
        litellm.completion(model="anthropic/claude-sonnet-4-5", **claude)
        litellm.embedding(model="openai/text-embedding-3-small", input=["one", "two"], **chat)
        with contextlib.suppress(litellm.RateLimitError):
            litellm.completion(**{**gpt, "model": "openai/fail-model"})
        litellm.completion("openai/gpt-4o-mini", ASKED, **chat)


def named(model: str, provider: str) -> Facts:
    """Facts of the model as asked: the name keeps its route unless it is taken off."""
    return {"model_any_of": [f"{provider}/{model}", model], "provider": provider, **IDENTITY}


GPT_COST_USD = 0.0000444
CALL: Facts = {**LLM, **DETAILS, "cost_usd": GPT_COST_USD}
CHAT: Facts = {**CALL, **named("gpt-4o-mini", "openai")}
ANTHROPIC: Facts = {
    **LLM,
    **CLAUDE_DETAILS,
    **named("claude-sonnet-4-5", "anthropic"),
    "cost_usd": 0.0010296,
}
EMBEDDING: Facts = {
    "kind": "embedding",
    "counted": True,
    "input_tokens": 18,
    "model": "text-embedding-3-small",
    "provider": "openai",
    "provider_inferred": True,
    "cost_usd": 0.00000036,
    **IDENTITY,
}
FACTS: SpanFacts = [
    ("completion", CHAT),
    ("completion", CHAT),
    ("completion", CHAT),
    ("completion", ANTHROPIC),
    ("CreateEmbeddings", EMBEDDING),
    ("completion", {**FAILED, **named("fail-model", "openai")}),
    # The library reads the model from the keyword only: here the span names none.
    ("completion", {**CALL, **IDENTITY, "model": None, "provider": None}),
]


def old(facts: Facts, model: str, provider: str) -> Facts:
    """Facts of a release that named no provider: it follows from the model's name."""
    return {**facts, **named(model, provider), "provider_inferred": True}


# Input is not asserted: that LiteLLM added the cache reads to 40 but not the 48 written ones, so
# its 72 is neither the inclusive nor the exclusive count, and the span cannot tell.
OLD_ANTHROPIC: Facts = {
    "kind": "llm",
    "counted": True,
    "output_tokens": 48,
    **CLAUDE_DETAILS,
}
OLD_EMBEDDING: Facts = {"kind": "embedding", "counted": True, "input_tokens": 18}
OLD_FACTS: SpanFacts = [
    ("completion", old({**LLM, **DETAILS}, "gpt-4o-mini", "openai")),
    ("completion", old(SILENT, "gpt-4o-mini", "openai")),
    ("completion", old({**LLM, **DETAILS}, "gpt-4o-mini", "openai")),
    ("completion", old(OLD_ANTHROPIC, "claude-sonnet-4-5", "anthropic")),
    ("embedding", old(OLD_EMBEDDING, "text-embedding-3-small", "openai")),
    ("completion", old(FAILED, "fail-model", "openai")),
    # Named unknown_model on the wire.
    ("completion", {**LLM, **DETAILS, **IDENTITY, "provider": None}),
]

if __name__ == "__main__":
    record(
        PACKAGES,
        program,
        {"openinference-litellm": FACTS, "openinference-litellm-0.1.19": OLD_FACTS},
    )
