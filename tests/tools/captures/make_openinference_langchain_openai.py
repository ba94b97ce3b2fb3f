"""Two OpenInference instrumentors at once: LangChain's span and the OpenAI client's below it."""

from __future__ import annotations

from facts_program import DETAILS, GPT, IDENTITY, USAGE
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from openinference.instrumentation import using_attributes
from openinference.instrumentation.langchain import LangChainInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from record_program import Facts, Pipeline, SpanFacts, event_s, record

PACKAGES = (
    "openinference-instrumentation-langchain",
    "openinference-instrumentation-openai",
    "langchain",
    "langchain-openai",
    "openai",
)


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """An agent with a tool, a streamed chat, embeddings."""
    LangChainInstrumentor().instrument()
    OpenAIInstrumentor().instrument()
    where = {"base_url": f"{pipeline.provider_url}/v1", "api_key": "fake", "max_retries": 0}
    model = ChatOpenAI(model="gpt-4o-mini", **where)
    agent = create_agent(model, [get_weather], name="weather_agent")
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        agent.invoke({"messages": [("user", "Weather in Paris?")]})
        for _ in ChatOpenAI(model="gpt-4o-mini", stream_usage=True, **where).stream("Weather?"):
            pass
        embedder = OpenAIEmbeddings(
            model="text-embedding-3-small", check_embedding_ctx_length=False, **where
        )
        embedder.embed_query("Weather in Paris?")


BELOW: Facts = {"agent_effective": "weather_agent", **IDENTITY}
# LangChain's span is not made current, so the client's span of the same call begins a trace of its
# own: one of the two counts, and neither says so.
CALL: Facts = {"kind": "llm", "provider": "openai", **USAGE, **DETAILS, **IDENTITY}
CHAT: Facts = {**CALL, "model": GPT, **BELOW}
CLIENT: Facts = {
    **CALL,
    "request_model": "gpt-4o-mini",
    "response_model": GPT,
    "model": GPT,
}
STREAM: Facts = {"streaming": True, "ttft_s": event_s("First Token Stream Event")}
EMBEDDING: Facts = {
    "kind": "embedding",
    "counted": True,
    "input_tokens": 9,
    "provider": "openai",
    "model": "text-embedding-3-small",
    **IDENTITY,
}
FACTS: SpanFacts = [
    ("weather_agent", {"kind": "agent", "agent": "weather_agent", **BELOW}),
    ("model", {"kind": "chain", **BELOW}),
    ("ChatOpenAI", CHAT),
    ("ChatCompletion", CLIENT),
    ("tools", {"kind": "chain", **BELOW}),
    ("get_weather", {"kind": "tool", "tool": "get_weather", **BELOW}),
    ("model", {"kind": "chain", **BELOW}),
    ("ChatOpenAI", CHAT),
    ("ChatCompletion", CLIENT),
    ("ChatOpenAI", {**CALL, "model": "gpt-4o-mini"}),
    (
        "ChatCompletion",
        {**CLIENT, "streaming": True, "ttft_s": event_s("First Token Stream Event")},
    ),
    ("CreateEmbeddings", EMBEDDING),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"openinference-langchain-openai": FACTS})
