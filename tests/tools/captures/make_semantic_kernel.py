"""Semantic Kernel's own telemetry: an agent with a plugin function, then a streamed prompt."""

from __future__ import annotations

import asyncio
import os

os.environ.update(  # noqa: TID251 - read when the library is imported
    SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS="true",
    SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE="true",
)

from facts_framework import CHAT, fact
from openai import AsyncOpenAI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from recording_framework import record
from semantic_kernel import Kernel
from semantic_kernel.agents import ChatCompletionAgent
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion
from semantic_kernel.functions import kernel_function


class Weather:
    """A plugin."""

    @kernel_function(description="Weather of a city")
    def get_weather(self, city: str) -> str:
        """Weather of a city."""
        return f"sunny in {city}"


def program(_provider: str, _receiver: str) -> None:
    """One run of an agent, one streamed prompt function."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    asyncio.run(_runs())


async def _runs() -> None:
    service = OpenAIChatCompletion("gpt-4o-mini", async_client=AsyncOpenAI(max_retries=0))
    agent = ChatCompletionAgent(service=service, name="weather_agent", plugins=[Weather()])
    await agent.get_response(messages="Weather in Paris?")
    kernel = Kernel()
    kernel.add_service(service)
    async for _ in kernel.invoke_prompt_stream(
        "Weather in Paris?", function_name="ask", plugin_name="prompts"
    ):
        pass


INSIDE = {"agent_effective": "weather_agent"}
BARE = {"response_model": None, "model": "gpt-4o-mini", "cache_read_tokens": None}
FACTS = [
    fact("invoke_agent weather_agent", kind="agent", agent="weather_agent", counted=False),
    fact("AutoFunctionInvocationLoop", INSIDE, kind="chain", counted=False),
    # Cached tokens and the answering model are not reported.
    *(fact("chat gpt-4o-mini", CHAT, INSIDE, BARE) for _ in range(2)),
    fact("execute_tool Weather-get_weather", INSIDE, kind="tool", tool="Weather-get_weather",
         tool_call_id="call_0001", counted=False),
    fact("execute_tool prompts-ask", kind="tool", tool="prompts-ask", counted=False),
    fact("chat gpt-4o-mini", CHAT, BARE),
]  # fmt: skip

if __name__ == "__main__":
    record("semantic-kernel", "semantic-kernel 1.45.0 (openai 2.54.0)", program, FACTS)
