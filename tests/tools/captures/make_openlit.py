"""OpenLIT over OpenAI, Anthropic and a LangGraph agent."""

from __future__ import annotations

import anthropic
import openai
import openlit
from facts_framework import CHAT, CLAUDE, EMBED, FAILED, RESPONSES, fact
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from opentelemetry import trace
from recording_framework import record

ASK = [{"role": "user", "content": "Weather in Paris?"}]
MODEL = "gpt-4o-mini"


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, receiver: str) -> None:
    """Five OpenAI calls, two Anthropic calls, one agent with one tool."""
    openlit.init(otlp_endpoint=receiver, application_name="weather", environment="test",
                 disable_metrics=True, disable_batch=False)  # fmt: skip
    with trace.get_tracer("app").start_as_current_span("app-root"):
        _openai(openai.OpenAI(max_retries=0))
        _anthropic(anthropic.Anthropic(max_retries=0))
    agent = create_agent(ChatOpenAI(model=MODEL), tools=[get_weather], name="weather_agent")
    agent.invoke({"messages": ASK}, {"configurable": {"thread_id": "thread-9"}})


def _openai(client: openai.OpenAI) -> None:
    client.chat.completions.create(model=MODEL, messages=ASK, temperature=0.2, user="user-7")
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
    for _ in client.messages.create(model="claude-sonnet-4-5", max_tokens=64, messages=ASK,
                                    stream=True):  # fmt: skip
        pass


TTFT = "gen_ai.server.time_to_first_token"
# The framework stands where the provider is due; the model beside it tells the provider.
INFERRED = {"provider": "openai", "provider_inferred": True}
FACTS = [
    # The log events of streamed calls refer to this span, not to the call's.
    fact("app-root", kind="other", input_tokens=None, counted=False),
    # HTTP spans of the client library below every call.
    *(fact("POST", kind="other", counted=False) for _ in range(9)),
    fact("chat gpt-4o-mini", CHAT, streaming=False, user="user-7"),
    fact("chat gpt-4o-mini", CHAT, streaming=True, ttft_s_from=TTFT),
    fact("embeddings text-embedding-3-small", EMBED),
    fact("chat gpt-5-mini", RESPONSES, streaming=False, reasoning_tokens=16),
    fact("chat fail-model", FAILED, provider="openai"),
    # Sent without its cached parts: 40, 32 and 48.
    fact("chat claude-sonnet-4-5", CLAUDE, streaming=False),
    # Streamed, it loses the cached parts: 40, 0 and 0.
    fact("chat claude-sonnet-4-5", CLAUDE, streaming=True, ttft_s_from=TTFT, input_tokens=40,
         cache_read_tokens=0, cache_write_tokens=0),
    fact("create_agent default", kind="agent", provider=None, framework="langgraph",
         counted=False),
    # Repeats the usage of the last of two calls below it.
    fact("invoke_workflow weather_agent", INFERRED, kind="chain", workflow="weather_agent",
         framework="langgraph", session="thread-9", counted=False),
    fact("invoke_agent weather_agent", INFERRED, kind="agent", agent="weather_agent",
         framework="langchain", session="thread-9", counted=False),
    # A node of the graph said to be an agent; the call it makes hangs under the agent above.
    *(fact("invoke_agent model", kind_any_of=["agent", "chain"], provider=None,
           framework="langgraph", session="thread-9", counted=False) for _ in range(2)),
    # The first asks for a tool, and names it, but is a model call.
    *(fact("chat gpt-4o-mini", CHAT, streaming=False, agent_effective="weather_agent",
           session="thread-9") for _ in range(2)),
    fact("execute_tool get_weather", kind="tool", tool="get_weather", session="thread-9",
         agent_effective="weather_agent", counted=False, tool_call_id="call_0007"),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "openlit",
        "openlit 1.45.0 (openai 2.54.0, anthropic 0.125.0, langgraph 1.2.24)",
        program,
        FACTS,
    )
