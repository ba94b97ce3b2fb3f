"""LangSmith's OpenTelemetry export, and nothing else, of a LangGraph agent and decorated code."""

from __future__ import annotations

import os

os.environ.update(  # noqa: TID251 - read when the library is imported
    LANGSMITH_TRACING="true", LANGSMITH_OTEL_ENABLED="true", LANGSMITH_OTEL_ONLY="true",
    LANGSMITH_API_KEY="none", LANGSMITH_PROJECT="weather",
    LANGSMITH_ENDPOINT="http://127.0.0.1:9",
)  # fmt: skip

import openai
from facts_framework import CHAT, fact
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.tracers.langchain import wait_for_all_tracers
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI
from langsmith import traceable
from langsmith.run_trees import get_cached_client
from langsmith.wrappers import wrap_openai
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from recording_framework import record

try:
    from langchain.agents import create_agent
except ImportError:  # before LangChain 1
    from langgraph.prebuilt import create_react_agent as create_agent

MODEL = "gpt-4o-mini"
WHO = {"session_id": "sess-42", "user_id": "user-7"}


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, _receiver: str) -> None:
    """An agent with a tool, a retriever, a decorated function around a wrapped client."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    agent = create_agent(ChatOpenAI(model=MODEL), tools=[get_weather], name="weather_agent")
    ask = {"messages": [{"role": "user", "content": "Weather in Paris?"}]}
    agent.invoke(ask, {"metadata": WHO, "tags": ["t1"]})
    store = InMemoryVectorStore(DeterministicFakeEmbedding(size=4))
    store.add_documents([Document("Paris is sunny.")])
    store.as_retriever().invoke("Weather in Paris?")
    _answer(wrap_openai(openai.OpenAI(max_retries=0)))
    wait_for_all_tracers()
    get_cached_client().flush()


@traceable(name="answer", run_type="chain", metadata=WHO)
def _answer(client: openai.OpenAI) -> None:
    ask = [{"role": "user", "content": "Weather in Paris?"}]
    client.chat.completions.create(model=MODEL, messages=ask)
    for _ in client.chat.completions.create(model=MODEL, messages=ask, stream=True,
                                            stream_options={"include_usage": True}):  # fmt: skip
        pass


WHOSE = {"session": "sess-42", "user": "user-7"}
FACTS = [
    fact("weather_agent", WHOSE, kind_any_of=["agent", "chain"], provider=None,
         framework="langchain", counted=False),
    *(fact("model", WHOSE, kind="chain", provider=None, framework="langchain", counted=False)
      for _ in range(2)),
    fact("tools", WHOSE, kind="chain", provider=None, framework="langchain", counted=False),
    fact("get_weather", WHOSE, kind="tool", tool="get_weather", tool_call_id="call_0001",
         provider=None, framework="langchain", counted=False),
    # LangChain's: cached and reasoning tokens only in the JSON of usage_metadata.
    *(fact("ChatOpenAI", CHAT, WHOSE, response_model=None, model="gpt-4o-mini",
           reasoning_tokens=16) for _ in range(2)),
    # The operation name says embeddings.
    fact("VectorStoreRetriever", kind="retriever", provider=None, input_tokens=None,
         counted=False),
    fact("answer", WHOSE, kind="chain", provider=None, counted=False),
    # The wrapped client's.
    *(fact("ChatOpenAI", CHAT, WHOSE, reasoning_tokens=16) for _ in range(2)),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "langsmith",
        "langsmith 0.15.1 (langchain-core and langgraph as of November 2026)",
        program,
        FACTS,
    )
