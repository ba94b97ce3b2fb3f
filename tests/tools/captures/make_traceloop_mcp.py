"""OpenLLMetry's MCP instrumentation: a client and a server in one process, over memory."""

from __future__ import annotations

import asyncio

from facts_framework import fact
from mcp.server.fastmcp import FastMCP
from mcp.shared.memory import create_connected_server_and_client_session as connect
from recording_framework import record
from traceloop.sdk import Instruments, Traceloop

server = FastMCP("weather")


@server.tool()
def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


@server.tool()
def boom() -> str:
    """Fail."""
    raise ValueError("boom")


def program(_provider: str, receiver: str) -> None:
    """List the tools, call one that works and one that fails."""
    Traceloop.init(app_name="weather", api_endpoint=receiver, telemetry_enabled=False,
                   instruments={Instruments.MCP})  # fmt: skip
    asyncio.run(_session())


async def _session() -> None:
    async with connect(server._mcp_server) as session:
        await session.list_tools()
        await session.call_tool("get_weather", {"city": "Paris"})
        await session.call_tool("boom", {})


FACTS = [
    fact("initialize.mcp", kind="mcp", mcp_method="initialize", error=False),
    fact("tools/list.mcp", kind="mcp", mcp_method="tools/list", error=False),
    fact("get_weather.tool", kind="tool", tool="get_weather", error=False),
    fact("boom.tool", kind="tool", tool="boom", error=True),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "traceloop-mcp",
        "opentelemetry-instrumentation-mcp 0.62.4, traceloop-sdk 0.62.4 (mcp 1.30.0)",
        program,
        FACTS,
    )
