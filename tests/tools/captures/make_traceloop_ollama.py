"""OpenLLMetry's Ollama instrumentation: chat plain, with a tool, streamed, generate, embeddings."""

from __future__ import annotations

import ollama
from facts_framework import SOMEONE, fact
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop
from traceloop.sdk.decorators import workflow

ASK = [{"role": "user", "content": "Weather in Paris?"}]


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(provider: str, receiver: str) -> None:
    """Four calls in one workflow."""
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.OLLAMA})  # fmt: skip
    Traceloop.set_association_properties({"session_id": "sess-42", "user_id": "user-7"})
    _calls(ollama.Client(host=provider))


@workflow(name="weather_workflow")
def _calls(client: ollama.Client) -> None:
    client.chat(model="llama3.2", messages=ASK)
    client.chat(model="llama3.2", messages=ASK, tools=[get_weather])
    for _ in client.chat(model="llama3.2", messages=ASK, stream=True):
        pass
    client.generate(model="llama3.2", prompt="Weather in Paris?")
    client.embeddings(model="nomic-embed-text", prompt="Paris")


LLAMA = {
    "kind": "llm", "provider": "ollama", "request_model": "llama3.2", "response_model": "llama3.2",
    "model": "llama3.2", "input_tokens": 120, "output_tokens": 48, "counted": True,
}  # fmt: skip
FACTS = [
    fact("weather_workflow.workflow", SOMEONE, kind="chain", workflow="weather_workflow",
         counted=False),
    *(fact("ollama.chat", LLAMA, SOMEONE, streaming=streamed)
      for streamed in (False, False, True)),
    fact("ollama.completion", LLAMA, SOMEONE, streaming=False),
    fact("ollama.embeddings", SOMEONE, kind="embedding", provider="ollama",
         request_model="nomic-embed-text", model="nomic-embed-text"),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "traceloop-ollama",
        "opentelemetry-instrumentation-ollama 0.62.4, traceloop-sdk 0.62.4 (ollama 0.6.3)",
        program,
        FACTS,
    )
