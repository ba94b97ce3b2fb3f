"""Store addresses: `chdb://FOLDER[?database=NAME]` or `clickhouse[s]://user:pw@host:port/NAME`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from longpole.core.errors import SettingsError

DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}\Z")


@dataclass(frozen=True)
class EmbeddedUrl:
    """ClickHouse's engine in this process, its data in a folder."""

    folder: Path
    database: str


@dataclass(frozen=True)
class ServerUrl:
    """A ClickHouse server reached over HTTP."""

    host: str
    port: int
    user: str
    password: str
    database: str
    secure: bool


def parse_url(url: str) -> EmbeddedUrl | ServerUrl:
    """Read a store address; raises SettingsError that names the two forms."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "chdb":
            return _embedded(url)
        if parts.scheme in {"clickhouse", "clickhouses"} and parts.hostname:
            secure = parts.scheme == "clickhouses"
            return ServerUrl(
                host=parts.hostname,
                port=parts.port or (8443 if secure else 8123),
                user=unquote(parts.username or "default"),
                password=unquote(parts.password or ""),
                database=_database(parts.path.strip("/") or "longpole"),
                secure=secure,
            )
    except ValueError as error:
        raise SettingsError(f"the store address is not usable: {error}") from None
    raise SettingsError(
        f"the store address {parts.scheme}:... has an unknown form; use chdb://FOLDER for the "
        "embedded engine or clickhouse://user:password@host:8123/database for a server"
    )


def _embedded(url: str) -> EmbeddedUrl:
    path, _, query = url.removeprefix("chdb://").partition("?")
    if not path:
        raise SettingsError("chdb:// needs a folder, such as chdb://data")
    database = parse_qs(query).get("database", ["longpole"])[0]
    return EmbeddedUrl(Path(unquote(path)).expanduser(), _database(database))


def _database(name: str) -> str:
    if not DATABASE.match(name):
        raise SettingsError(f"{name!r} is not a database name: letters, digits and _ only")
    return name
