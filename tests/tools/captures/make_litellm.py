"""litellm's own OpenTelemetry callback: chat, stream, tools, embeddings and a failure.

python make_litellm.py PROVIDER OTLP
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import Any

import litellm
from litellm.integrations.opentelemetry import OpenTelemetry, OpenTelemetryConfig

MESSAGES = [{"role": "user", "content": "Weather in Paris?"}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": PARAMETERS}}]


async def run(url: str) -> None:
    to: dict[str, Any] = {"api_base": f"{url}/v1", "api_key": "fake"}
    known = {"metadata": {"session_id": "sess-42", "tags": ["t1"]}, "user": "user-7"}
    await litellm.acompletion(model="openai/gpt-4o-mini", messages=MESSAGES, **to, **known)
    stream = await litellm.acompletion(
        model="openai/gpt-4o-mini",
        messages=MESSAGES,
        stream=True,
        stream_options={"include_usage": True},
        **to,
    )
    async for _ in stream:
        pass
    await litellm.acompletion(model="openai/gpt-4o-mini", messages=MESSAGES, tools=TOOLS, **to)
    claude = {"api_base": url, "api_key": "fake"}
    await litellm.acompletion(model="anthropic/claude-sonnet-4-5", messages=MESSAGES, **claude)
    await litellm.aembedding(model="openai/text-embedding-3-small", input=["sunny", "rainy"], **to)
    with suppress(Exception):
        await litellm.acompletion(
            model="openai/fail-model", messages=MESSAGES, num_retries=0, max_retries=0, **to
        )
    await asyncio.sleep(2)


def main(url: str, otlp: str) -> None:
    config = OpenTelemetryConfig(exporter="otlp_http", endpoint=f"{otlp}/v1/traces")
    callback = OpenTelemetry(config=config)
    litellm.callbacks = [callback]
    asyncio.run(run(url))
    from opentelemetry import trace

    trace.get_tracer_provider().shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
