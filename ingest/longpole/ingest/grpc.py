"""OTLP over gRPC: the `Export` of each service on raw bytes, so that a body is parsed once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from longpole.core.errors import LongpoleError
from longpole.core.otlp.signals import Signal
from longpole.core.web import Tls, listening_socket
from longpole.ingest.errors import RefusedError
from longpole.ingest.receiver import Receiver
from longpole.ingest.services import SERVICES

OPTION = "--otlp-grpc-port"
# Each worker holds one message at a time, so these bound the memory: what is beyond waits in the
# library, as far as its flow control lets it, and beyond that is refused before it is read.
WORKERS = 8
WAITING_CALLS = 64
MAX_METADATA = 64 << 10
Handler = Callable[[bytes, grpc.ServicerContext], bytes]


def start_grpc(
    receiver: Receiver, host: str, port: int, tls: Tls | None
) -> tuple[grpc.Server, int]:
    """Start the server; returns it and the port it listens on. Raises LongpoleError if taken."""
    server = grpc.server(
        ThreadPoolExecutor(WORKERS, thread_name_prefix="longpole-grpc"),
        options=[
            ("grpc.max_receive_message_length", receiver.max_body),
            ("grpc.max_metadata_size", MAX_METADATA),
            ("grpc.so_reuseport", 0),
        ],
        maximum_concurrent_rpcs=WORKERS + WAITING_CALLS,
        compression=grpc.Compression.NoCompression,
    )
    for service in SERVICES.values():
        method = grpc.unary_unary_rpc_method_handler(_exporter(receiver, service.signal))
        handler = grpc.method_handlers_generic_handler(service.grpc_name, {"Export": method})
        server.add_generic_rpc_handlers((handler,))
    # Asked first in a way that is quiet: the library writes lines of its own about a taken port.
    listening_socket(host, port, OPTION).close()
    bound = _bind(server, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", tls)
    if not bound:
        raise LongpoleError(
            f"port {port} on {host} is taken; stop what listens there or choose another ({OPTION})"
        )
    server.start()
    return server, bound


def _bind(server: grpc.Server, address: str, tls: Tls | None) -> int:
    try:
        if tls is None:
            return int(server.add_insecure_port(address))
        credentials = grpc.ssl_server_credentials(
            [(tls.key.read_bytes(), tls.certificate.read_bytes())],
            root_certificates=tls.clients.read_bytes() if tls.clients else None,
            require_client_auth=tls.clients is not None,
        )
        return int(server.add_secure_port(address, credentials))
    except RuntimeError:
        return 0


def _exporter(receiver: Receiver, signal: Signal) -> Handler:
    def export(body: bytes, call: grpc.ServicerContext) -> bytes:
        try:
            with receiver.memory.lend() as loan:
                loan.take(len(body))
                sender = receiver.admit({key: value for key, value in call.invocation_metadata()})
                accepted = receiver.receive(signal, body, is_json=False, sender=sender)
                accepted.durable.result()
        except RefusedError as error:
            receiver.refused(signal, error)
            _abort(call, error)
        return bytes(accepted.response.SerializeToString())

    return export


def _abort(call: grpc.ServicerContext, error: RefusedError) -> None:
    code = grpc.StatusCode[error.grpc_status]
    if error.retry_after_s is not None:
        status = Status(code=code.value[0], message=str(error))
        info = AnyMessage()
        info.Pack(RetryInfo(retry_delay=Duration(seconds=error.retry_after_s)))
        status.details.append(info)
        call.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    call.abort(code, str(error))
