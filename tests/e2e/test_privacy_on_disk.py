"""Secrets sent to a running Longpole are in none of its files: not after a kill, not after a stop.

The same words beside every secret are looked for too, and must be there: a search that finds
nothing would prove nothing.
"""

from __future__ import annotations

import base64
import itertools
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf.json_format import MessageToJson
from planted import PLACES, SECRETS, request_with
from running import Running, environment, running
from store_reading import texts_of

from longpole.core.otlp.signals import Signal
from longpole.ingest.services import SERVICES

pytestmark = pytest.mark.slow

WORDS = "these words stay"
SAID = "what the customer said about the parcel"
USER = "ann.e.body@customers.example"
KEPT = "an ordinary text"  # of `planted`
WAIT_S = 90
RAW = ("otel_traces", "otel_logs", "otel_metrics_sum")
TRANSPORTS = ("protobuf", "json", "grpc")
STRICT = {
    "LONGPOLE_PRIVACY_CONTENT": "off",
    "LONGPOLE_PRIVACY_HASH_ATTRIBUTES": "user.id",
    "LONGPOLE_PRIVACY_HASH_KEY": "sixteen characters",
}
# Whatever a request with this attribute holds becomes a dead letter.
REFUSED = "refuse"
TABLES = {"otel_traces": "SpanAttributes", "otel_logs": "LogAttributes"}
REFUSING = """
import sys
from longpole.core.schema import upgrade
from longpole.core.settings import StoreSettings
from longpole.core.store import Store
store = Store(StoreSettings(url=f"chdb://{sys.argv[1]}"))
upgrade(store)
store.run_each(sys.argv[2:])
store.close()
"""


@dataclass
class Disk:
    """What was sent, and what lay on the disk after a kill and after a stop."""

    folder: Path
    secrets: dict[str, str] = field(default_factory=dict)  # where it was sent -> what is hidden
    after_kill: dict[str, bytes] = field(default_factory=dict)  # by file
    after_stop: dict[str, bytes] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    printed: str = ""

    def everything(self) -> Iterator[tuple[str, bytes]]:
        """Each file at both times, each table, and what the processes printed."""
        yield from self.after_kill.items()
        yield from self.after_stop.items()
        yield from ((name, text.encode()) for name, text in self.tables.items())
        yield "output", self.printed.encode()

    def found(self, piece: str) -> list[str]:
        return [name for name, content in self.everything() if piece.encode() in content]


@pytest.fixture(scope="module", params=["default", "strict"])
def disk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Disk:
    folder = tmp_path_factory.mktemp("data")
    env, disk = STRICT if request.param == "strict" else {}, Disk(folder)
    refuse_some(folder)
    # So that the kill finds all of it in the spool.
    with running(folder, env={**env, "LONGPOLE_INGEST_FLUSH_MS": "10000"}) as longpole:
        disk.secrets = send_everything(longpole)
        longpole.process.kill()
        longpole.process.wait()
        disk.printed += "\n".join(longpole.output())
        disk.after_kill = contents(folder)
    with running(folder, env=env) as longpole:
        wait_stored(longpole)
    disk.printed += "\n".join(longpole.output())
    disk.after_stop = contents(folder)
    disk.tables = texts_of(folder)
    return disk


def refuse_some(folder: Path) -> None:
    """A store that refuses some spans and log records."""
    statements = [
        f"ALTER TABLE {table} ADD CONSTRAINT refusing CHECK {column}['{REFUSED}'] = ''"
        for table, column in TABLES.items()
    ]
    line = [sys.executable, "-c", REFUSING, str(folder), *statements]
    subprocess.run(line, check=True, env=environment())


def send_everything(longpole: Running) -> dict[str, str]:
    """A secret in every place of every signal over every transport; the kinds take turns."""
    rng, secrets = random.Random(11), {}
    kinds = itertools.cycle(SECRETS.items())
    with Sender(longpole) as sender:
        for transport, signal in itertools.product(TRANSPORTS, Signal):
            for place in PLACES[signal]:
                kind, make = next(kinds)
                secret, hidden = make(rng)
                secrets[f"{kind} in {signal} {place} over {transport}"] = hidden
                sender.send(transport, signal, request_with(signal, place, f"{WORDS} {secret}"))
            kind, make = next(kinds)
            secret, secrets[f"{kind} in refused {signal} over {transport}"] = make(rng)
            sender.send(transport, signal, refused(signal, f"{WORDS} {secret}"))
            sender.send(transport, signal, talk(signal, transport))
    return secrets


def refused(signal: Signal, text: str) -> Any:  # noqa: ANN401
    request = request_with(signal, "attribute", text)
    for item in items_of(request):
        item.attributes.add(key=REFUSED).value.string_value = "yes"
    return request


def talk(signal: Signal, transport: str) -> Any:  # noqa: ANN401
    """What people said and who they are: kept, unless the settings say otherwise."""
    request = request_with(signal, "attribute", f"talk over {transport}")
    for item in items_of(request):
        item.attributes.add(key="user.id").value.string_value = USER
        if signal is Signal.TRACES:
            item.attributes.add(key="gen_ai.input.messages").value.string_value = SAID
        if signal is Signal.LOGS:
            item.body.string_value = SAID
    return request


def items_of(request: Any) -> Iterator[Any]:  # noqa: ANN401
    """Spans, log records or data points of `planted.request_with`."""
    for resource in getattr(request, request.DESCRIPTOR.fields[0].name):
        (scopes,) = [found for each, found in resource.ListFields() if "scope_" in each.name]
        for scope in scopes:
            yield from getattr(scope, "spans", ())
            yield from getattr(scope, "log_records", ())
            for metric in getattr(scope, "metrics", ()):
                yield from metric.sum.data_points


class Sender:
    """Sends a request over one of the transports; it must be taken whole."""

    def __init__(self, longpole: Running) -> None:
        self._http = httpx.Client(base_url=longpole.otlp_http, timeout=60)
        self._grpc = grpc.insecure_channel(longpole.otlp_grpc)

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._grpc.close()

    def send(self, transport: str, signal: Signal, request: Any) -> None:  # noqa: ANN401
        if transport == "grpc":
            export = self._grpc.unary_unary(f"/{SERVICES[signal].grpc_name}/Export")
            export(request.SerializeToString(), timeout=60)
            return
        is_json = transport == "json"
        body = as_json(request) if is_json else bytes(request.SerializeToString())
        kind = "application/json" if is_json else "application/x-protobuf"
        answer = self._http.post(
            SERVICES[signal].path, content=body, headers={"content-type": kind}
        )
        assert answer.status_code == 200, answer.text


def as_json(request: Any) -> bytes:  # noqa: ANN401
    """OTLP's JSON, whose ids are hexadecimal."""
    text: str = MessageToJson(request, indent=None)
    for number, size in ((1, 16), (2, 8)):
        raw = bytes([number]) * size
        text = text.replace(base64.b64encode(raw).decode(), raw.hex())
    return text.encode()


def wait_stored(longpole: Running) -> None:
    deadline = time.monotonic() + WAIT_S
    with httpx.Client(base_url=longpole.ui, timeout=60) as api:
        while time.monotonic() < deadline:
            answer = api.get("/api/v1/ingest").json()
            waiting = [account["waiting"] for account in answer["signals"]]
            if len(waiting) == len(Signal) and not any(waiting):
                return
            time.sleep(0.2)
    raise AssertionError(f"not everything is stored after {WAIT_S} s: {answer}")


def contents(folder: Path) -> dict[str, bytes]:
    """Every byte below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_no_secret_is_anywhere(disk: Disk) -> None:
    left = {
        where: files
        for where, hidden in disk.secrets.items()
        for piece in hidden.splitlines()
        if (files := disk.found(piece))
    }
    assert left == {}


def test_the_words_beside_them_are_where_they_were_looked_for(disk: Disk) -> None:
    def has(words: str, files: dict[str, bytes], start: str) -> bool:
        return any(words.encode() in files[name] for name in files if name.startswith(start))

    assert has(WORDS, disk.after_kill, "spool/ingest.sqlite")
    assert has(WORDS, disk.after_stop, "spool/dead/")
    for table in RAW:
        assert WORDS in disk.tables[table] and KEPT in disk.tables[table]


def test_every_kind_and_transport_was_sent(disk: Disk) -> None:
    sent = set(disk.secrets)
    for kind, transport in itertools.product(SECRETS, TRANSPORTS):
        assert any(s.startswith(f"{kind} in") and s.endswith(transport) for s in sent)


def test_what_people_said_is_kept_or_gone_as_the_settings_say(
    disk: Disk, request: pytest.FixtureRequest
) -> None:
    strict = request.node.callspec.params["disk"] == "strict"
    for words, tables in ((SAID, RAW[:2]), (USER, RAW)):
        if strict:
            assert disk.found(words) == []
        else:
            assert set(tables) <= set(disk.found(words))
    for table, talks in itertools.product(RAW, TRANSPORTS):
        assert f"talk over {talks}" in disk.tables[table]
