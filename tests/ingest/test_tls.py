"""TLS on both ports by settings, with certificates of senders where they are asked for."""

from __future__ import annotations

import ssl
from pathlib import Path

import grpc
import httpx
import pytest
import trustme
from ingest_support import StartIngest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from otlp_requests import request_with, span

from longpole.core.errors import SettingsError
from longpole.core.store import Store

PROTOBUF = {"content-type": "application/x-protobuf"}
BODY = request_with([span(1)])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def files(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Settings that name PEM files."""
    folder = tmp_path_factory.mktemp("tls")
    issued = authority.issue_cert("127.0.0.1", "localhost")
    names = {name: folder / f"{name}.pem" for name in ("tls_cert", "tls_key", "tls_client_ca")}
    names["tls_cert"].write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(names["tls_key"])
    authority.cert_pem.write_to_path(names["tls_client_ca"])
    return names


def server_only(files: dict[str, Path]) -> dict[str, str]:
    return {name: str(files[name]) for name in ("tls_cert", "tls_key")}


def test_both_ports_speak_tls(
    start_ingest: StartIngest, files: dict[str, Path], authority: trustme.CA, store: Store
) -> None:
    service = start_ingest(**server_only(files))
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    url = f"{service.scheme}://127.0.0.1:{service.http_port}/v1/traces"
    assert url.startswith("https://")
    body = BODY.SerializeToString()
    assert httpx.post(url, content=body, headers=PROTOBUF, verify=trust).status_code == 200
    roots = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
    with grpc.secure_channel(f"localhost:{service.grpc_port}", roots) as channel:
        TraceServiceStub(channel).Export(request_with([span(2)]))  # type: ignore[no-untyped-call]
    assert service.wait_stored(60)
    assert store.rows("SELECT count() AS n FROM otel_traces") == [{"n": 2}]
    with pytest.raises(httpx.TransportError):
        httpx.post(url.replace("https", "http"), content=body, headers=PROTOBUF)


def test_senders_show_a_certificate(
    start_ingest: StartIngest, files: dict[str, Path], authority: trustme.CA
) -> None:
    service = start_ingest(**{name: str(file) for name, file in files.items()})
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    url = f"https://127.0.0.1:{service.http_port}/v1/traces"
    body = BODY.SerializeToString()
    with pytest.raises(httpx.TransportError):
        httpx.post(url, content=body, headers=PROTOBUF, verify=trust)
    authority.issue_cert("sender@example.org").configure_cert(trust)
    assert httpx.post(url, content=body, headers=PROTOBUF, verify=trust).status_code == 200


@pytest.mark.parametrize(
    ("change", "says"),
    [({"tls_key": None}, "tls_key is not set"), ({"tls_cert": "/no/such"}, "cannot be read")],
)
def test_files_that_do_not_do_are_one_line(
    start_ingest: StartIngest, files: dict[str, Path], change: dict[str, str | None], says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        start_ingest(**{**server_only(files), **change})
