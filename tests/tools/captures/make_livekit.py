"""LiveKit Agents' own telemetry: a text-only session of an agent with a tool."""

from __future__ import annotations

import asyncio

from facts_framework import CHAT, DROP, fact
from livekit.agents import Agent, AgentSession, function_tool
from livekit.agents.telemetry import set_tracer_provider
from livekit.plugins import openai
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from recording_framework import record


@function_tool
async def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, _receiver: str) -> None:
    """One turn of a session."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    set_tracer_provider(provider)
    asyncio.run(_turn())


async def _turn() -> None:
    agent = Agent(instructions="Tell the weather", tools=[get_weather], id="weather_agent")
    async with AgentSession(llm=openai.LLM(model="gpt-4o-mini")) as session:
        await session.start(agent)
        await session.run(user_input="Weather in Paris?")


INSIDE = {"agent_effective": "default_agent"}
FACTS = [
    fact("agent_session", kind="chain", workflow="agent_session", counted=False),
    *(fact(name, kind="other", counted=False)
      for name in ("session_start", "setup_toolsets", "on_enter", "agent_speaking",
                   "session_close", "drain_agent_activity", "on_exit")),
    fact("start_agent_activity", kind="agent", agent="default_agent", counted=False),
    fact("agent_turn", kind="agent", agent="default_agent", counted=False),
    # The node around a request and each attempt of it name the model but carry no usage.
    *(fact("llm_node", INSIDE, kind_any_of=["chain", "other"], counted=False) for _ in range(2)),
    *(fact("llm_request_run", INSIDE, kind_any_of=["chain", "other"], counted=False)
      for _ in range(2)),
    # The provider is said to be the host of the server's address.
    *(fact("llm_request", CHAT, INSIDE, provider=DROP, response_model="gpt-4o-mini",
           model="gpt-4o-mini", reasoning_tokens=16, streaming=True,
           ttft_s_from="gen_ai.response.time_to_first_chunk") for _ in range(2)),
    fact("function_tool", INSIDE, kind="tool", tool="get_weather", tool_call_id="call_0001",
         counted=False),
]  # fmt: skip

if __name__ == "__main__":
    record("livekit", "livekit-agents 1.8.9 with its openai plugin (openai 3.57.0)", program, FACTS)
