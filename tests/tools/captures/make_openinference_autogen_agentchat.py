"""openinference-instrumentation-autogen-agentchat: an agent with a tool, a team."""

from __future__ import annotations

import asyncio

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_ext.models.openai import OpenAIChatCompletionClient
from facts_program import GPT, IDENTITY, LLM, NO_DETAILS
from openinference.instrumentation import using_attributes
from openinference.instrumentation.autogen_agentchat import AutogenAgentChatInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = (
    "openinference-instrumentation-autogen-agentchat",
    "autogen-agentchat",
    "autogen-ext",
)


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


async def ask(provider_url: str) -> None:
    """One run of an agent, one of a team with one agent."""
    client = OpenAIChatCompletionClient(
        model="gpt-4o-mini", base_url=f"{provider_url}/v1", api_key="fake", max_retries=0
    )
    weather = AssistantAgent("weather_agent", client, tools=[get_weather])
    await weather.run(task="Weather in Paris?")
    member = AssistantAgent("member_agent", client)
    team = RoundRobinGroupChat([member], termination_condition=MaxMessageTermination(2))
    await team.run(task="Weather in Paris?")


def program(pipeline: Pipeline) -> None:
    """Two traces."""
    AutogenAgentChatInstrumentor().instrument()
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        asyncio.run(ask(pipeline.provider_url))


# AutoGen makes spans of its own as well: each agent and tool is there twice, one below the other.
AUTOGEN: Facts = {"provider": None, "framework": "autogen"}


def native(kind: str, within: str, **more: object) -> Facts:
    """Facts of a span of AutoGen's own."""
    return {"kind": kind, "agent_effective": within, **AUTOGEN, **more}


def run(agent: str) -> Facts:
    """Facts of an agent's span of the instrumentor."""
    return {"kind": "agent", "agent": agent, "agent_effective": agent, **IDENTITY}


def call(agent: str) -> Facts:
    """Facts of a model's span: no provider but the model's name."""
    known = {"provider": "openai", "provider_inferred": True, "model": GPT}
    return {**LLM, **NO_DETAILS, **known, "agent_effective": agent, **IDENTITY}


WEATHER, MEMBER = "weather_agent", "member_agent"
TOOL: Facts = {"kind": "tool", "tool": "get_weather"}
MESSAGE: SpanFacts = [("autogen *", {"kind": "other"})]
FACTS: SpanFacts = [
    ("create_agent weather_agent", native("agent", WEATHER, agent=WEATHER)),
    ("invoke_agent weather_agent", native("agent", WEATHER, agent=WEATHER, **IDENTITY)),
    ("weather_agent.on_messages_stream", run(WEATHER)),
    ("OpenAIChatCompletionClient.create", call(WEATHER)),
    ("weather_agent.get_weather", {**TOOL, "agent_effective": WEATHER, **IDENTITY}),
    (
        "execute_tool get_weather",
        native("tool", WEATHER, tool="get_weather", tool_call_id="call_get_weather", **IDENTITY),
    ),
    ("create_agent member_agent", native("agent", MEMBER, agent=MEMBER)),
    ("RoundRobinGroupChat.run_stream", {"kind": "chain", **IDENTITY}),
    *MESSAGE * 11,
    ("invoke_agent member_agent", native("agent", MEMBER, agent=MEMBER, **IDENTITY)),
    ("member_agent.on_messages_stream", run(MEMBER)),
    ("OpenAIChatCompletionClient.create", call(MEMBER)),
    *MESSAGE * 9,
]

if __name__ == "__main__":
    record(PACKAGES, program, {"openinference-autogen-agentchat": FACTS})
