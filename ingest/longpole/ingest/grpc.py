"""OTLP over gRPC: `TraceService/Export` on raw bytes, so that a body is parsed once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from longpole.core.errors import LongpoleError
from longpole.core.web import listening_socket
from longpole.ingest.errors import BusyError, RefusedError
from longpole.ingest.receiver import Receiver

SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService"
OPTION = "--otlp-grpc-port"
WORKERS = 16


def start_grpc(receiver: Receiver, host: str, port: int) -> tuple[grpc.Server, int]:
    """Start the server; returns it and the port it listens on. Raises LongpoleError if taken."""
    server = grpc.server(
        ThreadPoolExecutor(WORKERS, thread_name_prefix="longpole-grpc"),
        options=[
            ("grpc.max_receive_message_length", receiver.max_body),
            ("grpc.so_reuseport", 0),
        ],
        compression=grpc.Compression.NoCompression,
    )
    method = grpc.unary_unary_rpc_method_handler(lambda body, call: _export(receiver, body, call))
    handler = grpc.method_handlers_generic_handler(SERVICE, {"Export": method})
    server.add_generic_rpc_handlers((handler,))
    # Asked first in a way that is quiet: the library writes lines of its own about a taken port.
    listening_socket(host, port, OPTION).close()
    try:
        bound = server.add_insecure_port(f"{host}:{port}")
    except RuntimeError:
        bound = 0
    if not bound:
        raise LongpoleError(
            f"port {port} on {host} is taken; stop what listens there or choose another ({OPTION})"
        )
    server.start()
    return server, bound


def _export(receiver: Receiver, body: bytes, call: grpc.ServicerContext) -> bytes:
    try:
        metadata = dict(call.invocation_metadata())
        receiver.authenticate(metadata.get("x-longpole-key"), metadata.get("authorization"))
        accepted = receiver.receive(body, is_json=False)
        if accepted.durable is not None:
            accepted.durable.result()
    except RefusedError as error:
        receiver.refused(error)
        _abort(call, error)
    return bytes(accepted.response.SerializeToString())


def _abort(call: grpc.ServicerContext, error: RefusedError) -> None:
    code = grpc.StatusCode[error.grpc_status]
    if isinstance(error, BusyError):
        status = Status(code=code.value[0], message=str(error))
        info = AnyMessage()
        info.Pack(RetryInfo(retry_delay=Duration(seconds=error.retry_after_s)))
        status.details.append(info)
        call.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    call.abort(code, str(error))
