"""mcp: a client and a server in two processes, over stdio or streamable HTTP, each exporting.

python make_mcp.py OTLP stdio|http           runs the client, which starts the server
python make_mcp.py OTLP stdio|http --server  runs the server
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress

from mcp import Client, StdioServerParameters
from mcp.server import MCPServer
from opentelemetry import trace
from tracing_command import start

PORT = 47312
URL = f"http://127.0.0.1:{PORT}/mcp"


def serve(otlp: str, transport: str) -> None:
    provider = start(otlp, "mcp-server")
    server = MCPServer("weather")

    @server.tool()
    def get_weather(city: str) -> str:
        """The weather of a city."""
        return "sunny"

    @server.tool()
    def boom() -> str:
        """Always fails."""
        raise ValueError("no weather today")

    @server.resource("capture://readme")
    def readme() -> str:
        return "text"

    @server.prompt()
    def ask(city: str) -> str:
        return f"Weather in {city}?"

    # A tool lets the client have the spans posted before it stops the process.
    @server.tool()
    def flush() -> str:
        provider.force_flush()
        return "done"

    if transport == "stdio":
        server.run("stdio")
    else:
        server.run("streamable-http", host="127.0.0.1", port=PORT)


async def talk(place: StdioServerParameters | str) -> None:
    with trace.get_tracer("app").start_as_current_span("app-root"):
        async with Client(place) as client:
            await client.list_tools()
            await client.call_tool("get_weather", {"city": "Paris"})
            await client.call_tool("boom", {})
            await client.read_resource("capture://readme")
            await client.get_prompt("ask", {"city": "Paris"})
            await client.call_tool("flush", {})


def wait_for_server() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(URL, timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)


def main(otlp: str, transport: str) -> None:
    provider = start(otlp, "mcp-client")
    command = [__file__, otlp, transport, "--server"]
    if transport == "stdio":
        asyncio.run(talk(StdioServerParameters(command=sys.executable, args=command)))
    else:
        child = subprocess.Popen([sys.executable, *command])
        with suppress(KeyboardInterrupt):
            wait_for_server()
            asyncio.run(talk(URL))
        child.terminate()
        child.wait(10)
    provider.shutdown()


if __name__ == "__main__":
    if sys.argv[-1] == "--server":
        serve(*sys.argv[1:3])
    else:
        main(*sys.argv[1:])
