"""Microsoft Agent Framework's own telemetry: an agent with a tool, plain and streamed."""

from __future__ import annotations

import asyncio

from agent_framework import Agent
from agent_framework.observability import configure_otel_providers
from agent_framework.openai import OpenAIChatClient, OpenAIChatCompletionClient
from facts_capb import CHAT, RESPONSES, fact
from recording_capb import record


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, _receiver: str) -> None:
    """One run over chat completions, one streamed run over Responses."""
    configure_otel_providers(enable_sensitive_data=True)
    asyncio.run(_runs())


async def _runs() -> None:
    agent = Agent(OpenAIChatCompletionClient("gpt-4o-mini"), "Tell the weather",
                  name="weather_agent", tools=[get_weather])  # fmt: skip
    await agent.run("Weather in Paris?")
    agent = Agent(OpenAIChatClient("gpt-5-mini"), name="weather_agent", tools=[get_weather])
    async for _ in agent.run("Weather in Paris?", stream=True):
        pass


FACTS: list[dict[str, object]] = []

if __name__ == "__main__":
    record("agent-framework", "agent-framework-core 1.23.0", program, FACTS)
