"""The program of make_langsmith under a LangSmith of mid 2025."""

from __future__ import annotations

from facts_framework import CHAT, DROP, fact
from make_langsmith import WHOSE, program
from recording_framework import record

CHAIN = {"kind": "chain", "provider": None, "framework": "langchain", "counted": False, **WHOSE}
FACTS = [
    fact("weather_agent", CHAIN, kind_any_of=["agent", "chain"]),
    *(fact(name, CHAIN) for name in ("agent", "call_model", "Prompt", "should_continue")
      for _ in range(2)),
    # A chain that repeats the usage of the call below it.
    *(fact("RunnableSequence", CHAIN) for _ in range(2)),
    fact("tools", CHAIN),
    fact("get_weather", CHAIN, kind="tool", tool="get_weather"),
    *(fact("ChatOpenAI", CHAT, WHOSE, response_model=None, model="gpt-4o-mini",
           cache_read_tokens=DROP) for _ in range(2)),
    # The operation name says embeddings.
    fact("VectorStoreRetriever", kind="retriever", provider=None, input_tokens=None,
         counted=False),
    fact("answer", CHAIN),
    # The wrapped client's; usage_metadata is a native map here.
    *(fact("ChatOpenAI", CHAT, WHOSE, reasoning_tokens=16) for _ in range(2)),
]  # fmt: skip

if __name__ == "__main__":
    record("langsmith-old", "langsmith 0.4.1 (langgraph 0.5.4)", program, FACTS)
