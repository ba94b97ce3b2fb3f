"""Request bytes -> a parsed OTLP trace request: decompression, protobuf, JSON."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from longpole.ingest.errors import RefusedError, TooLargeError, UnsupportedError

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
_ID_FIELDS = {"traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id"}


def decompress(body: bytes, encoding: str, limit: int) -> bytes:
    """Undo `Content-Encoding`; never makes more than `limit` bytes."""
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "deflate"}:
        raise UnsupportedError(
            f"content encoding {encoding[:40]!r} is not supported; send gzip or none"
        )
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip or zlib header
    try:
        plain = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise RefusedError(f"the {encoding} body is damaged: {error}") from None
    if len(plain) > limit:
        raise too_large(limit)
    if not unpacker.eof:
        raise RefusedError(f"the {encoding} body is cut off after {len(body)} bytes")
    if unpacker.unused_data:
        raise RefusedError(
            f"{len(unpacker.unused_data)} bytes follow the end of the {encoding} body"
        )
    return plain


def too_large(limit: int) -> TooLargeError:
    """The error for a body over `limit` bytes."""
    return TooLargeError(
        f"the request is larger than {limit >> 20} MiB; send smaller batches or raise "
        "ingest.max_body_mib"
    )


def parse_protobuf(body: bytes) -> ExportTraceServiceRequest:
    """Parse a protobuf body; raises RefusedError."""
    request = ExportTraceServiceRequest()
    try:
        request.ParseFromString(body)
        return request
    except DecodeError as error:
        raise RefusedError(
            f"the body of {len(body)} bytes is not an OTLP ExportTraceServiceRequest: {error}"
        ) from None


def parse_json(body: bytes) -> ExportTraceServiceRequest:
    """Parse an OTLP/JSON body (hex ids, 64-bit numbers as text); raises RefusedError."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"the body is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise RefusedError("the body is JSON, but not an object with resourceSpans")
    try:
        request = ExportTraceServiceRequest()
        _ids_to_base64(document)
        ParseDict(document, request, ignore_unknown_fields=True)
        return request
    except (ParseError, ValueError, RecursionError) as error:
        raise RefusedError(f"the JSON is not an OTLP trace request: {error}") from None


def _ids_to_base64(document: dict[str, Any]) -> None:
    # protobuf's JSON mapping wants bytes in base64; OTLP says ids are hex.
    for resource in _list(document, "resourceSpans", "resource_spans"):
        for scope in _list(resource, "scopeSpans", "scope_spans"):
            for span in _list(scope, "spans", "spans"):
                _convert(span)
                for link in _list(span, "links", "links"):
                    _convert(link)


def _list(parent: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    found: object = next((parent[name] for name in names if parent.get(name)), [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ValueError(f"{names[0]} is not a list of objects")
    return found


def _convert(item: dict[str, Any]) -> None:
    for field in _ID_FIELDS & item.keys():
        try:
            raw = binascii.unhexlify(item[field] or "")
        except (binascii.Error, TypeError, ValueError):
            # Left to the id check, which rejects this span and keeps its neighbours.
            raw = b"\x00"
        item[field] = base64.b64encode(raw).decode("ascii")
