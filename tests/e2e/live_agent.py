"""A small agent as a user would write it: one `init`, two marks, OpenAI's own client.

`python live_agent.py OTLP_ADDRESS OPENAI_BASE_ADDRESS`; prints what was instrumented as JSON.
"""

from __future__ import annotations

import json
import sys
import time

from openai import OpenAI, RateLimitError  # type: ignore[import-not-found]

import longpole.sdk as longpole

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    }
]


@longpole.tool("get_weather", call_id="call_fake_1")
def get_weather(city: str) -> str:
    time.sleep(0.05)
    return f"rain in {city}"


@longpole.agent("weather-agent")
def answer(client: OpenAI, question: str) -> str:
    messages: list[dict[str, object]] = [{"role": "user", "content": question}]
    with longpole.step("gather"):
        stream = client.chat.completions.create(
            model="gpt-4o",
            messages=messages,
            tools=TOOLS,
            stream=True,
            stream_options={"include_usage": True},
        )
        calls = [
            call
            for chunk in stream
            for choice in chunk.choices
            for call in choice.delta.tool_calls or []
        ]
        city = json.loads(calls[0].function.arguments)["city"]
        weather = get_weather(city)
        messages += [
            {"role": "assistant", "content": None, "tool_calls": [calls[0].model_dump()]},
            {"role": "tool", "tool_call_id": calls[0].id, "content": weather},
        ]
    with longpole.step("reply"):
        done = client.chat.completions.create(model="gpt-4o", messages=messages, tools=TOOLS)
    return str(done.choices[0].message.content)


@longpole.agent("busy-agent")
def fail(client: OpenAI) -> None:
    client.chat.completions.create(
        model="fake-busy", messages=[{"role": "user", "content": "hello"}]
    )


def main() -> None:
    endpoint, base_url = sys.argv[1:]
    handle = longpole.init("live-agent", endpoint=endpoint, release="1.0", environment="test")
    client = OpenAI(base_url=base_url, api_key="fake", max_retries=0)
    with longpole.session("conversation-1", user="user-1"):
        text = answer(client, "What is the weather?")
        try:
            fail(client)
        except RateLimitError:
            text += " (and busy)"
    flushed = handle.flush()
    told = {"answer": text, "instrumented": dict(handle.instrumented), "flushed": flushed}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
