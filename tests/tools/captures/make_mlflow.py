"""MLflow's tracing exported over OTLP: its OpenAI and LangChain autologging and its decorator."""

from __future__ import annotations

import os

os.environ["MLFLOW_TRACE_ENABLE_OTLP_DUAL_EXPORT"] = "false"  # noqa: TID251 - read on import

import mlflow
import openai
from facts_framework import CHAT, DROP, EMBED, RESPONSES, fact
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from mlflow.tracing.provider import get_bridged_tracer_provider
from recording_framework import record

MODEL = "gpt-4o-mini"
ASK = [{"role": "user", "content": "Weather in Paris?"}]


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, receiver: str) -> None:
    """A decorated agent around OpenAI calls, then a LangGraph agent."""
    os.environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = f"{receiver}/v1/traces"  # noqa: TID251
    os.environ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf"  # noqa: TID251
    mlflow.openai.autolog()
    _answer(openai.OpenAI(max_retries=0))
    mlflow.openai.autolog(disable=True)
    mlflow.langchain.autolog()
    agent = create_agent(ChatOpenAI(model=MODEL), tools=[get_weather], name="weather_agent")
    agent.invoke({"messages": ASK})
    get_bridged_tracer_provider().force_flush()


@mlflow.trace(name="weather_agent", span_type="AGENT")
def _answer(client: openai.OpenAI) -> None:
    mlflow.update_current_trace(
        metadata={"mlflow.trace.session": "sess-42", "mlflow.trace.user": "user-7"}
    )
    client.chat.completions.create(model=MODEL, messages=ASK)
    for _ in client.chat.completions.create(model=MODEL, messages=ASK, stream=True,
                                            stream_options={"include_usage": True}):  # fmt: skip
        pass
    client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
    client.responses.create(model="gpt-5-mini", input="Weather in Paris?")
    _search("Paris")


@mlflow.trace(name="search", span_type="RETRIEVER")
def _search(_query: str) -> list[str]:
    return ["Paris is sunny."]


# One model name is sent, under one key: the answering model for OpenAI, the asked for LangChain.
BARE = {"request_model": DROP, "response_model": DROP, "provider_inferred": True}
INSIDE = {"agent_effective": "weather_agent"}
FACTS = [
    fact("weather_agent", kind="agent", agent="weather_agent", counted=False),
    # The session and user of update_current_trace are not exported.
    *(fact("Completions", CHAT, BARE, INSIDE) for _ in range(2)),
    fact("Embeddings", EMBED, INSIDE, request_model=DROP, input_tokens=None, counted=False,
         provider_inferred=True),
    fact("Responses", RESPONSES, BARE, INSIDE),
    fact("search", INSIDE, kind="retriever", counted=False),
    fact("weather_agent", kind_any_of=["chain", "agent"], counted=False),
    *(fact("model", kind="chain", counted=False) for _ in range(2)),
    *(fact("ChatOpenAI", CHAT, request_model=DROP, response_model=DROP, model="gpt-4o-mini")
      for _ in range(2)),
    fact("tools", kind="chain", counted=False),
    fact("get_weather", kind="tool", tool="get_weather", counted=False),
]  # fmt: skip

if __name__ == "__main__":
    record("mlflow", "mlflow 3.17.2 (openai 3.57.0, langgraph as of November 2026)", program, FACTS)
