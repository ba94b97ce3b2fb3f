"""A body of either encoding -> what of it is stored, the fast way where that is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from google.protobuf.message import EncodeError

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest.body.json_request import request_from_json
from longpole.ingest.body.parse import PARTS_PER_ITEM
from longpole.ingest.body.protobuf import request_from_protobuf
from longpole.ingest.checks.checked import Checked
from longpole.ingest.checks.rules import check
from longpole.ingest.checks.split import names_project, split_by_project
from longpole.ingest.errors import RefusedError, too_many_items, too_many_parts
from longpole.ingest.wire.walk import look


def take(signal: Signal, body: bytes, is_json: bool, settings: IngestSettings) -> Checked:
    """Parse and check a body.

    A protobuf body that needs no change is only looked at, by compiled code and without the
    interpreter's lock; anything else goes through upb and `check`. Raises RefusedError.
    """
    wire = from_json(signal, body, settings) if is_json else body
    checked = _take(signal, wire, settings)
    return replace(checked, changed=True) if is_json else checked


def take_each(
    signal: Signal,
    body: bytes,
    is_json: bool,
    settings: IngestSettings,
    resolve: Callable[[str], str],
) -> list[tuple[str, Checked]]:
    """`take` for each project that resources of the body name: (project, its part).

    `resolve` gives the project of a name, or of "" where none is named. Limits hold for the whole.
    """
    wire = from_json(signal, body, settings) if is_json else body
    if not names_project(wire):
        checked = _take(signal, wire, settings)
        return [(resolve(""), replace(checked, changed=True) if is_json else checked)]
    _refuse_many(signal, wire, settings)
    parsed = request_from_protobuf(signal, wire, max_parts(settings))
    parts = split_by_project(signal, parsed.request, resolve)
    if len(parts) == 1:
        checked = _take(signal, wire, settings)
        return [(parts[0][0], replace(checked, changed=True) if is_json else checked)]
    out = [
        (project, check(signal, part if part is not None else parsed.request, None, settings))
        for project, part in parts
    ]
    out[0] = out[0][0], replace(out[0][1], repaired=parsed.repaired)
    return out


def _take(signal: Signal, body: bytes, settings: IngestSettings) -> Checked:
    found = look(signal, body, settings.max_items, max_parts(settings))
    if found.clean:
        return Checked(signal, body if found.items else b"", found.items)
    if found.too_many:
        _refuse_many(signal, body, settings)
    parsed = request_from_protobuf(signal, body, max_parts(settings))
    as_sent = None if found.odd or parsed.repaired else body
    return replace(check(signal, parsed.request, as_sent, settings), repaired=parsed.repaired)


def _refuse_many(signal: Signal, body: bytes, settings: IngestSettings) -> None:
    found = look(signal, body, max_parts=max_parts(settings))
    if found.items > settings.max_items:
        raise too_many_items(signal.item.replace("_", " "), found.items, settings.max_items)
    if found.too_many:
        raise too_many_parts(max_parts(settings))


def from_json(signal: Signal, body: bytes, settings: IngestSettings) -> bytes:
    """The request as protobuf. Raises RefusedError."""
    request = request_from_json(signal, body, max_parts(settings))
    try:
        out: bytes = request.SerializeToString()
        return out
    except EncodeError as error:
        raise RefusedError(f"the JSON is not an OTLP {signal} request: {error}") from None


def max_parts(settings: IngestSettings) -> int:
    """The most messages, or JSON objects and lists, that a request may be made of."""
    return PARTS_PER_ITEM * settings.max_items
