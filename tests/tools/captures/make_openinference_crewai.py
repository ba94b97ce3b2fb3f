"""openinference-instrumentation-crewai with the OpenAI instrumentor: a crew and a flow."""

from __future__ import annotations

from crewai import LLM, Agent, Crew, Task
from crewai.flow.flow import Flow, start
from crewai.tools import tool
from facts_program import DETAILS, GPT, IDENTITY, NO_DETAILS
from facts_program import LLM as LLM_FACTS
from openinference.instrumentation import using_attributes
from openinference.instrumentation.crewai import CrewAIInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = (
    "openinference-instrumentation-crewai",
    "openinference-instrumentation-openai",
    "crewai",
    "openai",
)


@tool("get_weather")
def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


class WeatherFlow(Flow):
    """A flow of one step without a model."""

    @start()
    def begin(self) -> str:
        """The step."""
        return "begun"


def program(pipeline: Pipeline) -> None:
    """A crew of one agent and one task, then a flow."""
    CrewAIInstrumentor().instrument(tracer_provider=pipeline.tracers)
    OpenAIInstrumentor().instrument(tracer_provider=pipeline.tracers)
    model = LLM("openai/gpt-4o-mini", base_url=f"{pipeline.provider_url}/v1", api_key="fake")
    agent = Agent(
        role="weather_agent",
        goal="Tell the weather",
        backstory="Short",
        llm=model,
        tools=[get_weather],
    )
    task = Task(description="Weather in Paris?", expected_output="One sentence", agent=agent)
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        Crew(name="weather_crew", agents=[agent], tasks=[task]).kickoff()
        WeatherFlow().kickoff()


BELOW: Facts = {"agent_effective": "weather_agent", **IDENTITY}
CALL: Facts = {
    **LLM_FACTS,
    **DETAILS,
    **BELOW,
    "provider": "openai",
    "request_model": "gpt-4o-mini",
    "response_model": GPT,
    "model": GPT,
}
CREWAI: Facts = {"kind": "chain", "framework": "crewai", **IDENTITY}
FACTS: SpanFacts = [
    ("weather_crew.kickoff", CREWAI),
    ("weather_agent._execute_core", CREWAI | BELOW | {"kind": "agent", "agent": "weather_agent"}),
    ("ChatCompletion", CALL),
    ("get_weather.run", {"kind": "tool", "tool": "get_weather", **BELOW}),
    ("ChatCompletion", CALL),
    ("Flow_*.kickoff", CREWAI),
    ("Flow_*.begin", {"kind": "chain", **IDENTITY}),
]
# Early releases: the agent's span carries its task's class, not the agent's name.
OLD_CALL: Facts = {**CALL, **NO_DETAILS}
del OLD_CALL["agent_effective"]
OLD_FACTS: SpanFacts = [
    ("Crew.kickoff", CREWAI),
    ("Task._execute_core", CREWAI | {"kind": "agent"}),
    ("ChatCompletion", OLD_CALL),
]

if __name__ == "__main__":
    record(
        PACKAGES, program, {"openinference-crewai": FACTS, "openinference-crewai-0.1.10": OLD_FACTS}
    )
