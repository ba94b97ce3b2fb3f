"""OpenLLMetry's LlamaIndex instrumentation: a query over an index, and a function agent."""

from __future__ import annotations

import asyncio

from facts_framework import CHAT, SOMEONE, fact
from llama_index.core import Settings, VectorStoreIndex
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.schema import TextNode
from llama_index.llms.openai import OpenAI
from opentelemetry.instrumentation.llamaindex import LlamaIndexInstrumentor
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(provider: str, receiver: str) -> None:
    """A retrieval with an answer, then an agent with one tool."""
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.OPENAI})  # fmt: skip
    LlamaIndexInstrumentor().instrument(skip_dep_check=True)
    Traceloop.set_association_properties({"session_id": "sess-42", "user_id": "user-7"})
    model = OpenAI(model="gpt-4o-mini", api_base=f"{provider}/v1", max_retries=0)
    Settings.llm, Settings.embed_model = model, MockEmbedding(embed_dim=4)
    index = VectorStoreIndex([TextNode(text="Paris is sunny.")])
    index.as_query_engine(similarity_top_k=1).query("Weather in Paris?")
    asyncio.run(_agent(model))


async def _agent(model: OpenAI) -> None:
    agent = FunctionAgent(name="weather_agent", tools=[get_weather], llm=model, streaming=False)
    await agent.run("Weather in Paris?")


FACTS = [
    # An embedding model without a name is called unknown on the wire.
    fact("MockEmbedding.workflow", SOMEONE, kind="embedding", input_tokens=None, counted=False),
    fact("MockEmbedding.task", SOMEONE, kind="chain", counted=False),
    fact("RetrieverQueryEngine.workflow", SOMEONE, kind="chain", counted=False),
    fact("RetrieverQueryEngine.task", SOMEONE, kind="chain", counted=False),
    *(fact("VectorIndexRetriever.task", SOMEONE, kind_any_of=["retriever", "chain"], counted=False)
      for _ in range(2)),
    fact("MockEmbedding.task", SOMEONE, kind="embedding", input_tokens=None, counted=False),
    fact("MockEmbedding.task", SOMEONE, kind="chain", counted=False),
    *(fact("CompactAndRefine.task", SOMEONE, kind="chain", counted=False) for _ in range(3)),
    *(fact("TokenTextSplitter.task", SOMEONE, kind="chain", counted=False) for _ in range(2)),
    fact("DefaultRefineProgram.task", SOMEONE, kind="chain", counted=False),
    *(fact("openai.chat", CHAT, SOMEONE, reasoning_tokens=16, streaming=False) for _ in range(3)),
    fact("FunctionAgent.workflow", SOMEONE, kind_any_of=["agent", "chain"], counted=False),
    *(fact("BaseWorkflowAgent.task", SOMEONE, kind="chain", counted=False) for _ in range(4)),
    # The one that carries tool.name, around the tool's own span, which carries none.
    fact("BaseWorkflowAgent.task", SOMEONE, kind_any_of=["tool", "chain"], tool="get_weather",
         counted=False),
    fact("FunctionTool.task", SOMEONE, kind_any_of=["tool", "chain"], counted=False),
    *(fact("BaseWorkflowAgent.task", SOMEONE, kind="chain", counted=False) for _ in range(4)),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "traceloop-llamaindex",
        "opentelemetry-instrumentation-llamaindex and -openai 0.62.4 (llama-index-core 0.14.25)",
        program,
        FACTS,
    )
