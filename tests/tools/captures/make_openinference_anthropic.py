"""openinference-instrumentation-anthropic: messages, a stream, a tool call, a failure."""

from __future__ import annotations

import contextlib

import anthropic
from openinference.instrumentation import using_attributes
from openinference.instrumentation.anthropic import AnthropicInstrumentor
from opentelemetry import trace
from record_program import Pipeline, SpanFacts, attribute, record

PACKAGES = ("openinference-instrumentation-anthropic", "anthropic")
MODEL = "claude-sonnet-4-5"
ASKED = [{"role": "user", "content": "Weather in Paris?"}]
TOOL = {
    "name": "get_weather",
    "description": "Weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}


def program(pipeline: Pipeline) -> None:
    """Four calls below one span."""
    AnthropicInstrumentor().instrument()
    client = anthropic.Anthropic(base_url=pipeline.provider_url, api_key="fake", max_retries=0)
    identity = using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"])
    with trace.get_tracer("app").start_as_current_span("app-root"), identity:
        client.messages.create(model=MODEL, max_tokens=200, messages=ASKED)
        with client.messages.stream(model=MODEL, max_tokens=200, messages=ASKED) as stream:
            stream.get_final_message()
        for _ in client.messages.create(model=MODEL, max_tokens=200, messages=ASKED, stream=True):
            pass
        client.messages.create(model=MODEL, max_tokens=200, messages=ASKED, tools=[TOOL])
        with contextlib.suppress(anthropic.RateLimitError):
            client.messages.create(model="fail-model", max_tokens=200, messages=ASKED)


USER = {"session": "sess-42", "user": "user-7"}
CLAUDE = {
    "kind": "llm",
    "provider": "anthropic",
    "request_model": MODEL,
    "response_model": "claude-sonnet-4-5-20250929",
    "model": "claude-sonnet-4-5-20250929",
    "input_tokens": 120,
    "output_tokens": 48,
    "cache_read_tokens": 32,
    "cache_write_tokens": 48,
    "reasoning_tokens": None,
    **USER,
}
FAILED = {
    "kind": "llm",
    "provider": "anthropic",
    "request_model": "fail-model",
    "model": "fail-model",
    "input_tokens": None,
    "output_tokens": None,
    "counted": False,
    "error": True,
    **USER,
}
OUTER = CLAUDE | {"counted": True}
# The client library of today makes a span of its own below: the same call once more.
INNER = CLAUDE | {"counted": False}
STREAM = {"streaming": True, "ttft_s": attribute("gen_ai.response.time_to_first_chunk")}
STREAMED = INNER | STREAM
FACTS: SpanFacts = [
    ("app-root", {"kind": "other", **USER}),
    ("messages.create", OUTER),
    ("anthropic.messages.create", INNER),
    # Here the second span is a sibling, not a child: one of the two counts, and neither says so.
    ("messages.stream", CLAUDE),
    ("anthropic.messages.create", CLAUDE | STREAM),
    ("messages.create", OUTER),
    ("anthropic.messages.create", STREAMED),
    ("messages.create", OUTER),
    ("anthropic.messages.create", INNER),
    ("messages.create", FAILED),
    ("anthropic.messages.create", FAILED),
]
# The release of 2024 took Anthropic's count of uncached input as it is; cached tokens stand only
# in the answer kept in output.value, and of a stream nowhere. The client library had no spans.
OLD_CALL = {
    "kind": "llm",
    "counted": True,
    "provider": "anthropic",
    "request_model": MODEL,
    "output_tokens": 48,
    "reasoning_tokens": None,
    **USER,
}
OLD_WHOLE = {
    **OLD_CALL,
    "model": "claude-sonnet-4-5-20250929",
    "input_tokens_any_of": [40, 120],
}
OLD_STREAM = {**OLD_CALL, "model": MODEL, "input_tokens": 40, "cache_read_tokens": None}
OLD_FACTS: SpanFacts = [
    ("app-root", {"kind": "other", **USER}),
    ("Messages", OLD_WHOLE),
    ("Messages", OLD_STREAM),
    ("Messages", OLD_WHOLE),
]

if __name__ == "__main__":
    record(
        PACKAGES,
        program,
        {"openinference-anthropic": FACTS, "openinference-anthropic-0.1.10": OLD_FACTS},
    )
