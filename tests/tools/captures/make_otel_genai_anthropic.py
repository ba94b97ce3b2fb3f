"""opentelemetry-instrumentation-genai-anthropic: messages, streams, a tool call, a failure."""

from __future__ import annotations

import contextlib

import anthropic
from facts_program import CLAUDE, CLAUDE_DETAILS, FAILED, LLM
from opentelemetry import trace
from opentelemetry.instrumentation.genai.anthropic import AnthropicInstrumentor
from record_program import Facts, Pipeline, SpanFacts, attribute, environment, record

PACKAGES = ("opentelemetry-instrumentation-genai-anthropic", "anthropic")
MODEL = "claude-sonnet-4-5"
ASKED = [{"role": "user", "content": "Weather in Paris?"}]
TOOL = {
    "name": "get_weather",
    "description": "Weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}


def program(pipeline: Pipeline) -> None:
    """Four calls below one span."""
    environment(
        OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT="SPAN_AND_EVENT",
        OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT="true",
    )
    AnthropicInstrumentor().instrument()
    client = anthropic.Anthropic(base_url=pipeline.provider_url, api_key="fake", max_retries=0)
    with trace.get_tracer("app").start_as_current_span("app-root"):
        client.messages.create(model=MODEL, max_tokens=200, messages=ASKED)
        with client.messages.stream(model=MODEL, max_tokens=200, messages=ASKED) as stream:
            stream.get_final_message()
        for _ in client.messages.create(model=MODEL, max_tokens=200, messages=ASKED, stream=True):
            pass
        client.messages.create(model=MODEL, max_tokens=200, messages=ASKED, tools=[TOOL])
        with contextlib.suppress(anthropic.RateLimitError):
            client.messages.create(model="fail-model", max_tokens=200, messages=ASKED)


ANTHROPIC: Facts = {"provider": "anthropic", "session": None, "user": None}
OUTER: Facts = {
    **LLM,
    **CLAUDE_DETAILS,
    **ANTHROPIC,
    "request_model": MODEL,
    "response_model": CLAUDE,
    "model": CLAUDE,
}
# The client library of today makes a span of its own below: the same call once more.
INNER: Facts = OUTER | {"counted": False}
TTFT: Facts = {"streaming": True, "ttft_s": attribute("gen_ai.response.time_to_first_chunk")}
BUSY: Facts = {**FAILED, **ANTHROPIC, "request_model": "fail-model", "model": "fail-model"}
FACTS: SpanFacts = [
    ("app-root", {"kind": "other"}),
    (f"chat {MODEL}", OUTER),
    ("anthropic.messages.create", INNER),
    # The stream helper's span tells that it streams, only its child tells when it began.
    (f"chat {MODEL}", OUTER | {"streaming": True}),
    ("anthropic.messages.create", INNER | TTFT),
    (f"chat {MODEL}", OUTER | TTFT),
    ("anthropic.messages.create", INNER | TTFT),
    (f"chat {MODEL}", OUTER),
    ("anthropic.messages.create", INNER),
    ("chat fail-model", BUSY),
    ("anthropic.messages.create", BUSY),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"otel-genai-anthropic": FACTS})
