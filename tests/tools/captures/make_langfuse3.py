"""langfuse 3 for Python: decorated observations, generations by hand and by the OpenAI wrapper."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, datetime

from langfuse import Langfuse, get_client, observe
from langfuse.openai import OpenAI

# Not an argument: the decorator would record the whole client as the agent's input.
CLIENTS: list[OpenAI] = []
MESSAGES = [{"role": "user", "content": "Weather in Paris?"}]


@observe(as_type="tool")
def get_weather(city: str) -> str:
    return "sunny"


@observe(as_type="retriever")
def search(query: str) -> list[str]:
    return ["doc"]


@observe(as_type="agent", name="weather_agent")
def run() -> str:
    client = CLIENTS[0]
    langfuse = get_client()
    langfuse.update_current_trace(
        name="weather", session_id="sess-42", user_id="user-7", tags=["t1"]
    )
    search("Paris")
    get_weather("Paris")
    with langfuse.start_as_current_observation(
        as_type="generation", name="by-hand", model="claude-sonnet-4-5", input=MESSAGES
    ) as made:
        made.update(
            output="It is sunny.",
            completion_start_time=datetime.now(UTC),
            usage_details={
                "input": 40,
                "cache_read_input_tokens": 32,
                "cache_creation_input_tokens": 48,
                "output": 48,
            },
            cost_details={"input": 0.0003096, "output": 0.00072},
        )
    client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES)
    stream = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=MESSAGES,
        stream=True,
        stream_options={"include_usage": True},
    )
    for _ in stream:
        pass
    client.responses.create(model="gpt-5-mini", input="Weather in Paris?")
    client.embeddings.create(model="text-embedding-3-small", input=["sunny", "rainy"])
    with suppress(Exception):
        client.chat.completions.create(model="fail-model", messages=MESSAGES)
    return "sunny"


def main(url: str, otlp: str) -> None:
    Langfuse(public_key="pk", secret_key="sk", base_url=otlp, flush_interval=60)
    CLIENTS.append(OpenAI(base_url=f"{url}/v1", api_key="fake", max_retries=0))
    run()
    get_client().flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
