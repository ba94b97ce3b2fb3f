"""Haystack's own tracer: a retrieval pipeline and an agent with a tool."""

from __future__ import annotations

import haystack.tracing
from facts_framework import fact
from haystack import Document, Pipeline
from haystack.components.agents import Agent
from haystack.components.builders import ChatPromptBuilder
from haystack.components.embedders import OpenAITextEmbedder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.dataclasses import ChatMessage
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.tools import tool
from haystack_integrations.tracing.opentelemetry import OpenTelemetryTracer
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from recording_framework import record


@tool
def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, _receiver: str) -> None:
    """Embed, retrieve, prompt and generate; then an agent."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    haystack.tracing.enable_tracing(OpenTelemetryTracer(trace.get_tracer("haystack")))
    haystack.tracing.tracer.is_content_tracing_enabled = True
    _pipeline().run({"embedder": {"text": "Paris?"}, "prompt": {"city": "Paris"}})
    agent = Agent(chat_generator=OpenAIChatGenerator(model="gpt-4o-mini"), tools=[get_weather])
    agent.run(messages=[ChatMessage.from_user("Weather in Paris?")])


def _pipeline() -> Pipeline:
    store = InMemoryDocumentStore()
    store.write_documents([Document(content="Paris is sunny.", embedding=[0.1, 0.2, 0.3, 0.4])])
    template = [ChatMessage.from_user("{{documents}} Weather in {{city}}?")]
    pipeline = Pipeline()
    pipeline.add_component("embedder", OpenAITextEmbedder(model="text-embedding-3-small"))
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store))
    pipeline.add_component("prompt", ChatPromptBuilder(template, required_variables="*"))
    pipeline.add_component("llm", OpenAIChatGenerator(model="gpt-4o-mini"))
    pipeline.connect("embedder.embedding", "retriever.query_embedding")
    pipeline.connect("retriever.documents", "prompt.documents")
    pipeline.connect("prompt", "llm")
    return pipeline


FACTS = [
    fact("haystack.pipeline.run", kind="chain", counted=False),
    # The kind shows only in haystack.component.type, usage only in the JSON of the output.
    fact("haystack.component.run", kind="embedding"),
    fact("haystack.component.run", kind="retriever", counted=False),
    fact("haystack.component.run", kind="chain", counted=False),
    fact("haystack.component.run", kind="llm"),
    # The agent has no name.
    fact("haystack.agent.run", kind="agent", counted=False),
    *(fact("haystack.agent.step", kind="chain", counted=False) for _ in range(2)),
    *(fact("haystack.agent.step.llm", kind="llm") for _ in range(2)),
    fact("haystack.agent.step.tool", kind="tool", tool="get_weather", counted=False),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "haystack",
        "haystack-ai 3.4.1 with opentelemetry-haystack 2.0.0 (openai 3.57.0)",
        program,
        FACTS,
    )
