"""OpenLLMetry's Anthropic instrumentation: plain, streamed, tool use and a failing call."""

from __future__ import annotations

import anthropic
from facts_framework import CLAUDE, FAILED, SOMEONE, fact
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop
from traceloop.sdk.decorators import workflow

MODEL = "claude-sonnet-4-5"
TOOL = {
    "name": "get_weather",
    "description": "Weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
ASK = [{"role": "user", "content": "Weather in Paris?"}]


def program(_provider: str, receiver: str) -> None:
    """Four calls in one workflow."""
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.ANTHROPIC})  # fmt: skip
    Traceloop.set_association_properties({"session_id": "sess-42", "user_id": "user-7"})
    _calls(anthropic.Anthropic(max_retries=0))


@workflow(name="weather_workflow")
def _calls(client: anthropic.Anthropic) -> None:
    client.messages.create(model=MODEL, max_tokens=64, messages=ASK)
    client.messages.create(model=MODEL, max_tokens=64, messages=ASK, tools=[TOOL])
    with client.messages.stream(model=MODEL, max_tokens=64, messages=ASK) as stream:
        stream.until_done()
    for _ in client.messages.create(model=MODEL, max_tokens=64, messages=ASK, stream=True):
        pass
    try:
        client.messages.create(model="fail-model", max_tokens=64, messages=ASK)
    except anthropic.RateLimitError:
        return


FACTS = [
    fact("weather_workflow.workflow", SOMEONE, kind="chain", workflow="weather_workflow",
         counted=False),
    *(fact("anthropic.chat", CLAUDE, SOMEONE, workflow="weather_workflow") for _ in range(2)),
    # Streamed calls add the two output counts of the stream: 1 at its start and 48 at its end.
    fact("anthropic.chat", CLAUDE, SOMEONE, output_tokens=49),
    fact("anthropic.chat", CLAUDE, SOMEONE, output_tokens=49, streaming=True),
    fact("anthropic.chat", FAILED, SOMEONE, provider="anthropic"),
    # The SDK's own spans: siblings of the above for the same calls, with the same response ids.
    *(fact("anthropic.messages.create", CLAUDE, SOMEONE, counted=False) for _ in range(2)),
    *(fact("anthropic.messages.create", CLAUDE, SOMEONE, counted=False, streaming=True,
           ttft_s_from="gen_ai.response.time_to_first_chunk") for _ in range(2)),
    fact("anthropic.messages.create", FAILED, SOMEONE, provider="anthropic"),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "traceloop-anthropic",
        "opentelemetry-instrumentation-anthropic 0.62.4, traceloop-sdk 0.62.4 (anthropic 2.13.0)",
        program,
        FACTS,
    )
