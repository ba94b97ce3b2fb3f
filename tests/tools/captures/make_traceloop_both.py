"""OpenLLMetry's LangChain and OpenAI instrumentations at once, over one LangGraph agent."""

from __future__ import annotations

from facts_framework import CHAT, EMBED, SOMEONE, fact
from langchain.agents import create_agent
from langchain_core.documents import Document
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from make_traceloop_langchain import get_weather
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop
from traceloop.sdk.decorators import agent


def program(_provider: str, receiver: str) -> None:
    """A decorated agent around a LangGraph agent, a retriever and embeddings."""
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.LANGCHAIN, Instruments.OPENAI})  # fmt: skip
    Traceloop.set_association_properties({"session_id": "sess-42", "user_id": "user-7"})
    _answer()


@agent(name="outer_agent")
def _answer() -> None:
    store = InMemoryVectorStore(OpenAIEmbeddings(check_embedding_ctx_length=False))
    store.add_documents([Document("Paris is sunny.")])
    store.as_retriever().invoke("Weather in Paris?")
    model = ChatOpenAI(model="gpt-4o-mini", max_retries=0)
    inner = create_agent(model, tools=[get_weather], name="weather_agent")
    inner.invoke({"messages": [{"role": "user", "content": "Weather in Paris?"}]})


FRAME = {"provider": None, "framework_any_of": ["langchain", "langgraph"], "counted": False}
# The outer agent's name is put on all spans below, also on those inside the inner agent.
INSIDE = {"agent_effective_any_of": ["weather_agent", "outer_agent"]}
ADA = {
    **EMBED, "request_model": "text-embedding-ada-002", "model": "text-embedding-ada-002",
    "input_tokens": 9,
}  # fmt: skip
FACTS = [
    fact("outer_agent.agent", SOMEONE, kind="agent", agent="outer_agent", counted=False),
    *(fact("openai.embeddings", ADA, SOMEONE, agent_effective="outer_agent") for _ in range(2)),
    fact("vector_db_retrieve VectorStoreRetriever", SOMEONE, FRAME, kind="retriever",
         agent_effective="outer_agent"),
    fact("invoke_agent weather_agent", SOMEONE, FRAME, kind="agent", agent="weather_agent"),
    fact("weather_agent.workflow", SOMEONE, FRAME, kind="agent", agent="weather_agent"),
    *(fact("execute_task model", SOMEONE, FRAME, INSIDE, kind="chain") for _ in range(2)),
    fact("execute_task tools", SOMEONE, FRAME, INSIDE, kind="chain"),
    fact("execute_tool get_weather", SOMEONE, FRAME, INSIDE, kind="tool", tool="get_weather"),
    # The OpenAI instrumentation keeps quiet below these.
    *(fact("ChatOpenAI.chat", CHAT, SOMEONE, INSIDE) for _ in range(2)),
]  # fmt: skip

if __name__ == "__main__":
    record("traceloop-both", "traceloop-sdk 0.62.4 (langchain 1.5.2)", program, FACTS)
