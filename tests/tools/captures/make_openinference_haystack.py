"""openinference-instrumentation-haystack: a retrieval pipeline and an agent."""

from __future__ import annotations

from facts_program import GPT, IDENTITY, LLM, NO_DETAILS
from haystack import Document
from haystack import Pipeline as Haystack
from haystack.components.agents import Agent
from haystack.components.builders import ChatPromptBuilder
from haystack.components.embedders import OpenAITextEmbedder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.dataclasses import ChatMessage
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.tools import tool
from haystack.utils import Secret
from openinference.instrumentation import using_attributes
from openinference.instrumentation.haystack import HaystackInstrumentor
from record_program import Pipeline, SpanFacts, record

PACKAGES = ("openinference-instrumentation-haystack", "haystack-ai")


@tool
def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """A pipeline that answers from documents, then an agent with one tool."""
    HaystackInstrumentor().instrument()
    where = {
        "api_base_url": f"{pipeline.provider_url}/v1",
        "api_key": Secret.from_token("fake"),
        "max_retries": 0,
    }
    store = InMemoryDocumentStore()
    store.write_documents([Document(content="Paris is sunny.", embedding=[0.0, 0.5, 1.0])])
    asked = "{{question}} {{documents[0].content}}"
    flow = Haystack()
    flow.add_component("embedder", OpenAITextEmbedder(model="text-embedding-3-small", **where))
    flow.add_component("retriever", InMemoryEmbeddingRetriever(store))
    flow.add_component("prompt", ChatPromptBuilder([ChatMessage.from_user(asked)]))
    flow.add_component("llm", OpenAIChatGenerator(model="gpt-4o-mini", **where))
    flow.connect("embedder.embedding", "retriever.query_embedding")
    flow.connect("retriever.documents", "prompt.documents")
    flow.connect("prompt.prompt", "llm.messages")
    question = "Weather in Paris?"
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        flow.run({"embedder": {"text": question}, "prompt": {"question": question}})
        agent = Agent(
            chat_generator=OpenAIChatGenerator(model="gpt-4o-mini", **where), tools=[get_weather]
        )
        agent.run([ChatMessage.from_user(question)])


CHAIN = {"kind": "chain", **IDENTITY}
CALL = {**LLM, **NO_DETAILS, **IDENTITY, "provider": "openai", "model": GPT}
EMBEDDING = {"kind": "embedding", "model": "text-embedding-3-small", **IDENTITY}
FACTS: SpanFacts = [
    ("Pipeline.run", CHAIN),
    ("CreateEmbeddings", EMBEDDING),
    ("InMemoryEmbeddingRetriever.run", {"kind": "retriever", **IDENTITY}),
    ("ChatPromptBuilder.run", CHAIN),
    ("OpenAIChatGenerator.run", CALL),
    ("Agent.run", CHAIN),
    ("OpenAIChatGenerator.run", CALL),
    ("OpenAIChatGenerator.run", CALL),
]
# Early releases: a retriever with kind CHAIN, no provider, no span that joins the agent's calls.
OLD_CALL = {**CALL, "provider_inferred": True}
OLD_FACTS: SpanFacts = [
    ("Pipeline.run", CHAIN),
    ("OpenAITextEmbedder.run", EMBEDDING),
    ("InMemoryEmbeddingRetriever.run", CHAIN),
    ("ChatPromptBuilder.run", CHAIN),
    ("OpenAIChatGenerator.run", OLD_CALL),
    ("OpenAIChatGenerator.run", OLD_CALL),
    ("ToolInvoker.run", CHAIN),
    ("OpenAIChatGenerator.run", OLD_CALL),
]

if __name__ == "__main__":
    record(
        PACKAGES,
        program,
        {"openinference-haystack": FACTS, "openinference-haystack-0.1.20": OLD_FACTS},
    )
