"""OpenLLMetry's CrewAI instrumentation together with its OpenAI one."""

from __future__ import annotations

from crewai import Agent, Crew, Task
from crewai.tools import tool
from facts_framework import CHAT, SOMEONE, fact
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop


@tool("get_weather")
def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, receiver: str) -> None:
    """A crew of one agent with one tool and one task."""
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.CREWAI, Instruments.OPENAI})  # fmt: skip
    Traceloop.set_association_properties({"session_id": "sess-42", "user_id": "user-7"})
    agent = Agent(role="weather_agent", goal="Tell the weather", backstory="A meteorologist",
                  llm="openai/gpt-4o-mini", tools=[get_weather])  # fmt: skip
    task = Task(description="Weather in Paris?", expected_output="One line", agent=agent)
    Crew(agents=[agent], tasks=[task], name="weather_crew").kickoff()


FACTS = [
    # All three of CrewAI's spans say invoke_agent; only the last is an agent and has its name.
    fact("crewai.workflow", SOMEONE, kind="chain", provider=None, framework="crewai",
         counted=False),
    fact("Weather in Paris?.task", SOMEONE, kind="chain", provider=None, framework="crewai",
         counted=False),
    fact("weather_agent.agent", SOMEONE, kind="agent", agent="weather_agent",
         provider="openai", provider_inferred=True, framework="crewai", counted=False),
    *(fact("openai.chat", CHAT, SOMEONE, reasoning_tokens=16, streaming=False,
           agent_effective="weather_agent") for _ in range(2)),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "traceloop-crewai",
        "opentelemetry-instrumentation-crewai and -openai 0.62.4 (crewai 1.15.30)",
        program,
        FACTS,
    )
