"""Microsoft Agent Framework's own telemetry: an agent with a tool, plain and streamed."""

from __future__ import annotations

import asyncio

from agent_framework import Agent, WorkflowBuilder
from agent_framework.observability import configure_otel_providers
from agent_framework.openai import OpenAIChatClient, OpenAIChatCompletionClient
from facts_framework import CHAT, RESPONSES, fact
from recording_framework import record


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
    agent = Agent(OpenAIChatClient("gpt-5-mini"), name="weather_agent")
    await WorkflowBuilder(start_executor=agent, name="weather_flow").build().run("In Paris?")


# The framework stands where the provider is due; the model asked for tells the provider.
AGENT = {
    "kind": "agent", "agent": "weather_agent", "provider": "openai", "provider_inferred": True,
    "framework_any_of": ["microsoft.agent_framework", "agent-framework"], "counted": False,
}  # fmt: skip
INSIDE = {"agent_effective": "weather_agent", "reasoning_tokens": 16}
FACTS = [
    *(fact("invoke_agent weather_agent", AGENT) for _ in range(3)),
    *(fact("chat gpt-4o-mini", CHAT, INSIDE) for _ in range(2)),
    *(fact("chat gpt-5-mini", RESPONSES, INSIDE) for _ in range(3)),
    *(fact("execute_tool get_weather", kind="tool", tool="get_weather", tool_call_id=call,
           agent_effective="weather_agent", counted=False) for call in ("call_0001", "call_0006")),
    fact("workflow.build", kind_any_of=["chain", "other"], counted=False),
    fact("workflow.run", kind="chain", workflow="weather_flow", counted=False),
    fact("edge_group.process InternalEdgeGroup", kind="chain", counted=False),
    fact("executor.process weather_agent", kind="chain", counted=False),
    fact("message.send", kind="chain", counted=False),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "agent-framework",
        "agent-framework-core 1.23.0, agent-framework-openai 1.17.0 (openai 2.54.0)",
        program,
        FACTS,
    )
