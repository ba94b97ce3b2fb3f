"""openinference-instrumentation-dspy: a chain of thought, an agent with a tool."""

from __future__ import annotations

import dspy
from facts_program import IDENTITY, SILENT
from openinference.instrumentation import using_attributes
from openinference.instrumentation.dspy import DSPyInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = ("openinference-instrumentation-dspy", "dspy", "litellm")


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """One prediction and one agent with a tool."""
    DSPyInstrumentor().instrument()
    where = {"api_base": f"{pipeline.provider_url}/v1", "api_key": "fake"}
    dspy.configure(lm=dspy.LM("openai/gpt-4o-mini", cache=False, num_retries=0, **where))
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        dspy.ChainOfThought("question -> answer")(question="Weather in Paris?")
        dspy.ReAct("question -> answer", tools=[get_weather])(question="Weather in Paris?")


CHAIN: Facts = {"kind": "chain", **IDENTITY}
# The language model's span says which model, but no usage.
CALL: Facts = {**SILENT, **IDENTITY, "provider": "openai", "model": "gpt-4o-mini"}


def tool(name: str) -> Facts:
    """Facts of a tool, whose name stands in the span's name only."""
    return {"kind": "tool", "tool_any_of": [name, f"{name}.__call__"], **IDENTITY}


PREDICT: SpanFacts = [
    ("Predict.forward", CHAIN),
    ("Predict(StringSignature).forward", CHAIN),
    ("ChatAdapter.__call__", CHAIN),
    ("LM.__call__", CALL),
]
FACTS: SpanFacts = [
    ("ChainOfThought.forward", CHAIN),
    *PREDICT,
    ("ReAct.forward", CHAIN),
    *PREDICT,
    ("get_weather.__call__", tool("get_weather")),
    *PREDICT,
    ("finish.__call__", tool("finish")),
    ("ChainOfThought.forward", CHAIN),
    *PREDICT,
]
# Early releases said neither model nor provider, and had no spans of tools.
OLD_CALL: Facts = {**SILENT, **IDENTITY, "provider": None, "model": None}
OLD_PREDICT: SpanFacts = [*PREDICT[:-1], ("LM.__call__", OLD_CALL)]
OLD_FACTS: SpanFacts = [
    ("ChainOfThought.forward", CHAIN),
    *OLD_PREDICT,
    ("ReAct.forward", CHAIN),
    *OLD_PREDICT,
    *OLD_PREDICT,
    ("ChainOfThought.forward", CHAIN),
    *OLD_PREDICT,
]

if __name__ == "__main__":
    facts = {
        "openinference-dspy": FACTS,
        "openinference-dspy-0.1.20": OLD_FACTS,
    }
    record(PACKAGES, program, facts)
