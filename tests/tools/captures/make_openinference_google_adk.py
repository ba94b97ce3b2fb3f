"""openinference-instrumentation-google-adk: an agent with a tool against the fake Gemini."""

from __future__ import annotations

import asyncio

from facts_program import IDENTITY
from google.adk.agents import LlmAgent
from google.adk.runners import InMemoryRunner
from google.genai import types
from openinference.instrumentation import using_attributes
from openinference.instrumentation.google_adk import GoogleADKInstrumentor
from record_program import Facts, Pipeline, SpanFacts, environment, record

PACKAGES = ("openinference-instrumentation-google-adk", "google-adk", "google-genai")


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


async def ask() -> None:
    """One run in the scripted session."""
    agent = LlmAgent(name="weather_agent", model="gemini-2.5-flash", tools=[get_weather])
    runner = InMemoryRunner(agent, app_name="weather_app")
    who = {"user_id": "user-7", "session_id": "sess-42"}
    await runner.session_service.create_session(app_name="weather_app", **who)
    asked = types.Content(role="user", parts=[types.Part(text="Weather in Paris?")])
    async for _ in runner.run_async(new_message=asked, **who):
        pass


def program(pipeline: Pipeline) -> None:
    """One trace."""
    environment(GOOGLE_GEMINI_BASE_URL=pipeline.provider_url, GOOGLE_API_KEY="fake")
    GoogleADKInstrumentor().instrument()
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        asyncio.run(ask())


RUN: Facts = {"agent_effective": "weather_agent", **IDENTITY}
# ADK's own agent span, overwritten by each of the two model calls made within it: it says LLM and
# holds the usage of the last; the two log records of the span hold one call each.
MERGED: Facts = {
    "kind": "llm",
    "counted": True,
    "provider": "gcp.gemini",
    "request_model": "gemini-2.5-flash",
    "input_tokens_any_of": [120, 240],
    "output_tokens_any_of": [48, 96],
    **RUN,
}
TOOL: Facts = {"kind": "tool", "tool": "get_weather", "tool_call_id": "call_get_weather", **RUN}
FACTS: SpanFacts = [
    ("invocation [[]weather_app]", {"kind": "chain", **IDENTITY}),
    (
        "invoke_workflow weather_agent",
        {"kind": "chain", "workflow": "weather_agent", **IDENTITY},
    ),
    ("agent_run [[]weather_agent]", {"kind": "agent", "agent": "weather_agent", **RUN}),
    ("invoke_agent weather_agent", MERGED),
    ("execute_tool get_weather", TOOL),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"openinference-google-adk": FACTS})
