"""pydantic-ai: an agent with a tool, a streamed and a failing run, in one format.

python make_pydantic_ai.py PROVIDER OTLP VERSION [logs]
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from contextlib import suppress
from typing import Any

from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from pydantic_ai import Agent
from pydantic_ai.models.instrumented import InstrumentationSettings
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from tracing_command import start


def settings(version: int, mode: str, loggers: LoggerProvider) -> InstrumentationSettings:
    """The format asked, with messages as log records when the release still can."""
    given: dict[str, Any] = {"version": version, "event_mode": mode, "logger_provider": loggers}
    with suppress(ImportError):
        from opentelemetry.sdk._events import EventLoggerProvider

        given["event_logger_provider"] = EventLoggerProvider(logger_provider=loggers)
    known = inspect.signature(InstrumentationSettings.__init__).parameters
    return InstrumentationSettings(**{key: given[key] for key in given if key in known})


def agent(url: str, model: str) -> Agent:
    provider = OpenAIProvider(base_url=f"{url}/v1", api_key="fake")
    made = Agent(
        OpenAIChatModel(model, provider=provider),
        name="weather_agent",
        system_prompt="Be brief.",
    )

    @made.tool_plain
    def get_weather(city: str) -> str:
        """The weather of a city."""
        return "sunny"

    return made


async def run(url: str) -> None:
    await agent(url, "gpt-4o-mini").run("Weather in Paris?")
    async with agent(url, "gpt-4o-mini").run_stream("Weather in Paris?") as result:
        await result.get_output()
    with suppress(Exception):
        await agent(url, "fail-model").run("Weather in Paris?")


def main(url: str, otlp: str, version: str, mode: str = "attributes") -> None:
    tracing = start(otlp)
    loggers = LoggerProvider(resource=Resource.create({"service.name": "capture-app"}))
    exporter = OTLPLogExporter(endpoint=f"{otlp}/v1/logs")
    loggers.add_log_record_processor(BatchLogRecordProcessor(exporter))
    set_logger_provider(loggers)
    Agent.instrument_all(settings(int(version), mode, loggers))
    asyncio.run(run(url))
    tracing.shutdown()
    loggers.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
