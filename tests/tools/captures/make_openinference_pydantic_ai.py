"""openinference-instrumentation-pydantic-ai: its processor over pydantic-ai's own spans."""

from __future__ import annotations

from facts_program import DETAILS, GPT, LLM
from openinference.instrumentation import using_attributes
from openinference.instrumentation.pydantic_ai import OpenInferenceSpanProcessor
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from record_program import Facts, Pipeline, SpanFacts, attribute, record

PACKAGES = ("openinference-instrumentation-pydantic-ai", "pydantic-ai-slim", "openai")


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """One agent run with one tool call; the processor stands before the exporter's."""
    Agent.instrument_all()
    pipeline.put_first(OpenInferenceSpanProcessor())
    provider = OpenAIProvider(base_url=f"{pipeline.provider_url}/v1", api_key="fake")
    model = OpenAIChatModel("gpt-4o-mini", provider=provider)
    agent = Agent(model, name="weather_agent", tools=[get_weather])
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        agent.run_sync("Weather in Paris?")


# The processor rewrites spans of pydantic-ai: the identity of using_attributes never reaches them.
BELOW: Facts = {
    "agent_effective": "weather_agent",
    "session": attribute("gen_ai.conversation.id"),
    "user": None,
}
RUN: Facts = {
    "kind": "agent",
    "agent": "weather_agent",
    "counted": False,
    "input_tokens": 240,
    "output_tokens": 96,
    "cache_read_tokens": 64,
    "reasoning_tokens": 32,
    **BELOW,
}
CALL: Facts = {
    **LLM,
    **DETAILS,
    "provider": "openai",
    "request_model": "gpt-4o-mini",
    "response_model": GPT,
    "model": GPT,
    "cost_usd": 0.0000444,
    **BELOW,
}
TOOL: Facts = {"kind": "tool", "tool": "get_weather", "tool_call_id": "call_get_weather", **BELOW}
FACTS: SpanFacts = [
    ("invoke_agent weather_agent", RUN),
    ("chat gpt-4o-mini", CALL),
    ("execute_tool get_weather", TOOL),
    ("chat gpt-4o-mini", CALL),
]
# pydantic-ai's format 2: the agent's sum under the plain names, no conversation id.
OLD_BELOW: Facts = {"agent_effective": "weather_agent", "session": None, "user": None}
OLD_RUN: Facts = {
    "kind": "agent",
    "agent": "weather_agent",
    "counted": False,
    "input_tokens": 240,
    "output_tokens": 96,
    "reasoning_tokens": 32,
    **OLD_BELOW,
}
OLD_CALL: Facts = {
    **LLM,
    "cache_read_tokens": None,
    "reasoning_tokens": 16,
    "provider": "openai",
    "request_model": "gpt-4o-mini",
    "response_model": GPT,
    "model": GPT,
    **OLD_BELOW,
}
OLD_FACTS: SpanFacts = [
    ("agent run", OLD_RUN),
    ("chat gpt-4o-mini", OLD_CALL),
    ("running tools", {"kind": "chain", **OLD_BELOW}),
    ("running tool", TOOL | OLD_BELOW),
    ("chat gpt-4o-mini", OLD_CALL),
]

if __name__ == "__main__":
    record(
        PACKAGES,
        program,
        {"openinference-pydantic-ai": FACTS, "openinference-pydantic-ai-0.1.3": OLD_FACTS},
    )
