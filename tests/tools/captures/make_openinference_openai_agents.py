"""openinference-instrumentation-openai-agents: a tool, a handoff, a guardrail, a failure."""

from __future__ import annotations

import contextlib

import openai
from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    RunConfig,
    Runner,
    function_tool,
    trace,
)
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = ("openinference-instrumentation-openai-agents", "openai-agents", "openai")


@function_tool
def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


async def harmless(context: object, agent: object, said: object) -> GuardrailFunctionOutput:
    """A guardrail that lets everything through."""
    return GuardrailFunctionOutput(output_info="harmless", tripwire_triggered=False)


def program(pipeline: Pipeline) -> None:
    """A run with a tool and a guardrail, one with a handoff over chat, a failing one."""
    OpenAIAgentsInstrumentor().instrument()
    client = openai.AsyncOpenAI(
        base_url=f"{pipeline.provider_url}/v1", api_key="fake", max_retries=0
    )
    responses = OpenAIResponsesModel("gpt-5-mini", client)
    chat = OpenAIChatCompletionsModel("gpt-4o-mini", client)
    guardrail = InputGuardrail(guardrail_function=harmless, name="harmless")
    weather = Agent(
        name="weather_agent", model=responses, tools=[get_weather], input_guardrails=[guardrail]
    )
    with trace("weather_workflow", group_id="sess-42"):
        Runner.run_sync(weather, "Weather in Paris?")
    expert = Agent(name="paris_expert", model=chat)
    triage = Agent(name="triage_agent", model=chat, handoffs=[expert])
    config = RunConfig(workflow_name="handoff_workflow", group_id="sess-42")
    Runner.run_sync(triage, "Weather in Paris?", run_config=config)
    broken = Agent(name="broken_agent", model=OpenAIChatCompletionsModel("fail-model", client))
    with contextlib.suppress(openai.RateLimitError):
        Runner.run_sync(broken, "Weather in Paris?")


# The trace's group id is not exported, so no span has a session.
NOBODY = {"session": None, "user": None}
CALL = {"kind": "llm", "provider": "openai", "counted": True, **NOBODY}
USAGE = {"input_tokens": 120, "output_tokens": 48}
RESPONSE = {
    **CALL,
    **USAGE,
    "model": "gpt-5-mini-2025-08-07",
    "cache_read_tokens": 32,
    "reasoning_tokens": 16,
    "agent_effective": "weather_agent",
}
# Of a chat completion this library sends neither the answering model nor the token details.
GENERATION = {
    **CALL,
    **USAGE,
    "model": "gpt-4o-mini",
    "cache_read_tokens": None,
    "reasoning_tokens": None,
}
FAILED = {
    **CALL,
    "model": "fail-model",
    "input_tokens": None,
    "output_tokens": None,
    "counted": False,
    "error": True,
    "agent_effective": "broken_agent",
}


def agent(name: str, **more: object) -> Facts:
    """Facts of an agent's span."""
    return {"kind": "agent", "agent": name, "agent_effective": name, **NOBODY, **more}


def turn(name: str) -> Facts:
    """Facts of a turn of an agent."""
    return {"kind": "chain", "agent_effective": name, **NOBODY}


ROOT = {"kind": "agent", **NOBODY}
RUN = {"kind": "chain", **NOBODY}
WEATHER = {"agent_effective": "weather_agent", **NOBODY}
FACTS: SpanFacts = [
    ("weather_workflow", ROOT),
    ("Agent workflow", RUN),
    ("weather_agent", agent("weather_agent")),
    ("turn", turn("weather_agent")),
    ("harmless", {"kind": "guardrail", **WEATHER}),
    ("response", RESPONSE),
    ("get_weather", {"kind": "tool", "tool": "get_weather", **WEATHER}),
    ("turn", turn("weather_agent")),
    ("response", RESPONSE),
    ("handoff_workflow", ROOT),
    ("handoff_workflow", RUN),
    ("triage_agent", agent("triage_agent")),
    ("turn", turn("triage_agent")),
    ("generation", GENERATION | {"agent_effective": "triage_agent"}),
    ("handoff to paris_expert", {"kind": "tool", "agent_effective": "triage_agent", **NOBODY}),
    ("paris_expert", agent("paris_expert")),
    ("turn", turn("paris_expert")),
    ("generation", GENERATION | {"agent_effective": "paris_expert"}),
    ("Agent workflow", ROOT),
    ("Agent workflow", RUN),
    ("broken_agent", agent("broken_agent", error=True)),
    ("turn", turn("broken_agent")),
    ("generation", FAILED),
]
# The first releases: no turns, no guardrail kind, agents named by their spans only.
OLD_FACTS: SpanFacts = [
    ("weather_workflow", ROOT),
    ("weather_agent", agent("weather_agent")),
    ("harmless", {"kind": "chain", **WEATHER}),
    ("response", RESPONSE),
    ("get_weather", {"kind": "tool", "tool": "get_weather", **WEATHER}),
    ("response", RESPONSE),
    ("handoff_workflow", ROOT),
    ("triage_agent", agent("triage_agent")),
    ("generation", GENERATION | {"agent_effective": "triage_agent"}),
    ("handoff to paris_expert", {"kind": "tool", "agent_effective": "triage_agent", **NOBODY}),
    ("paris_expert", agent("paris_expert")),
    ("generation", GENERATION | {"agent_effective": "paris_expert"}),
    ("Agent workflow", ROOT),
    ("broken_agent", agent("broken_agent")),
    # Its status says OK, so the failure is not asserted.
    ("generation", {key: value for key, value in FAILED.items() if key != "error"}),
]

if __name__ == "__main__":
    record(
        PACKAGES,
        program,
        {"openinference-openai-agents": FACTS, "openinference-openai-agents-0.1.12": OLD_FACTS},
    )
