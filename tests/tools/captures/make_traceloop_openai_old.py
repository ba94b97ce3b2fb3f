"""OpenLLMetry's OpenAI instrumentation of early 2025: content as gen_ai.prompt.N attributes."""

from __future__ import annotations

import openai
from facts_framework import CHAT, EMBED, fact
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from recording_framework import record

ASK = [{"role": "user", "content": "Weather in Paris?"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def program(_provider: str, _receiver: str) -> None:
    """Chat, a tool call, a stream, embeddings and a failing call under one span."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    OpenAIInstrumentor().instrument()
    with trace.get_tracer("app").start_as_current_span("app-root"):
        _calls(openai.OpenAI(max_retries=0))


def _calls(client: openai.OpenAI) -> None:
    model = "gpt-4o-mini"
    client.chat.completions.create(model=model, messages=ASK, temperature=0.2, max_tokens=64)
    client.chat.completions.create(model=model, messages=ASK, tools=[TOOL])
    for _ in client.chat.completions.create(model=model, messages=ASK, stream=True,
                                            stream_options={"include_usage": True}):  # fmt: skip
        pass
    client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
    try:
        client.chat.completions.create(model="fail-model", messages=ASK)
    except openai.RateLimitError:
        return


FACTS = [
    fact("app-root", kind="other"),
    *(fact("openai.chat", CHAT, cache_read_tokens=None, streaming=False) for _ in range(2)),
    # No usage on streams, and no span at all for the failing call.
    fact("openai.chat", CHAT, streaming=True, ttft_event="llm.content.completion.chunk",
         cache_read_tokens=None, input_tokens=None, output_tokens=None, counted=False),
    fact("openai.embeddings", EMBED, streaming=False),
]  # fmt: skip

if __name__ == "__main__":
    record("traceloop-openai-old", "opentelemetry-instrumentation-openai 0.33.12", program, FACTS)
