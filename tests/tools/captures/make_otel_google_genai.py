"""opentelemetry-instrumentation-google-genai: generate, stream, a tool call, a failure."""

from __future__ import annotations

import contextlib

from facts_program import DETAILS, FAILED, GEMINI, LLM, NO_DETAILS
from google import genai
from google.genai import errors, types
from opentelemetry import trace
from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor
from record_program import Facts, Pipeline, SpanFacts, attribute, environment, record

PACKAGES = ("opentelemetry-instrumentation-google-genai", "google-genai")
MODEL = "gemini-2.5-flash"


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """Four calls below one span; the tool is called by the client library itself."""
    environment(OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT="SPAN_ONLY")
    GoogleGenAiSdkInstrumentor().instrument()
    options = types.HttpOptions(base_url=pipeline.provider_url)
    client = genai.Client(api_key="fake", http_options=options)
    with trace.get_tracer("app").start_as_current_span("app-root"):
        client.models.generate_content(model=MODEL, contents="Weather in Paris?")
        for _ in client.models.generate_content_stream(model=MODEL, contents="Weather in Paris?"):
            pass
        config = types.GenerateContentConfig(tools=[get_weather], temperature=0.5)
        client.models.generate_content(model=MODEL, contents="Weather?", config=config)
        with contextlib.suppress(errors.ClientError):
            client.models.generate_content(model="fail-model", contents="Weather?")


GOOGLE: Facts = {"provider": "gcp.gemini", "session": None, "user": None}
CALL: Facts = {
    **LLM,
    **DETAILS,
    **GOOGLE,
    "request_model": MODEL,
    "response_model": GEMINI,
    "model": GEMINI,
}
STREAM: Facts = {"streaming": True, "ttft_s": attribute("gen_ai.response.time_to_first_chunk")}
FACTS: SpanFacts = [
    ("app-root", {"kind": "other"}),
    (f"generate_content {MODEL}", CALL),
    (f"generate_content {MODEL}", CALL | STREAM),
    # Two requests in truth (the library called the tool between them); the last is reported.
    (f"generate_content {MODEL}", CALL),
    ("execute_tool get_weather", {"kind": "tool", "tool": "get_weather"}),
    (
        "generate_content fail-model",
        {**FAILED, **GOOGLE, "request_model": "fail-model", "model": "fail-model"},
    ),
]
# Before the conventions' own names for it: thoughts are left out of the output and told nowhere;
# the failed call reports zeros.
OLD_CALL: Facts = {
    "kind": "llm",
    "counted": True,
    "input_tokens": 120,
    "output_tokens": 32,
    **NO_DETAILS,
    **GOOGLE,
    "request_model": MODEL,
    "model": MODEL,
}
OLD_BUSY: Facts = {
    "kind": "llm",
    "input_tokens": 0,
    "output_tokens": 0,
    **GOOGLE,
    "request_model": "fail-model",
    "model": "fail-model",
    "error": True,
}
OLD_FACTS: SpanFacts = [
    ("app-root", {"kind": "other"}),
    (f"generate_content {MODEL}", OLD_CALL),
    (f"generate_content {MODEL}", OLD_CALL),
    (f"generate_content {MODEL}", OLD_CALL),
    ("generate_content fail-model", OLD_BUSY),
]

if __name__ == "__main__":
    facts = {
        "otel-google-genai": FACTS,
        "otel-google-genai-0.3b0": OLD_FACTS,
    }
    record(PACKAGES, program, facts)
