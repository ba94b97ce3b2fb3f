"""openinference-instrumentation-llama-index: an agent, a streamed chat, a query with retrieval."""

from __future__ import annotations

import asyncio

from facts_program import DETAILS, IDENTITY, LLM, NO_USAGE, SILENT
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.llms import ChatMessage
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI
from openinference.instrumentation import using_attributes
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = (
    "openinference-instrumentation-llama-index",
    "llama-index-core",
    "llama-index-llms-openai",
)


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


async def run_agent(model: OpenAI) -> None:
    """One agent run with one tool call."""
    agent = FunctionAgent(name="weather_agent", tools=[get_weather], llm=model, streaming=False)
    await agent.run("Weather in Paris?")


def program(pipeline: Pipeline) -> None:
    """Three traces with the scripted identity, one without."""
    LlamaIndexInstrumentor().instrument()
    where = {"api_base": f"{pipeline.provider_url}/v1", "api_key": "fake", "max_retries": 0}
    model = OpenAI("gpt-4o-mini", **where)
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        asyncio.run(run_agent(model))
        for _ in model.stream_chat([ChatMessage(role="user", content="Weather in Paris?")]):
            pass
    embedder = OpenAIEmbedding(model="text-embedding-3-small", **where)
    index = VectorStoreIndex.from_documents(
        [Document(text="Paris is sunny.")], embed_model=embedder
    )
    index.as_query_engine(llm=model).query("Weather in Paris?")


OPENAI: Facts = {"provider": "openai", "model": "gpt-4o-mini"}
STEP: Facts = {"kind": "chain", **IDENTITY}
CALL: Facts = {**LLM, **DETAILS, **OPENAI}
# LLM by its own word, but no request: it prepares one or wraps one.
WRAPPER: Facts = {**SILENT, **OPENAI}
TOOL: Facts = {"kind": "tool", "tool": "get_weather", **IDENTITY}
PLAIN: Facts = {"kind": "chain", "session": None, "user": None}
RETRIEVER: Facts = {"kind": "retriever"}
EMBEDDING: Facts = {
    "kind": "embedding",
    "model": "text-embedding-3-small",
    "counted": False,
    **NO_USAGE,
}
# The span ends before its first token, so the event's time cannot be believed.
STREAM: Facts = {**WRAPPER, **IDENTITY, "ttft_s": None}
AGENT_TURN: SpanFacts = [
    ("BaseWorkflowAgent.setup_agent", STEP),
    ("BaseWorkflowAgent.run_agent_step", STEP),
    ("OpenAI._prepare_chat_with_tools", WRAPPER | IDENTITY),
    ("OpenAI.achat", CALL | IDENTITY),
    ("BaseWorkflowAgent.parse_agent_output", STEP),
]
FACTS: SpanFacts = [
    ("FunctionAgent.run", STEP),
    ("BaseWorkflowAgent.init_run", STEP),
    *AGENT_TURN,
    ("BaseWorkflowAgent.call_tool", STEP),
    ("FunctionTool.acall", TOOL),
    ("BaseWorkflowAgent.aggregate_tool_results", STEP),
    *AGENT_TURN,
    ("OpenAI.stream_chat", STREAM),
    ("SentenceSplitter.__call__", PLAIN),
    ("SentenceSplitter._parse_nodes", PLAIN),
    ("SentenceSplitter.split_text_metadata_aware", PLAIN),
    ("OpenAIEmbedding.get_text_embedding_batch", EMBEDDING),
    ("RetrieverQueryEngine.query", PLAIN),
    ("RetrieverQueryEngine._query", PLAIN),
    ("VectorIndexRetriever.retrieve", RETRIEVER),
    ("VectorIndexRetriever._retrieve", RETRIEVER),
    ("OpenAIEmbedding.get_query_embedding", EMBEDDING),
    ("OpenAIEmbedding._get_query_embedding", EMBEDDING),
    ("CompactAndRefine.synthesize", PLAIN),
    ("CompactAndRefine.get_response", PLAIN),
    ("TokenTextSplitter.split_text", PLAIN),
    ("CompactAndRefine.get_response", PLAIN),
    ("TokenTextSplitter.split_text", PLAIN),
    ("DefaultRefineProgram.__call__", PLAIN),
    ("OpenAI.predict", WRAPPER),
    ("OpenAI.chat", CALL),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"openinference-llama-index": FACTS})
