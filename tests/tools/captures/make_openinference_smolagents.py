"""openinference-instrumentation-smolagents: an agent with one tool."""

from __future__ import annotations

import smolagents
from facts_program import IDENTITY, LLM, NO_DETAILS
from openinference.instrumentation import using_attributes
from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from record_program import Pipeline, SpanFacts, record
from smolagents import ToolCallingAgent, tool

PACKAGES = ("openinference-instrumentation-smolagents", "smolagents", "openai")


@tool
def get_weather(city: str) -> str:
    """Weather of a city.

    Args:
        city: Name of the city.
    """
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """One run: a weather step and a final answer."""
    SmolagentsInstrumentor().instrument()
    # Older releases call it OpenAIServerModel.
    model_class = getattr(smolagents, "OpenAIModel", None) or smolagents.OpenAIServerModel
    model = model_class("gpt-4o-mini", api_base=f"{pipeline.provider_url}/v1", api_key="fake")
    agent = ToolCallingAgent(
        tools=[get_weather], model=model, name="weather_agent", description="Knows the weather"
    )
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        agent.run("Weather in Paris?")


BELOW = {"agent_effective": "weather_agent", **IDENTITY}
STEP = {"kind": "chain", **BELOW}
CALL = {**LLM, **NO_DETAILS, **BELOW, "provider": "openai", "model": "gpt-4o-mini"}
RUN = {
    "kind": "agent",
    "agent": "weather_agent",
    "counted": False,
    "input_tokens": 240,
    "output_tokens": 96,
    **BELOW,
}
FACTS: SpanFacts = [
    ("weather_agent.run", RUN),
    ("Step 1", STEP),
    ("OpenAIModel.generate", CALL),
    ("SimpleTool", {"kind": "tool", "tool": "get_weather", **BELOW}),
    ("Step 2", STEP),
    ("OpenAIModel.generate", CALL),
    ("FinalAnswerTool", {"kind": "tool", "tool": "final_answer", **BELOW}),
]
# Early releases named neither the agent nor the provider.
OLD_CALL = {
    **LLM,
    **NO_DETAILS,
    **IDENTITY,
    "provider": "openai",
    "provider_inferred": True,
    "model": "gpt-4o-mini",
}
OLD_RUN = {
    "kind": "agent",
    "counted": False,
    "input_tokens": 240,
    "output_tokens": 96,
    **IDENTITY,
}
OLD_FACTS: SpanFacts = [
    ("ToolCallingAgent.run", OLD_RUN),
    ("Step 1", {"kind": "chain", **IDENTITY}),
    ("OpenAIServerModel.__call__", OLD_CALL),
    ("SimpleTool", {"kind": "tool", "tool": "get_weather", **IDENTITY}),
    ("Step 2", {"kind": "chain", **IDENTITY}),
    ("OpenAIServerModel.__call__", OLD_CALL),
]

if __name__ == "__main__":
    record(
        PACKAGES,
        program,
        {"openinference-smolagents": FACTS, "openinference-smolagents-0.1.11": OLD_FACTS},
    )
