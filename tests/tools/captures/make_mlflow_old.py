"""The decorated agent of make_mlflow under the last MLflow 2."""

from __future__ import annotations

import os

import mlflow
import openai
from facts_framework import fact
from mlflow.tracing import provider
from recording_framework import record

MODEL = "gpt-4o-mini"
ASK = [{"role": "user", "content": "Weather in Paris?"}]


def program(_provider: str, receiver: str) -> None:
    """OpenAI calls inside decorated functions."""
    os.environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = f"{receiver}/v1/traces"  # noqa: TID251
    os.environ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf"  # noqa: TID251
    mlflow.openai.autolog()
    _answer(openai.OpenAI(max_retries=0))
    provider._MLFLOW_TRACER_PROVIDER.force_flush()


@mlflow.trace(name="weather_agent", span_type="AGENT")
def _answer(client: openai.OpenAI) -> None:
    client.chat.completions.create(model=MODEL, messages=ASK)
    for _ in client.chat.completions.create(model=MODEL, messages=ASK, stream=True,
                                            stream_options={"include_usage": True}):  # fmt: skip
        pass
    client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
    _search("Paris")


@mlflow.trace(name="search", span_type="RETRIEVER")
def _search(_query: str) -> list[str]:
    return ["Paris is sunny."]


BARE = {
    "provider": "openai", "provider_inferred": True, "input_tokens": None, "output_tokens": None,
    "counted": False, "agent_effective": "weather_agent",
}  # fmt: skip
# Of a whole answer the provider's own usage is there; of a stream only its text.
ANSWERED = {"input_tokens": 120, "output_tokens": 48, "counted": True}
FACTS = [
    fact("weather_agent", kind="agent", agent="weather_agent", counted=False),
    # No usage attribute; the model under a bare key; chunk events with times of another century.
    fact("Completions", {**BARE, **ANSWERED}, kind="llm", model="gpt-4o-mini"),
    fact("Completions", BARE, kind="llm", model="gpt-4o-mini"),
    fact("Embeddings", BARE, kind="embedding", model="text-embedding-3-small"),
    fact("search", kind="retriever", agent_effective="weather_agent", counted=False),
]  # fmt: skip

if __name__ == "__main__":
    record("mlflow-old", "mlflow 2.22.0 (openai 1.79.0)", program, FACTS)
