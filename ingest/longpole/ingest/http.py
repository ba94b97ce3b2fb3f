"""OTLP over HTTP: `POST /v1/{traces,logs,metrics}`, protobuf or JSON, gzip or zstd."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from longpole.core.otlp.signals import Signal
from longpole.ingest.body import JSON, PROTOBUF, decompress, too_large
from longpole.ingest.errors import RefusedError, SlowError, UnsupportedError
from longpole.ingest.memory import Loan
from longpole.ingest.receiver import Accepted, Receiver
from longpole.ingest.services import SERVICES

log = logging.getLogger(__name__)
# google.rpc.Code by HTTP status
_CODES = {400: 3, 401: 16, 403: 7, 408: 4, 413: 8, 415: 3, 429: 8, 500: 13, 503: 14}
# A body may take that long, and longer only while it comes at this rate.
PATIENCE_S = 10.0
BYTES_PER_S = 64 << 10
WORKERS = 4


def build_http(receiver: Receiver) -> Starlette:
    """The OTLP/HTTP application."""
    workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="longpole-http")

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def unknown(request: Request) -> Response:
        paths = ", ".join(service.path for service in SERVICES.values())
        message = f"{request.url.path[:200]} is not served; OTLP goes to {paths}"
        return JSONResponse({"code": 5, "message": message}, 404)

    return Starlette(
        routes=[
            *(
                Route(service.path, _endpoint(receiver, service.signal, workers), methods=["POST"])
                for service in SERVICES.values()
            ),
            Route("/healthz", health),
            Route("/{path:path}", unknown, methods=["GET", "POST", "PUT", "DELETE"]),
        ]
    )


def _endpoint(
    receiver: Receiver, signal: Signal, workers: ThreadPoolExecutor
) -> Callable[[Request], Awaitable[Response]]:
    async def export(request: Request) -> Response:
        kind = _content_type(request)
        try:
            with receiver.memory.lend() as loan:
                return await _export(receiver, signal, request, kind, loan, workers)
        except RefusedError as error:
            receiver.refused(signal, error)
            return _error(error, kind)
        except ClientDisconnect:
            return Response(status_code=400)

    return export


async def _export(
    receiver: Receiver,
    signal: Signal,
    request: Request,
    kind: str,
    loan: Loan,
    workers: ThreadPoolExecutor,
) -> Response:
    headers = request.headers
    sender = receiver.admit(headers)
    if kind not in {JSON, PROTOBUF}:
        raise UnsupportedError(
            f"content type {kind[:60]!r} is not supported; send {PROTOBUF} or {JSON}"
        )
    if int(headers.get("content-length", 0)) > receiver.max_body:
        raise too_large(receiver.max_body)
    packed = await _read(request, receiver.max_body, loan)
    encoding = headers.get("content-encoding", "").strip().lower()

    def take_in() -> Accepted:
        body = decompress(packed, encoding, receiver.max_body)
        if body is not packed:
            loan.take(len(body))
        return receiver.receive(signal, body, kind == JSON, sender)

    accepted = await asyncio.get_running_loop().run_in_executor(workers, take_in)
    await asyncio.wrap_future(accepted.durable)
    return _answer(accepted.response, kind, 200)


async def _read(request: Request, limit: int, loan: Loan) -> bytes:
    chunks, size = [], 0
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(PATIENCE_S) as patience:
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise too_large(limit)
                loan.take(len(chunk))
                chunks.append(chunk)
                patience.reschedule(began + PATIENCE_S + size / BYTES_PER_S)
    except TimeoutError:
        raise SlowError(
            f"only {size} bytes of the body came in {loop.time() - began:.0f} s; send it faster, "
            "or less at once"
        ) from None
    return b"".join(chunks)


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _error(error: RefusedError, kind: str) -> Response:
    status = Status(code=_CODES[error.http_status], message=str(error))
    response = _answer(status, kind, error.http_status)
    if error.retry_after_s is not None:
        response.headers["retry-after"] = str(error.retry_after_s)
    if isinstance(error, SlowError):
        # What is still on its way is not read; the connection cannot be used again.
        response.headers["connection"] = "close"
    return response


def _answer(message: Message, kind: str, status: int) -> Response:
    if kind == PROTOBUF:
        return Response(message.SerializeToString(), status, media_type=PROTOBUF)
    text = MessageToJson(message, indent=None)
    return Response(text, status, media_type=JSON)
