"""openinference-instrumentation-mistralai: chat, a stream, a tool call, a failure."""

from __future__ import annotations

import contextlib

from facts_program import FAILED, IDENTITY, LLM, NO_DETAILS, SILENT
from mistralai.client import Mistral
from mistralai.client.errors import SDKError
from openinference.instrumentation import using_attributes
from openinference.instrumentation.mistralai import MistralAIInstrumentor
from record_program import Facts, Pipeline, SpanFacts, event_s, record

PACKAGES = ("openinference-instrumentation-mistralai", "mistralai")
MODEL = "mistral-small-latest"
ASKED = [{"role": "user", "content": "Weather in Paris?"}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
FUNCTION = {"name": "get_weather", "description": "Weather", "parameters": PARAMETERS}
TOOLS = [{"type": "function", "function": FUNCTION}]


def program(pipeline: Pipeline) -> None:
    """Four calls, each a trace of its own."""
    MistralAIInstrumentor().instrument()
    client = Mistral(server_url=pipeline.provider_url, api_key="fake")
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        client.chat.complete(model=MODEL, messages=ASKED)
        for _ in client.chat.stream(model=MODEL, messages=ASKED):
            pass
        client.chat.complete(model=MODEL, messages=ASKED, tools=TOOLS)
        with contextlib.suppress(SDKError):
            client.chat.complete(model="fail-model", messages=ASKED)


MISTRAL: Facts = {"provider": "mistral_ai", "request_model": MODEL, "model": MODEL, **IDENTITY}
CALL: Facts = {**LLM, **NO_DETAILS, **MISTRAL}
STREAM: Facts = {"streaming": True, "ttft_s": event_s("First Token Stream Event")}
FACTS: SpanFacts = [
    ("MistralClient.chat", CALL),
    ("MistralClient.chat", SILENT | MISTRAL | STREAM),
    ("MistralClient.chat", CALL),
    (
        "MistralClient.chat",
        {**FAILED, **IDENTITY, "request_model": "fail-model", "model": "fail-model"},
    ),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"openinference-mistralai": FACTS})
