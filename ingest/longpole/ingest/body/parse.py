"""The body of any signal, in either encoding -> its request."""

from __future__ import annotations

from google.protobuf.message import Message

from longpole.core.otlp.signals import Signal
from longpole.ingest.body.json_request import request_from_json
from longpole.ingest.body.protobuf import request_from_protobuf

# Objects and lists (JSON) or messages (protobuf) for each item a request may have. A span with 14
# attributes has 30; a request made of nothing but empty ones would fill the memory.
PARTS_PER_ITEM = 40
_DEFAULT_ITEMS = 100_000


def parse(
    signal: Signal, body: bytes, is_json: bool, max_parts: int = PARTS_PER_ITEM * _DEFAULT_ITEMS
) -> Message:
    """Parse a body; texts in protobuf that are not UTF-8 are mended. Raises RefusedError."""
    if is_json:
        return request_from_json(signal, body, max_parts)
    return request_from_protobuf(signal, body, max_parts).request
