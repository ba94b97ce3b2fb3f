"""Protobuf bytes -> the signal's request, also where a sender's texts are not UTF-8."""

from __future__ import annotations

from typing import NamedTuple

from google.protobuf.message import DecodeError, Message

from longpole.core.otlp.signals import Signal
from longpole.ingest.errors import RefusedError, too_many_parts
from longpole.ingest.services import REQUESTS
from longpole.ingest.wire.walk import look, mend_texts


class Parsed(NamedTuple):
    """A request, and how many of its texts had U+FFFD put in for what is not UTF-8."""

    request: Message
    repaired: int


def request_from_protobuf(signal: Signal, body: bytes, max_parts: int) -> Parsed:
    """Parse a body of at most `max_parts` messages; texts that are not UTF-8 are mended.

    Raises RefusedError.
    """
    if len(body) > 2 * max_parts and look(signal, body, max_parts=max_parts).too_many:
        raise too_many_parts(max_parts)
    request: Message = REQUESTS[signal]()
    try:
        request.ParseFromString(body)
        return Parsed(request, 0)
    except DecodeError as error:
        return _mended(signal, body, error)


def _mended(signal: Signal, body: bytes, why: DecodeError) -> Parsed:
    # Senders in Go and C++ cut texts in the middle of a character; nothing else is given up for it.
    mended = mend_texts(signal, body)
    if mended is not None and mended[1]:
        request: Message = REQUESTS[signal]()
        try:
            request.ParseFromString(mended[0])
            return Parsed(request, mended[1])
        except DecodeError as error:
            why = error
    name = REQUESTS[signal].DESCRIPTOR.name
    raise RefusedError(f"the body of {len(body)} bytes is not an OTLP {name}: {why}") from None
