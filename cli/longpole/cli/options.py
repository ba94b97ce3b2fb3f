"""Options that several commands share, and the settings they lead to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from longpole.core.settings import Loaded, load

Command = TypeVar("Command", bound=Callable[..., Any])


def options(*names: str) -> Callable[[Command], Command]:
    """Add some of the shared options to a command."""
    known = {
        "data": click.option("--data", type=click.Path(), help="The embedded store's folder."),
        "store": click.option("--store", help="Store address: clickhouse://user:pw@host:8123/longpole."),
        "host": click.option("--host", help="Address to listen on (ingest and UI)."),
        "otlp_http_port": click.option("--otlp-http-port", type=int, help="OTLP over HTTP."),
        "otlp_grpc_port": click.option("--otlp-grpc-port", type=int, help="OTLP over gRPC."),
        "ui_port": click.option("--ui-port", type=int, help="UI and API."),
    }  # fmt: skip

    def add(command: Command) -> Command:
        for name in reversed(names):
            command = known[name](command)
        return command

    return add


def load_given(config: Path | None, given: dict[str, Any]) -> Loaded:
    """The settings, with what the command line says. Raises SettingsError."""
    data, host = given.get("data"), given.get("host")
    arguments = {
        "store.url": given.get("store") or (f"chdb://{data}" if data else None),
        "ingest.host": host,
        "ui.host": host,
        "ingest.http_port": given.get("otlp_http_port"),
        "ingest.grpc_port": given.get("otlp_grpc_port"),
        "ui.port": given.get("ui_port"),
    }
    return load(arguments, file=config)
