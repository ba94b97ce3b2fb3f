"""Errors as problem documents (RFC 9457), for every path below /api."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from longpole.core.errors import InputError, LongpoleError, StoreError, StoreUnavailableError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Not possible here",
    415: "Unsupported media type",
    503: "Store away",
    500: "Failed",
}


def problem(status: int, detail: str, instance: str) -> JSONResponse:
    """One problem document."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    return JSONResponse(body, status, media_type=MEDIA_TYPE)


def include(server: FastAPI) -> None:
    """Answer each kind of failure with a problem document."""
    server.add_exception_handler(HTTPException, _refused)
    server.add_exception_handler(RequestValidationError, _invalid)
    server.add_exception_handler(InputError, _input)
    server.add_exception_handler(StoreError, _store)
    server.add_exception_handler(LongpoleError, _failed)
    server.add_exception_handler(Exception, _unexpected)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    answer = problem(error.status_code, str(error.detail), request.url.path)
    answer.headers.update(error.headers or {})
    return answer


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    given = f" (got {str(first.get('input'))[:80]!r})" if name != "body" else ""
    detail = f"{name}: {first['msg']}{given}; /api/docs lists the parameters"
    return problem(400, detail, request.url.path)


async def _input(request: Request, error: Exception) -> JSONResponse:
    return problem(400, str(error), request.url.path)


async def _store(request: Request, error: Exception) -> JSONResponse:
    away = isinstance(error, StoreUnavailableError)
    return problem(503 if away else 500, str(error), request.url.path)


async def _failed(request: Request, error: Exception) -> JSONResponse:
    return problem(500, str(error), request.url.path)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    # Starlette raises the error again after this answer, so the server's log has the trace.
    return problem(500, "something unexpected failed; the server's log says what", request.url.path)
