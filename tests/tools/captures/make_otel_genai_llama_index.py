"""opentelemetry-instrumentation-genai-llama-index: agent, streamed chat, retrieval."""

from __future__ import annotations

import asyncio

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.llms import ChatMessage
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI
from opentelemetry.instrumentation.genai.llama_index import LlamaIndexInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = (
    "opentelemetry-instrumentation-genai-llama-index",
    "llama-index-core",
    "llama-index-llms-openai",
)


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


async def run_agent(model: OpenAI) -> None:
    """One agent run with one tool call."""
    agent = FunctionAgent(name="weather_agent", tools=[get_weather], llm=model, streaming=False)
    await agent.run("Weather in Paris?")


def program(pipeline: Pipeline) -> None:
    """Three traces with the scripted identity, one without."""
    LlamaIndexInstrumentor().instrument()
    where = {"api_base": f"{pipeline.provider_url}/v1", "api_key": "fake", "max_retries": 0}
    model = OpenAI("gpt-4o-mini", **where)
    asyncio.run(run_agent(model))
    for _ in model.stream_chat([ChatMessage(role="user", content="Weather in Paris?")]):
        pass
    embedder = OpenAIEmbedding(model="text-embedding-3-small", **where)
    index = VectorStoreIndex.from_documents(
        [Document(text="Paris is sunny.")], embed_model=embedder
    )
    index.as_query_engine(llm=model).query("Weather in Paris?")


RUN: Facts = {"agent_effective": "weather_agent", "session": None, "user": None}
AGENT: Facts = {
    "kind": "agent",
    "agent": "weather_agent",
    "request_model": "gpt-4o-mini",
    "input_tokens": None,
    "output_tokens": None,
    "counted": False,
    **RUN,
}
TOOL: Facts = {"kind": "tool", "tool": "get_weather", "tool_call_id": "call_get_weather", **RUN}
FACTS: SpanFacts = [
    ("invoke_agent weather_agent", AGENT),
    ("execute_tool get_weather", TOOL),
    ("retrieval", {"kind": "retriever", "provider": None, "session": None, "user": None}),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"otel-genai-llama-index": FACTS})
