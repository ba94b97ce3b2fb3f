"""AutoGen's own telemetry: an assistant agent with a tool, in a team, on its core runtime."""

from __future__ import annotations

import asyncio

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_core import SingleThreadedAgentRuntime
from autogen_ext.models.openai import OpenAIChatCompletionClient
from facts_framework import fact
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from recording_framework import record


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, _receiver: str) -> None:
    """A team of one agent that calls one tool."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    asyncio.run(_runs(provider))


async def _runs(provider: TracerProvider) -> None:
    model = OpenAIChatCompletionClient(model="gpt-4o-mini")
    agent = AssistantAgent("weather_agent", model_client=model, tools=[get_weather],
                           reflect_on_tool_use=True)  # fmt: skip
    runtime = SingleThreadedAgentRuntime(tracer_provider=provider)
    runtime.start()
    team = RoundRobinGroupChat([agent], termination_condition=MaxMessageTermination(2),
                               runtime=runtime)  # fmt: skip
    await team.run(task="Weather in Paris?")
    await runtime.stop_when_idle()


FACTS = [
    fact("create_agent weather_agent", kind="agent", agent="weather_agent", provider=None,
         framework="autogen", counted=False),
    # Messages between runtime and agents, most of them in traces of their own.
    fact("autogen *", kind="other", counted=False),
    # Model calls have no spans and no usage anywhere.
    fact("invoke_agent weather_agent", kind="agent", agent="weather_agent", provider=None,
         framework="autogen", input_tokens=None, counted=False),
    fact("execute_tool get_weather", kind="tool", tool="get_weather", tool_call_id="call_0001",
         provider=None, framework="autogen", agent_effective="weather_agent", counted=False),
]  # fmt: skip

if __name__ == "__main__":
    record("autogen", "autogen-agentchat and autogen-core 0.7.5", program, FACTS)
