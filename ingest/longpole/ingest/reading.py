"""From the bytes of a body to what is queued: parse, redact, check, frame by project."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from longpole.core.otlp import frame_request, unframe
from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest.access import Sender
from longpole.ingest.body import parse_json, parse_protobuf
from longpole.ingest.spool import Entry
from longpole.ingest.validate import check


@dataclass(frozen=True)
class Checked:
    """What is left of a request: entries by project, reasons for what was taken out or changed."""

    entries: tuple[Entry, ...]
    rejected: Counter[str] = field(default_factory=Counter)
    redacted: Counter[str] = field(default_factory=Counter)
    message: str = ""


class Reader:
    """Thread-safe."""

    def __init__(self, settings: IngestSettings) -> None:
        self._settings = settings

    def read(self, signal: Signal, body: bytes, is_json: bool, sender: Sender) -> Checked:
        """Raises RefusedError."""
        if signal is not Signal.TRACES:
            return _other(signal, body, sender)
        request = parse_json(body) if is_json else parse_protobuf(body)
        done = check(request, None if is_json else body)
        frames = frame_request(unframe(done.frames), sender.project)
        entries = (Entry(signal, sender.project, done.accepted, frames),) if done.accepted else ()
        return Checked(entries, done.rejected, Counter(), done.message)


def _other(signal: Signal, body: bytes, sender: Sender) -> Checked:
    from longpole.ingest.services import SERVICES

    request: Any = SERVICES[signal].request()
    request.ParseFromString(body)
    items = 0
    if signal is Signal.LOGS:
        items = sum(len(s.log_records) for r in request.resource_logs for s in r.scope_logs)
    else:
        items = sum(
            len(m.sum.data_points)
            for r in request.resource_metrics
            for s in r.scope_metrics
            for m in s.metrics
        )
    return Checked((Entry(signal, sender.project, items, frame_request(body, sender.project)),))
