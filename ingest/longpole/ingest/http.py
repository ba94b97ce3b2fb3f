"""OTLP over HTTP: `POST /v1/traces`, protobuf or JSON, gzip, answers as the specification asks."""

from __future__ import annotations

import asyncio
import logging

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from longpole.ingest.body import JSON, PROTOBUF, decompress, too_large
from longpole.ingest.errors import BusyError, RefusedError, UnsupportedError
from longpole.ingest.receiver import Receiver

log = logging.getLogger(__name__)
_CODES = {400: 3, 401: 16, 413: 8, 415: 3, 503: 14}  # google.rpc.Code


def build_http(receiver: Receiver) -> Starlette:
    """The OTLP/HTTP application."""

    async def traces(request: Request) -> Response:
        kind = _content_type(request)
        try:
            return await _export(receiver, request, kind)
        except RefusedError as error:
            receiver.refused(error)
            return _error(error, kind)
        except ClientDisconnect:
            return Response(status_code=400)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def unknown(request: Request) -> Response:
        return JSONResponse(
            {"code": 5, "message": f"{request.url.path} is not served; traces go to /v1/traces"},
            404,
        )

    return Starlette(
        routes=[
            Route("/v1/traces", traces, methods=["POST"]),
            Route("/healthz", health),
            Route("/{path:path}", unknown, methods=["GET", "POST", "PUT", "DELETE"]),
        ]
    )


async def _export(receiver: Receiver, request: Request, kind: str) -> Response:
    headers = request.headers
    receiver.authenticate(headers.get("x-longpole-key"), headers.get("authorization"))
    if kind not in {JSON, PROTOBUF}:
        raise UnsupportedError(
            f"content type {kind[:60]!r} is not supported; send {PROTOBUF} or {JSON}"
        )
    packed = await _read(request, receiver.max_body)
    encoding = headers.get("content-encoding", "").strip().lower()
    body = await asyncio.to_thread(decompress, packed, encoding, receiver.max_body)
    accepted = await asyncio.to_thread(receiver.receive, body, kind == JSON)
    if accepted.durable is not None:
        await asyncio.wrap_future(accepted.durable)
    return _answer(accepted.response, kind, 200)


async def _read(request: Request, limit: int) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _error(error: RefusedError, kind: str) -> Response:
    status = Status(code=_CODES[error.http_status], message=str(error))
    response = _answer(status, kind, error.http_status)
    if isinstance(error, BusyError):
        response.headers["retry-after"] = str(error.retry_after_s)
    return response


def _answer(message: Message, kind: str, status: int) -> Response:
    if kind == PROTOBUF:
        return Response(message.SerializeToString(), status, media_type=PROTOBUF)
    text = MessageToJson(message, indent=None)
    return Response(text, status, media_type=JSON)
