"""OpenLLMetry's LangChain and Anthropic instrumentations of mid 2025, without operations."""

from __future__ import annotations

import anthropic
from facts_framework import CHAT, CLAUDE, SOMEONE, fact
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop
from traceloop.sdk.decorators import workflow

ASK = [{"role": "user", "content": "Weather in Paris?"}]


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, receiver: str) -> None:
    """An agent with one tool, a streamed chain, and two Anthropic calls."""
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.LANGCHAIN, Instruments.ANTHROPIC})  # fmt: skip
    Traceloop.set_association_properties({"session_id": "sess-42", "user_id": "user-7"})
    model = ChatOpenAI(model="gpt-4o-mini", stream_usage=True, max_retries=0)
    agent = create_react_agent(model, tools=[get_weather], name="weather_agent")
    agent.invoke({"messages": ASK})
    chain = ChatPromptTemplate.from_messages([("user", "Weather in {city}?")]) | model
    for _ in chain.stream({"city": "Paris"}):
        pass
    _anthropic(anthropic.Anthropic(max_retries=0))


@workflow(name="weather_workflow")
def _anthropic(client: anthropic.Anthropic) -> None:
    client.messages.create(model="claude-sonnet-4-5", max_tokens=64, messages=ASK)
    for _ in client.messages.create(model="claude-sonnet-4-5", max_tokens=64, messages=ASK,
                                    stream=True):  # fmt: skip
        pass


FRAME = {"framework": "langchain", "provider_inferred": True}
FACTS = [
    fact("weather_agent.workflow", SOMEONE, kind="chain", workflow="weather_agent",
         counted=False),
    *(fact(f"{name}.task", SOMEONE, kind="chain", workflow="weather_agent", counted=False)
      for name in ("agent", "call_model", "RunnableSequence", "Prompt", "should_continue")
      for _ in range(2)),
    fact("tools.task", SOMEONE, kind="chain", workflow="weather_agent", counted=False),
    fact("get_weather.tool", SOMEONE, kind="tool", tool="get_weather", workflow="weather_agent",
         counted=False),
    # The framework stands where the provider is due.
    *(fact("ChatOpenAI.chat", CHAT, SOMEONE, FRAME, workflow="weather_agent") for _ in range(2)),
    fact("RunnableSequence.workflow", SOMEONE, kind="chain", workflow="RunnableSequence",
         counted=False),
    fact("ChatPromptTemplate.task", SOMEONE, kind="chain", counted=False),
    fact("ChatOpenAI.chat", CHAT, SOMEONE, FRAME, response_model="gpt-4o-mini",
         model="gpt-4o-mini"),
    fact("weather_workflow.workflow", SOMEONE, kind="chain", workflow="weather_workflow",
         counted=False),
    fact("anthropic.chat", CLAUDE, SOMEONE, workflow="weather_workflow"),
    # Streamed calls add the two output counts of the stream: 1 at its start and 48 at its end.
    fact("anthropic.chat", CLAUDE, SOMEONE, output_tokens=49, streaming=True),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "traceloop-langchain-old",
        "traceloop-sdk 0.40.14 with its langchain and anthropic instrumentations",
        program,
        FACTS,
    )
