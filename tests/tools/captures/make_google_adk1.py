"""google-adk 1.x: an agent with a tool over a scripted model class."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator

from google.adk.agents import LlmAgent
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.models import BaseLlm, LlmRequest, LlmResponse
from google.adk.runners import InMemoryRunner
from google.genai import types
from tracing_command import start

USAGE = types.GenerateContentResponseUsageMetadata(
    prompt_token_count=120,
    cached_content_token_count=32,
    candidates_token_count=32,
    thoughts_token_count=16,
    total_token_count=168,
)


class Scripted(BaseLlm):
    """Calls get_weather first, then answers."""

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        await asyncio.sleep(0.02)
        parts = [part for content in llm_request.contents for part in content.parts or []]
        if not any(part.function_response for part in parts):
            call = types.FunctionCall(id="fc1", name="get_weather", args={"city": "Paris"})
            part = types.Part(function_call=call)
        else:
            part = types.Part(text="It is sunny in Paris.")
        content = types.Content(role="model", parts=[part])
        yield LlmResponse(content=content, usage_metadata=USAGE, partial=False)


def get_weather(city: str) -> dict[str, str]:
    """The weather of a city."""
    return {"weather": "sunny"}


async def run(app: str) -> None:
    agent = LlmAgent(
        name="weather_agent", model=Scripted(model="gemini-2.5-flash"), tools=[get_weather]
    )
    runner = InMemoryRunner(agent=agent, app_name=app)
    await runner.session_service.create_session(
        app_name=app, user_id="user-7", session_id="sess-42"
    )
    asked = types.Content(role="user", parts=[types.Part(text="Weather in Paris?")])
    config = RunConfig(streaming_mode=StreamingMode.NONE)
    async for _ in runner.run_async(
        user_id="user-7", session_id="sess-42", new_message=asked, run_config=config
    ):
        pass


def main(url: str, otlp: str) -> None:
    provider = start(otlp)
    asyncio.run(run("capture"))
    provider.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
