"""Two OpenInference instrumentors at once: the Agents SDK's span and the OpenAI client's below."""

from __future__ import annotations

import openai
from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, function_tool
from facts_program import DETAILS, GPT, GPT5, IDENTITY, LLM
from openinference.instrumentation import using_attributes
from openinference.instrumentation.openai import OpenAIInstrumentor
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = (
    "openinference-instrumentation-openai-agents",
    "openinference-instrumentation-openai",
    "openai-agents",
    "openai",
)


@function_tool
def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """A run over Responses with a tool, and one over chat."""
    OpenAIAgentsInstrumentor().instrument()
    OpenAIInstrumentor().instrument()
    client = openai.AsyncOpenAI(
        base_url=f"{pipeline.provider_url}/v1", api_key="fake", max_retries=0
    )
    weather = Agent(
        name="weather_agent", model=OpenAIResponsesModel("gpt-5-mini", client), tools=[get_weather]
    )
    chat = Agent(name="chat_agent", model=OpenAIChatCompletionsModel("gpt-4o-mini", client))
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        Runner.run_sync(weather, "Weather in Paris?")
        Runner.run_sync(chat, "Weather in Paris?")


ROOT: Facts = {"kind": "agent", **IDENTITY}
OUTER: Facts = {**LLM, "provider": "openai"}
# The client's span below is the same call once more, and knows more of it.
INNER: Facts = {**OUTER, **DETAILS, "counted": False}
ASKED5: Facts = {"request_model": "gpt-5-mini", "response_model": GPT5, "model": GPT5}
ASKED: Facts = {"request_model": "gpt-4o-mini", "response_model": GPT, "model": GPT}
RESPONSE: Facts = {**OUTER, **DETAILS, "model": GPT5}
TOLD: Facts = {
    "note": "Date, cached and reasoning tokens come from the ChatCompletion below it, "
    "the same call."
}


def below(agent: str, facts: Facts) -> Facts:
    """Facts of what runs for an agent."""
    return {**facts, "agent_effective": agent, **IDENTITY}


def run(agent: str) -> SpanFacts:
    """Facts of the spans that begin a run."""
    return [
        ("Agent workflow", ROOT),
        ("Agent workflow", {"kind": "chain", **IDENTITY}),
        (agent, below(agent, {"kind": "agent", "agent": agent})),
        ("turn", below(agent, {"kind": "chain"})),
    ]


FACTS: SpanFacts = [
    *run("weather_agent"),
    ("response", below("weather_agent", RESPONSE)),
    ("Response", below("weather_agent", INNER | ASKED5)),
    ("get_weather", below("weather_agent", {"kind": "tool", "tool": "get_weather"})),
    ("turn", below("weather_agent", {"kind": "chain"})),
    ("response", below("weather_agent", RESPONSE)),
    ("Response", below("weather_agent", INNER | ASKED5)),
    *run("chat_agent"),
    ("generation", below("chat_agent", OUTER | DETAILS | {"model": GPT} | TOLD)),
    ("ChatCompletion", below("chat_agent", INNER | ASKED)),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"openinference-openai-agents-openai": FACTS})
