"""opentelemetry-instrumentation-genai-langchain: agent, stream, retriever, a failure."""

from __future__ import annotations

import contextlib

import openai
from facts_program import DETAILS, FAILED, GPT, LLM
from langchain.agents import create_agent
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI
from opentelemetry.instrumentation.genai.langchain import LangChainInstrumentor
from record_program import Facts, Pipeline, SpanFacts, attribute, environment, record

PACKAGES = ("opentelemetry-instrumentation-genai-langchain", "langchain", "langgraph")


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """Four traces."""
    environment(OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT="SPAN_ONLY")
    LangChainInstrumentor().instrument()
    where = {"base_url": f"{pipeline.provider_url}/v1", "api_key": "fake", "max_retries": 0}
    model = ChatOpenAI(model="gpt-4o-mini", **where)
    agent = create_agent(model, [get_weather], name="weather_agent")
    config = {"configurable": {"thread_id": "thread-9"}, "metadata": {"user_id": "user-7"}}
    agent.invoke({"messages": [("user", "Weather in Paris?")]}, config)
    streaming = ChatOpenAI(model="gpt-4o-mini", stream_usage=True, **where)
    for _ in streaming.stream("Weather in Paris?"):
        pass
    store = InMemoryVectorStore(DeterministicFakeEmbedding(size=3))
    store.add_texts(["Paris is sunny."])
    store.as_retriever().invoke("Weather in Paris?")
    with contextlib.suppress(openai.RateLimitError):
        ChatOpenAI(model="fail-model", **where).invoke("Weather in Paris?")


NOBODY: Facts = {"session": None, "user": None}
# The program's user stays in LangChain's metadata: this library does not export it.
RUN: Facts = {"agent_effective": "weather_agent", "session": "thread-9", "user": None}
CALL: Facts = {
    **LLM,
    **DETAILS,
    "provider": "openai",
    "request_model": "gpt-4o-mini",
    "response_model": GPT,
    "model": GPT,
}
TOOL: Facts = {"kind": "tool", "tool": "get_weather", "tool_call_id": "call_get_weather", **RUN}
STREAM: Facts = {"streaming": True, "ttft_s": attribute("gen_ai.response.time_to_first_chunk")}
# A vector store's class stands where a provider is due.
RETRIEVAL: Facts = {
    "kind": "retriever",
    "provider": None,
    "framework_any_of": ["InMemoryVectorStore", "inmemoryvectorstore"],
    **NOBODY,
}
BUSY: Facts = {
    **FAILED,
    **NOBODY,
    "provider": "openai",
    "request_model": "fail-model",
    "model": "fail-model",
}
FACTS: SpanFacts = [
    ("invoke_agent weather_agent", {"kind": "agent", "agent": "weather_agent", **RUN}),
    ("chat gpt-4o-mini", CALL | RUN),
    ("execute_tool get_weather", TOOL),
    ("chat gpt-4o-mini", CALL | RUN),
    ("chat gpt-4o-mini", CALL | STREAM | NOBODY),
    ("retrieval", RETRIEVAL),
    ("chat fail-model", BUSY),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"otel-genai-langchain": FACTS})
