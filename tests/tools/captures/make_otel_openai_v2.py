"""opentelemetry-instrumentation-openai-v2: chat, stream, tool call, embeddings, a failure.

Content goes to log records.
"""

from __future__ import annotations

import contextlib

import openai
from facts_program import FAILED, GPT, LLM, NO_DETAILS
from opentelemetry import trace
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from record_program import Facts, Pipeline, SpanFacts, environment, record

PACKAGES = ("opentelemetry-instrumentation-openai-v2", "openai")
ASKED = [{"role": "user", "content": "Weather in Paris?"}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
FUNCTION = {"name": "get_weather", "description": "Weather", "parameters": PARAMETERS}
TOOLS = [{"type": "function", "function": FUNCTION}]


def program(pipeline: Pipeline) -> None:
    """Five calls below one span."""
    environment(OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT="true")
    OpenAIInstrumentor().instrument()
    client = openai.OpenAI(base_url=f"{pipeline.provider_url}/v1", api_key="fake", max_retries=0)
    chat = {"model": "gpt-4o-mini", "messages": ASKED}
    with trace.get_tracer("app").start_as_current_span("app-root"):
        client.chat.completions.create(**chat, temperature=0.5, seed=7)
        options = {"include_usage": True}
        for _ in client.chat.completions.create(**chat, stream=True, stream_options=options):
            pass
        client.chat.completions.create(**chat, tools=TOOLS)
        client.embeddings.create(model="text-embedding-3-small", input=["one", "two"])
        with contextlib.suppress(openai.RateLimitError):
            client.chat.completions.create(model="fail-model", messages=ASKED)


OPENAI: Facts = {"provider": "openai", "session": None, "user": None}
# These conventions knew no token details, and a stream says nothing of itself.
CALL: Facts = {
    **LLM,
    **NO_DETAILS,
    **OPENAI,
    "request_model": "gpt-4o-mini",
    "response_model": GPT,
    "model": GPT,
    "ttft_s": None,
}
EMBEDDING: Facts = {
    "kind": "embedding",
    "counted": True,
    "input_tokens": 18,
    "request_model": "text-embedding-3-small",
    "response_model": "text-embedding-3-small",
    "model": "text-embedding-3-small",
    **OPENAI,
}
FACTS: SpanFacts = [
    ("app-root", {"kind": "other"}),
    ("chat gpt-4o-mini", CALL),
    ("chat gpt-4o-mini", CALL),
    ("chat gpt-4o-mini", CALL),
    ("embeddings text-embedding-3-small", EMBEDDING),
    ("chat fail-model", {**FAILED, **OPENAI, "request_model": "fail-model", "model": "fail-model"}),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"otel-openai-v2": FACTS})
