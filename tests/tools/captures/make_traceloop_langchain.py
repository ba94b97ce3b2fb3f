"""OpenLLMetry's LangChain instrumentation over a LangGraph agent, a streamed model, a chain."""

from __future__ import annotations

from facts_framework import CHAT, FAILED, SOMEONE, fact
from langchain.agents import create_agent
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(_provider: str, receiver: str) -> None:
    """An agent with one tool, then a prompt piped into a streamed model, then a failing call."""
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.LANGCHAIN})  # fmt: skip
    Traceloop.set_association_properties({"session_id": "sess-42", "user_id": "user-7"})
    model = ChatOpenAI(model="gpt-4o-mini", stream_usage=True, max_retries=0)
    agent = create_agent(model, tools=[get_weather], name="weather_agent")
    agent.invoke({"messages": [{"role": "user", "content": "Weather in Paris?"}]})
    chain = ChatPromptTemplate.from_messages([("user", "Weather in {city}?")]) | model
    for _ in chain.stream({"city": "Paris"}):
        pass
    try:
        ChatOpenAI(model="fail-model", max_retries=0).invoke("Weather in Paris?")
    except Exception as failure:
        print("as meant:", type(failure).__name__)


GRAPH = {"provider": None, "framework": "langgraph", "counted": False}
INSIDE = {"agent_effective": "weather_agent", "workflow": "weather_agent"}
FACTS = [
    fact("invoke_agent weather_agent", SOMEONE, GRAPH, kind="agent", agent="weather_agent"),
    fact("weather_agent.workflow", SOMEONE, GRAPH, kind="agent", agent="weather_agent",
         workflow="weather_agent"),
    *(fact("execute_task model", SOMEONE, GRAPH, INSIDE, kind="chain") for _ in range(2)),
    fact("execute_task tools", SOMEONE, GRAPH, INSIDE, kind="chain"),
    fact("execute_tool get_weather", SOMEONE, GRAPH, INSIDE, kind="tool", tool="get_weather"),
    *(fact("ChatOpenAI.chat", CHAT, SOMEONE, INSIDE) for _ in range(2)),
    # A runnable that is no agent says invoke_agent and gives its class as the agent's name.
    fact("RunnableSequence.workflow", SOMEONE, kind_any_of=["agent", "chain"], provider=None,
         framework="langchain", counted=False, workflow="RunnableSequence"),
    fact("execute_task ChatPromptTemplate", SOMEONE, kind="chain", provider=None,
         framework="langchain", counted=False),
    fact("ChatOpenAI.chat", CHAT, SOMEONE, response_model="gpt-4o-mini", model="gpt-4o-mini"),
    fact("ChatOpenAI.chat", FAILED, SOMEONE, provider="openai"),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "traceloop-langchain",
        "opentelemetry-instrumentation-langchain 0.62.4 (langchain 1.5.2, langgraph 1.2.24)",
        program,
        FACTS,
    )
