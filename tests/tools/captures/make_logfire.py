"""Logfire's OpenAI, Anthropic and pydantic-ai integrations, sent to any OTLP receiver."""

from __future__ import annotations

import anthropic
import logfire
import openai
from facts_framework import CHAT, CLAUDE, EMBED, FAILED, RESPONSES, fact
from pydantic_ai import Agent
from recording_framework import record

MODEL = "gpt-4o-mini"
AGENT_MODEL = "openai-chat:gpt-4o-mini"
ASK = [{"role": "user", "content": "Weather in Paris?"}]


def program(_provider: str, _receiver: str) -> None:
    """Calls in a span, then a pydantic-ai agent with a tool."""
    logfire.configure(
        send_to_logfire=False, console=False, service_name="weather", inspect_arguments=False
    )
    logfire.instrument_openai()
    logfire.instrument_anthropic()
    logfire.instrument_pydantic_ai()
    with logfire.span("app {name}", name="root"):
        _openai(openai.OpenAI(max_retries=0))
        _anthropic(anthropic.Anthropic(max_retries=0))
    agent = Agent(AGENT_MODEL, name="weather_agent")
    agent.tool_plain(get_weather)
    agent.run_sync("Weather in Paris?")
    logfire.force_flush()


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def _openai(client: openai.OpenAI) -> None:
    client.chat.completions.create(model=MODEL, messages=ASK)
    for _ in client.chat.completions.create(model=MODEL, messages=ASK, stream=True,
                                            stream_options={"include_usage": True}):  # fmt: skip
        pass
    client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
    client.responses.create(model="gpt-5-mini", input="Weather in Paris?")
    try:
        client.chat.completions.create(model="fail-model", messages=ASK)
    except openai.RateLimitError:
        return


def _anthropic(client: anthropic.Anthropic) -> None:
    client.messages.create(model="claude-sonnet-4-5", max_tokens=64, messages=ASK)


TALK = {"session_from": "gen_ai.conversation.id"}
FACTS = [
    fact("app {name}", kind="other", counted=False),
    fact("Chat Completion with {request_data[model]!r}", CHAT, cost_usd=0.0000444),
    # A streamed call's span ends at once and has no usage; a zero-length span beside it has.
    fact("Chat Completion with {request_data[model]!r}", CHAT, input_tokens=None,
         output_tokens=None, cache_read_tokens=None, response_model="gpt-4o-mini",
         model="gpt-4o-mini", counted=False),
    fact("streaming response from {request_data[model]!r} took {duration:.2f}s", CHAT,
         cost_usd=0.0000444),
    fact("Embedding Creation with {request_data[model]!r}", EMBED, cost_usd=0.00000036),
    fact("Responses API with {gen_ai.request.model!r}", RESPONSES, streaming_any_of=[False, None],
         cost_usd=0.0001188),
    fact("Chat Completion with {request_data[model]!r}", FAILED, provider="openai"),
    fact("Message with {request_data[model]!r}", CLAUDE, cost_usd=0.0010296),
    fact("invoke_agent weather_agent", TALK, kind="agent", agent="weather_agent", counted=False),
    # Two instrumentations of one call: pydantic-ai's span around logfire's.
    *(fact("chat gpt-4o-mini", CHAT, TALK, agent="weather_agent", reasoning_tokens=16,
           cost_usd=0.0000444) for _ in range(2)),
    *(fact("Chat Completion with {request_data[model]!r}", CHAT, TALK, counted=False,
           agent="weather_agent") for _ in range(2)),
    fact("execute_tool get_weather", TALK, kind="tool", tool="get_weather", counted=False,
         agent="weather_agent", tool_call_id="call_0006"),
]  # fmt: skip

if __name__ == "__main__":
    record("logfire", "logfire 5.4.0 (openai 3.57.0, pydantic-ai 2.68.0)", program, FACTS)
