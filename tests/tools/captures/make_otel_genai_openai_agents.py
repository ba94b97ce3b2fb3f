"""opentelemetry-instrumentation-genai-openai-agents: a tool, a handoff, a guardrail, a failure."""

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
from facts_program import DETAILS, FAILED, GPT, GPT5, LLM
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from opentelemetry.instrumentation.genai.openai_agents import OpenAIAgentsInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = (
    "opentelemetry-instrumentation-genai-openai-agents",
    "opentelemetry-instrumentation-genai-openai",
    "openai-agents",
    "openai",
)


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
    OpenAIInstrumentor().instrument()
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


def within(workflow: str, agent: str | None = None, session: str | None = "sess-42") -> Facts:
    """Facts of where a span stands; the trace's group id is its session here."""
    found = {"workflow": workflow, "session": session, "user": None}
    return found | ({"agent_effective": agent} if agent else {})


def run(agent: str, place: Facts) -> Facts:
    """Facts of an agent's span."""
    return {"kind": "agent", "agent": agent, **place}


def call(asked: str, answered: str, place: Facts) -> Facts:
    """Facts of a model's span, which comes from the OpenAI instrumentor."""
    models = {"request_model": asked, "response_model": answered, "model": answered}
    return {**LLM, **DETAILS, "provider": "openai", **models, **place}


WEATHER = within("weather_workflow", "weather_agent")
TRIAGE = within("handoff_workflow", "triage_agent")
EXPERT = within("handoff_workflow", "paris_expert")
BROKEN = within("Agent workflow", "broken_agent", None)
BUSY: Facts = {
    **FAILED,
    **BROKEN,
    "provider": "openai",
    "request_model": "fail-model",
    "model": "fail-model",
}
FACTS: SpanFacts = [
    ("invoke_workflow weather_workflow", {"kind": "chain", **within("weather_workflow")}),
    ("invoke_agent weather_agent", run("weather_agent", WEATHER)),
    ("chat gpt-5-mini", call("gpt-5-mini", GPT5, WEATHER)),
    ("execute_tool get_weather", {"kind": "tool", "tool": "get_weather", **WEATHER}),
    ("chat gpt-5-mini", call("gpt-5-mini", GPT5, WEATHER)),
    ("invoke_workflow handoff_workflow", {"kind": "chain", **within("handoff_workflow")}),
    ("invoke_agent triage_agent", run("triage_agent", TRIAGE)),
    ("chat gpt-4o-mini", call("gpt-4o-mini", GPT, TRIAGE)),
    ("invoke_agent paris_expert", run("paris_expert", EXPERT)),
    ("chat gpt-4o-mini", call("gpt-4o-mini", GPT, EXPERT)),
    ("invoke_workflow Agent workflow", {"kind": "chain", **within("Agent workflow", None, None)}),
    ("invoke_agent broken_agent", {**run("broken_agent", BROKEN), "error": True}),
    ("chat fail-model", BUSY),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"otel-genai-openai-agents": FACTS})
