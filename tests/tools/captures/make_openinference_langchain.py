"""openinference-instrumentation-langchain of 2024: an agent, a stream, a retriever, a failure."""

from __future__ import annotations

import contextlib

import openai
from facts_program import FAILED, IDENTITY, LLM, NO_DETAILS
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent
from openinference.instrumentation import using_attributes
from openinference.instrumentation.langchain import LangChainInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = ("openinference-instrumentation-langchain", "langchain", "langgraph")


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """Four traces."""
    LangChainInstrumentor().instrument()
    where = {"base_url": f"{pipeline.provider_url}/v1", "api_key": "fake", "max_retries": 0}
    model = ChatOpenAI(model="gpt-4o-mini", **where)
    agent = create_react_agent(model, [get_weather])
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        agent.invoke({"messages": [("user", "Weather in Paris?")]})
        for _ in ChatOpenAI(model="gpt-4o-mini", stream_usage=True, **where).stream("Weather?"):
            pass
        store = InMemoryVectorStore(DeterministicFakeEmbedding(size=3))
        store.add_texts(["Paris is sunny."])
        store.as_retriever().invoke("Weather in Paris?")
        with contextlib.suppress(openai.RateLimitError):
            ChatOpenAI(model="fail-model", **where).invoke("Weather?")


CHAIN: Facts = {"kind": "chain", **IDENTITY}
# Any runnable with agent in its name has kind AGENT; none carries an agent's name.
AGENT: Facts = {"kind": "agent", **IDENTITY}
CALL: Facts = {**LLM, **NO_DETAILS, **IDENTITY, "provider": "openai", "model": "gpt-4o-mini"}
BUSY: Facts = {**FAILED, **IDENTITY, "model": "fail-model"}
AGENT_TURN: SpanFacts = [
    ("agent", AGENT),
    ("call_model", CHAIN),
    ("RunnableSequence", CHAIN),
    ("Prompt", CHAIN),
    ("ChatOpenAI", CALL),
    ("ChannelWrite<...,agent>", AGENT),
    ("should_continue", CHAIN),
]
FACTS: SpanFacts = [
    ("LangGraph", CHAIN),
    ("__start__", CHAIN),
    ("ChannelWrite<...>", CHAIN),
    ("ChannelWrite<start:agent>", AGENT),
    *AGENT_TURN,
    ("tools", CHAIN),
    ("get_weather", {"kind": "tool", "tool": "get_weather", **IDENTITY}),
    ("ChannelWrite<...,tools>", CHAIN),
    *AGENT_TURN,
    ("ChatOpenAI", CALL),
    ("VectorStoreRetriever", {"kind": "retriever", **IDENTITY}),
    ("ChatOpenAI", BUSY),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"openinference-langchain-0.1.29": FACTS})
