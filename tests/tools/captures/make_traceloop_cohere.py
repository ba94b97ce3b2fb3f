"""OpenLLMetry's Cohere instrumentation: chat, embed and rerank of version 2 of the API."""

from __future__ import annotations

import cohere
from facts_framework import SOMEONE, fact
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop
from traceloop.sdk.decorators import workflow


def program(provider: str, receiver: str) -> None:
    """One call of each kind in one workflow."""
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.COHERE})  # fmt: skip
    Traceloop.set_association_properties({"session_id": "sess-42", "user_id": "user-7"})
    _calls(cohere.ClientV2(api_key="none", base_url=provider))


@workflow(name="weather_workflow")
def _calls(client: cohere.ClientV2) -> None:
    ask = "Weather in Paris?"
    client.chat(model="command-a-03-2025", messages=[{"role": "user", "content": ask}])
    client.embed(model="embed-v4.0", texts=["a", "b"], input_type="search_document",
                 embedding_types=["float"])  # fmt: skip
    client.rerank(model="rerank-v3.5", query=ask, documents=["sunny", "rain"], top_n=2)


FACTS = [
    fact("weather_workflow.workflow", SOMEONE, kind="chain", workflow="weather_workflow",
         counted=False),
    # Counts are doubles, and the billed ones: the provider counted 120 tokens and billed 88.
    fact("cohere.chat", SOMEONE, kind="llm", provider="cohere", request_model="command-a-03-2025",
         model="command-a-03-2025", input_tokens=88, output_tokens=48, counted=True),
    fact("cohere.embed", SOMEONE, kind="embedding", provider="cohere", request_model="embed-v4.0",
         model="embed-v4.0", input_tokens=None, counted=False),
    fact("cohere.rerank", SOMEONE, kind="reranker", provider="cohere",
         request_model="rerank-v3.5", model="rerank-v3.5", input_tokens=None, counted=False),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "traceloop-cohere",
        "opentelemetry-instrumentation-cohere 0.62.4, traceloop-sdk 0.62.4 (cohere 5.21.1)",
        program,
        FACTS,
    )
