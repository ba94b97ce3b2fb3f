"""OpenLLMetry's Google instrumentation: generateContent plain, with a tool, and streamed."""

from __future__ import annotations

from facts_framework import SOMEONE, USAGE, fact
from google import genai
from google.genai import types
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop
from traceloop.sdk.decorators import workflow

WEATHER = types.FunctionDeclaration(
    name="get_weather",
    description="Weather of a city",
    parameters_json_schema={"type": "object", "properties": {"city": {"type": "string"}}},
)


def program(provider: str, receiver: str) -> None:
    """Three calls in one workflow."""
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.GOOGLE_GENERATIVEAI})  # fmt: skip
    Traceloop.set_association_properties({"session_id": "sess-42", "user_id": "user-7"})
    _calls(genai.Client(api_key="none", http_options={"base_url": provider}))


@workflow(name="weather_workflow")
def _calls(client: genai.Client) -> None:
    ask, model = "Weather in Paris?", "gemini-2.5-flash"
    client.models.generate_content(model=model, contents=ask)
    config = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[WEATHER])])
    client.models.generate_content(model=model, contents=ask, config=config)
    for _ in client.models.generate_content_stream(model=model, contents=ask):
        pass


FACTS = [
    fact("weather_workflow.workflow", SOMEONE, kind="chain", workflow="weather_workflow",
         counted=False),
    # The 16 thought tokens are only in the total: 168 = 120 + 32 + 16.
    *(fact("generate_content gemini-2.5-flash", SOMEONE, USAGE, kind="llm", provider="gcp.gen_ai",
           request_model="gemini-2.5-flash", response_model="gemini-2.5-flash",
           model="gemini-2.5-flash", output_tokens_any_of=[32, 48], workflow="weather_workflow")
      for _ in range(3)),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "traceloop-gemini",
        "opentelemetry-instrumentation-google-generativeai 0.62.4 (google-genai 3.6.1)",
        program,
        FACTS,
    )
