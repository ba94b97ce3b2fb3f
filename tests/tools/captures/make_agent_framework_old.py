"""Microsoft Agent Framework's own telemetry, first preview: an agent with a tool."""

from __future__ import annotations

import asyncio

from agent_framework import ChatAgent
from agent_framework.observability import setup_observability
from agent_framework.openai import OpenAIChatClient
from facts_framework import CHAT, fact
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from recording_framework import record


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, _receiver: str) -> None:
    """One plain and one streamed run."""
    setup_observability(enable_sensitive_data=True, exporters=[OTLPSpanExporter()])
    asyncio.run(_runs())


async def _runs() -> None:
    client = OpenAIChatClient(model_id="gpt-4o-mini")
    agent = ChatAgent(client, "Tell the weather", name="weather_agent", tools=[get_weather])
    thread = agent.get_new_thread()
    await agent.run("Weather in Paris?", thread=thread)
    async for _ in agent.run_stream("Weather in Paris?", thread=thread):
        pass


AGENT = {
    "kind": "agent", "agent": "weather_agent", "provider": None, "counted": False,
    "framework_any_of": ["microsoft.agent_framework", "agent-framework"],
}  # fmt: skip
FACTS = [
    # Repeats the usage of its last call only, and calls the model unknown.
    *(fact("invoke_agent weather_agent", AGENT) for _ in range(2)),
    *(fact("chat gpt-4o-mini", CHAT, agent_effective="weather_agent", cache_read_tokens=None)
      for _ in range(3)),
    fact("execute_tool get_weather", kind="tool", tool="get_weather", tool_call_id="call_0001",
         agent_effective="weather_agent", counted=False),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "agent-framework-old", "agent-framework-core 1.0.0b251001 (openai 1.109.1)", program, FACTS
    )
