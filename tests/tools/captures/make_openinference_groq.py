"""openinference-instrumentation-groq: chat, a tool call, a failure."""

from __future__ import annotations

import contextlib

import groq
from facts_program import DETAILS, FAILED, IDENTITY, LLM, SILENT
from openinference.instrumentation import using_attributes
from openinference.instrumentation.groq import GroqInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = ("openinference-instrumentation-groq", "groq")
MODEL = "llama-3.3-70b-versatile"
ASKED = [{"role": "user", "content": "Weather in Paris?"}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
FUNCTION = {"name": "get_weather", "description": "Weather", "parameters": PARAMETERS}
TOOLS = [{"type": "function", "function": FUNCTION}]


def program(pipeline: Pipeline) -> None:
    """Four calls, each a trace of its own."""
    GroqInstrumentor().instrument()
    client = groq.Groq(base_url=pipeline.provider_url, api_key="fake", max_retries=0)
    chat = client.chat.completions
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        chat.create(model=MODEL, messages=ASKED, temperature=0.5)
        for _ in chat.create(model=MODEL, messages=ASKED, stream=True):
            pass
        chat.create(model=MODEL, messages=ASKED, tools=TOOLS)
        with contextlib.suppress(groq.RateLimitError):
            chat.create(model="fail-model", messages=ASKED)


GROQ: Facts = {"provider": "groq", "request_model": MODEL, "model": MODEL, **IDENTITY}
CALL: Facts = {**LLM, **DETAILS, **GROQ}
FACTS: SpanFacts = [
    ("Completions", CALL),
    # Of a stream the library keeps the request only.
    ("Completions", SILENT | GROQ),
    ("Completions", CALL),
    (
        "Completions",
        {**FAILED, **GROQ, "request_model": "fail-model", "model": "fail-model"},
    ),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"openinference-groq": FACTS})
