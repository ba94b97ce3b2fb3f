"""An Agno agent under the instrumentation that its own tracing set-up turns on."""

from __future__ import annotations

from agno.agent import Agent
from agno.models.openai import OpenAIChat
from facts_framework import CHAT, DROP, SOMEONE, fact
from openinference.instrumentation.agno import AgnoInstrumentor
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from recording_framework import record


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, _receiver: str) -> None:
    """An agent with a tool, plain and streamed, with a session and a user."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    AgnoInstrumentor().instrument()
    agent = Agent(name="weather_agent", model=OpenAIChat(id="gpt-4o-mini"), tools=[get_weather],
                  telemetry=False, session_id="sess-42", user_id="user-7")  # fmt: skip
    agent.run("Weather in Paris?")
    for _ in agent.run("Weather in Paris?", stream=True):
        pass


# One model name is sent, and it is the one asked for.
MODEL = {
    "request_model": DROP, "response_model": DROP, "model": "gpt-4o-mini",
    "agent_effective": "weather_agent",
}  # fmt: skip
FACTS = [
    *(fact("weather_agent.run", SOMEONE, kind="agent", agent="weather_agent", counted=False)
      for _ in range(2)),
    *(fact("OpenAIChat.invoke", CHAT, SOMEONE, MODEL) for _ in range(2)),
    *(fact("OpenAIChat.invoke_stream", CHAT, SOMEONE, MODEL) for _ in range(2)),
    *(fact("get_weather", SOMEONE, kind="tool", tool="get_weather", counted=False,
           agent_effective="weather_agent") for _ in range(2)),
]  # fmt: skip

if __name__ == "__main__":
    record("agno", "agno 3.1.10, openinference-instrumentation-agno 1.0.15", program, FACTS)
