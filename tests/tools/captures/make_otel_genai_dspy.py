"""opentelemetry-instrumentation-genai-dspy: a chain of thought, an agent with a tool."""

from __future__ import annotations

import dspy
from facts_program import DETAILS, GPT, LLM
from opentelemetry.instrumentation.genai.dspy import DSPyInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = ("opentelemetry-instrumentation-genai-dspy", "dspy", "litellm")


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """One prediction and one agent with a tool."""
    DSPyInstrumentor().instrument()
    where = {"api_base": f"{pipeline.provider_url}/v1", "api_key": "fake"}
    dspy.configure(lm=dspy.LM("openai/gpt-4o-mini", cache=False, num_retries=0, **where))
    dspy.ChainOfThought("question -> answer")(question="Weather in Paris?")
    dspy.ReAct("question -> answer", tools=[get_weather])(question="Weather in Paris?")


NOBODY: Facts = {"session": None, "user": None}
REACT: Facts = {"agent_effective": "dspy.ReAct", **NOBODY}
CALL: Facts = {
    **LLM,
    **DETAILS,
    "provider": "openai",
    "request_model": "gpt-4o-mini",
    "response_model": GPT,
    "model": GPT,
}
FACTS: SpanFacts = [
    ("chat gpt-4o-mini", CALL | NOBODY),
    ("invoke_agent dspy.ReAct", {"kind": "agent", "agent": "dspy.ReAct", **REACT}),
    ("chat gpt-4o-mini", CALL | REACT),
    ("execute_tool get_weather", {"kind": "tool", "tool": "get_weather", **REACT}),
    ("chat gpt-4o-mini", CALL | REACT),
    ("chat gpt-4o-mini", CALL | REACT),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"otel-genai-dspy": FACTS})
