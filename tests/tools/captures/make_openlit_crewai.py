"""OpenLIT over CrewAI and the OpenAI client below it."""

from __future__ import annotations

import openlit
from crewai import Agent, Crew, Task
from crewai.tools import tool
from facts_framework import CHAT, fact
from recording_framework import record


@tool("get_weather")
def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, receiver: str) -> None:
    """A crew of one agent with one tool and one task."""
    openlit.init(otlp_endpoint=receiver, application_name="weather", environment="test",
                 disable_metrics=True, disabled_instrumentors=["httpx"])  # fmt: skip
    agent = Agent(role="weather_agent", goal="Tell the weather", backstory="A meteorologist",
                  llm="openai/gpt-4o-mini", tools=[get_weather])  # fmt: skip
    task = Task(description="Weather in Paris?", expected_output="One line", agent=agent)
    Crew(agents=[agent], tasks=[task], name="weather_crew").kickoff()


CREW = {"provider": None, "framework": "crewai", "counted": False}
# A model on the span tells the provider that the framework's name hides.
MODEL = {**CREW, "provider": "openai", "provider_inferred": True}
FACTS = [
    fact("create_agent weather_agent", CREW, kind="agent"),
    # Repeats the usage of both calls below it.
    fact("invoke_workflow weather_crew", MODEL, kind="chain", workflow="weather_crew"),
    fact("invoke_agent weather_agent", MODEL, kind="agent", agent="weather_agent"),
    fact("invoke_workflow AgentExecutor", MODEL, kind="chain", agent_effective="weather_agent"),
    # Steps of the executor's inner flow, said to invoke an agent but with no agent's name.
    fact("invoke_agent *", MODEL, kind_any_of=["chain", "agent"]),
    # The first asks for a tool and carries its name, but is a model call.
    *(fact("chat gpt-4o-mini", CHAT, streaming=False, agent_effective="weather_agent")
      for _ in range(2)),
]  # fmt: skip

if __name__ == "__main__":
    record("openlit-crewai", "openlit 1.45.0 (crewai 1.15.30, openai 2.54.0)", program, FACTS)
