"""openinference-instrumentation-mcp: it makes no spans, it carries context to the server.

The server runs in a process of its own (this file with --serve) that exports by itself.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from mcp import Client, StdioServerParameters, stdio_client
from mcp.server.mcpserver import MCPServer
from openinference.instrumentation.mcp import MCPInstrumentor
from opentelemetry import trace
from record_program import Facts, Pipeline, SpanFacts, record, tracers_to

PACKAGES = ("openinference-instrumentation-mcp", "mcp")


def get_weather(city: str) -> str:
    """Weather of a city."""
    with trace.get_tracer("app").start_as_current_span("look up"):
        return f"sunny in {city}"


def boom() -> str:
    """Fails."""
    raise ValueError("the weather is closed")


def serve(otlp: str) -> None:
    """The server's process."""
    MCPInstrumentor().instrument()
    tracers = tracers_to(otlp, "weather-server")
    server = MCPServer("weather")
    server.tool()(get_weather)
    server.tool()(boom)
    server.run()
    tracers.shutdown()


async def ask(otlp: str) -> None:
    """The client's session."""
    command = [str(Path(__file__)), "--serve", otlp]
    parameters = StdioServerParameters(command=sys.executable, args=command)
    with trace.get_tracer("app").start_as_current_span("app-root"):
        async with Client(stdio_client(parameters)) as client:
            await client.list_tools()
            await client.call_tool("get_weather", {"city": "Paris"})
            await client.call_tool("boom", {})


def program(pipeline: Pipeline) -> None:
    """One session over standard input and output."""
    MCPInstrumentor().instrument()
    asyncio.run(ask(pipeline.otlp))


def mcp(method: str, **more: object) -> Facts:
    """Facts of a request, the same on the client's span and on the server's below it."""
    return {"kind": "mcp", "mcp_method": method, "session": None, **more}


def call(tool: str, **more: object) -> Facts:
    """Facts of a tool call; the client's span says the tool in its name only."""
    return mcp("tools/call", tool=tool, **more) | {"kind": "tool"}


FACTS: SpanFacts = [
    ("app-root", {"kind": "other"}),
    ("MCP send server/discover", mcp("server/discover")),
    ("server/discover", mcp("server/discover")),
    ("MCP send tools/list", mcp("tools/list")),
    ("tools/list", mcp("tools/list")),
    ("MCP send tools/call get_weather", call("get_weather")),
    ("tools/call get_weather", call("get_weather")),
    ("look up", {"kind": "other"}),
    ("MCP send tools/call boom", call("boom")),
    ("tools/call boom", call("boom", error=True)),
]

if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2])
    else:
        record(PACKAGES, program, {"openinference-mcp": FACTS})
