"""OpenLLMetry's OpenAI Agents instrumentation: a handoff, a tool, the Responses API."""

from __future__ import annotations

from agents import Agent, RunConfig, Runner, function_tool, set_trace_processors
from facts_framework import RESPONSES, SOMEONE, fact
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop


@function_tool
def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, receiver: str) -> None:
    """Triage hands off to an agent that calls one tool."""
    set_trace_processors([])
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.OPENAI_AGENTS})  # fmt: skip
    Traceloop.set_association_properties({"session_id": "sess-42", "user_id": "user-7"})
    weather = Agent(name="weather_agent", model="gpt-5-mini", tools=[get_weather])
    triage = Agent(name="triage_agent", model="gpt-5-mini", handoffs=[weather])
    config = RunConfig(workflow_name="weather_workflow", group_id="sess-42")
    Runner.run_sync(triage, "Weather in Paris?", run_config=config)


UNASKED = {"request_model": None, "reasoning_tokens": 16}
FACTS = [
    # The program's workflow name and group id are not on the wire.
    fact("Agent Workflow", SOMEONE, kind="chain", workflow="Agent Workflow", counted=False),
    fact("triage_agent.agent", SOMEONE, kind="agent", agent="triage_agent", counted=False),
    # No span says which model was asked for.
    fact("openai.response", RESPONSES, SOMEONE, agent="triage_agent", **UNASKED),
    fact("triage_agent \u2192 unknown.handoff", SOMEONE, kind_any_of=["tool", "chain"],
         agent_effective="triage_agent", counted=False),
    fact("weather_agent.agent", SOMEONE, kind="agent", agent="weather_agent", counted=False),
    fact("openai.response", RESPONSES, SOMEONE, agent="weather_agent", **UNASKED),
    fact("get_weather.tool", SOMEONE, kind="tool", tool="get_weather",
         agent_effective="weather_agent", counted=False),
    fact("openai.response", RESPONSES, SOMEONE, agent="weather_agent", **UNASKED),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "traceloop-openai-agents",
        "opentelemetry-instrumentation-openai-agents 0.62.4 (openai-agents 0.20.0)",
        program,
        FACTS,
    )
