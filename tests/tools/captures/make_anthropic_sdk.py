"""The Anthropic Python SDK's own spans: create, streams, tool runner, count_tokens, a failure."""

from __future__ import annotations

import sys
from contextlib import suppress

import anthropic
from tracing_command import start


@anthropic.beta_tool
def get_weather(city: str) -> str:
    """The weather of a city.

    Args:
        city: its name
    """
    return "sunny"


def main(provider_url: str, otlp: str) -> None:
    provider = start(otlp)
    told = {"traces": {"content_mode": "content"}, "conversation_id": "conv-9"}
    client = anthropic.Anthropic(
        api_key="fake", base_url=provider_url, max_retries=0, open_telemetry=told
    )
    asked = {
        "model": "claude-sonnet-4-5",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "Weather in Paris?"}],
    }
    client.messages.create(**asked)
    for _ in client.messages.create(**asked, stream=True):
        pass
    with client.messages.stream(**asked) as stream:
        stream.get_final_message()
    client.messages.count_tokens(model=asked["model"], messages=asked["messages"])
    runner = client.beta.messages.tool_runner(**asked, tools=[get_weather])
    runner.until_done()
    with suppress(anthropic.APIStatusError):
        client.messages.create(**{**asked, "model": "fail-model"})
    provider.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
