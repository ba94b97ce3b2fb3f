"""openinference-instrumentation-google-genai: generate, stream, a tool call, a failure."""

from __future__ import annotations

import contextlib

from facts_program import DETAILS, FAILED, GEMINI, IDENTITY, LLM, NO_DETAILS
from google import genai
from google.genai import errors, types
from openinference.instrumentation import using_attributes
from openinference.instrumentation.google_genai import GoogleGenAIInstrumentor
from opentelemetry import trace
from record_program import Pipeline, SpanFacts, record

PACKAGES = ("openinference-instrumentation-google-genai", "google-genai")
MODEL = "gemini-2.5-flash"


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """Four calls below one span; the tool is called by the client library itself."""
    GoogleGenAIInstrumentor().instrument()
    options = types.HttpOptions(base_url=pipeline.provider_url)
    client = genai.Client(api_key="fake", http_options=options)
    identity = using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"])
    with trace.get_tracer("app").start_as_current_span("app-root"), identity:
        client.models.generate_content(model=MODEL, contents="Weather in Paris?")
        for _ in client.models.generate_content_stream(model=MODEL, contents="Weather in Paris?"):
            pass
        config = types.GenerateContentConfig(tools=[get_weather], temperature=0.5)
        client.models.generate_content(model=MODEL, contents="Weather?", config=config)
        with contextlib.suppress(errors.ClientError):
            client.models.generate_content(model="fail-model", contents="Weather?")


CALL = {**LLM, **DETAILS, **IDENTITY, "provider": "gcp.gemini", "model": GEMINI}
FACTS: SpanFacts = [
    ("app-root", {"kind": "other", **IDENTITY}),
    ("GenerateContent", CALL),
    ("GenerateContentStream", CALL),
    # Two requests in truth (the library called the tool between them); the last is reported.
    ("GenerateContent", CALL),
    ("GenerateContent", {**FAILED, **IDENTITY, "provider": "gcp.gemini", "model": "fail-model"}),
]
# The first releases left thoughts out of the output, and told of them by the total only.
OLD_CALL = {**CALL, **NO_DETAILS, "output_tokens_any_of": [32, 48]}
del OLD_CALL["output_tokens"]
OLD_FACTS: SpanFacts = [
    ("app-root", {"kind": "other", **IDENTITY}),
    ("GenerateContent", OLD_CALL),
    ("GenerateContentStream", OLD_CALL),
    ("GenerateContent", OLD_CALL),
    ("GenerateContent", {**FAILED, **IDENTITY, "provider": "gcp.gemini"}),
]

if __name__ == "__main__":
    record(
        PACKAGES,
        program,
        {"openinference-google-genai": FACTS, "openinference-google-genai-0.1.3": OLD_FACTS},
    )
