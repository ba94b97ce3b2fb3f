"""strands-agents on OpenAI and on Anthropic models: an agent with a tool on each.

python make_strands.py PROVIDER OTLP openai|anthropic
"""

from __future__ import annotations

import sys

from strands import Agent, tool
from strands.models import Model
from tracing_command import start


@tool
def get_weather(city: str) -> str:
    """The weather of a city.

    Args:
        city: its name
    """
    return "sunny"


def model(url: str, maker: str) -> Model:
    if maker == "openai":
        from strands.models.openai import OpenAIModel

        client = {"api_key": "fake", "base_url": f"{url}/v1"}
        return OpenAIModel(client_args=client, model_id="gpt-4o-mini")
    from strands.models.anthropic import AnthropicModel

    client = {"api_key": "fake", "base_url": url}
    return AnthropicModel(client_args=client, model_id="claude-sonnet-4-5", max_tokens=100)


def main(url: str, otlp: str, maker: str) -> None:
    provider = start(otlp)
    known = {"session.id": "sess-42", "user.id": "user-7", "tags": ["t1"]}
    agent = Agent(
        model=model(url, maker),
        tools=[get_weather],
        name="weather_agent",
        trace_attributes=known,
        callback_handler=None,
    )
    agent("Weather in Paris?")
    provider.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
