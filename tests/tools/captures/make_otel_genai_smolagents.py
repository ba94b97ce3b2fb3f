"""opentelemetry-instrumentation-genai-smolagents: an agent with one tool."""

from __future__ import annotations

import smolagents
from opentelemetry.instrumentation.genai.smolagents import SmolagentsInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record
from smolagents import ToolCallingAgent, tool

PACKAGES = ("opentelemetry-instrumentation-genai-smolagents", "smolagents", "openai")


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
    agent.run("Weather in Paris?")


AGENT: Facts = {
    "kind": "agent",
    "agent": "weather_agent",
    "agent_effective": "weather_agent",
    "request_model": "gpt-4o-mini",
    "input_tokens": None,
    "counted": False,
    "session": None,
}
FACTS: SpanFacts = [("invoke_agent weather_agent", AGENT)]

if __name__ == "__main__":
    record(PACKAGES, program, {"otel-genai-smolagents": FACTS})
