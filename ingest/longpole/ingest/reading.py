"""From the bytes of a body to what is queued: parse, redact, check, frame by project."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field

from longpole.core.otlp import frame_request
from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings, PrivacySettings
from longpole.ingest.access import Sender
from longpole.ingest.body.protobuf import request_from_protobuf
from longpole.ingest.checks import Checked, from_json, max_parts, take_each
from longpole.ingest.privacy import Limiter, Redactor
from longpole.ingest.spool import Entry
from longpole.ingest.wire.walk import look

# A JSON document in memory may be fourteen times its bytes, so large ones are read one at a time.
LARGE_JSON = 4 << 20


@dataclass(frozen=True)
class Reading:
    """What is left of a request: entries by project, and what was taken out or changed, by reason.

    `message` tells the sender what was rejected; empty where nothing was.
    """

    entries: tuple[Entry, ...]
    rejected: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    message: str = ""


class Reader:
    """Thread-safe. Raises SettingsError for privacy rules that cannot be used."""

    def __init__(
        self, settings: IngestSettings, privacy: PrivacySettings, own_key: bytes = b""
    ) -> None:
        self._settings = settings
        self._redactor = Redactor(privacy, own_key)
        self._limiter = Limiter(settings)
        self._large_json = threading.Lock()

    def read(self, signal: Signal, body: bytes, is_json: bool, sender: Sender) -> Reading:
        """Raises RefusedError."""
        wire = self._from_json(signal, body) if is_json else body
        wire, changed = self._edited(signal, wire)
        refused: Counter[str] = Counter()

        def project_of(name: str) -> str:
            project = sender.project_for(name)
            refused["project_not_allowed"] += bool(name) and project != name
            return project

        parts = take_each(signal, wire, False, self._settings, project_of)
        return _reading(parts, changed + refused)

    def _from_json(self, signal: Signal, body: bytes) -> bytes:
        with self._large_json if len(body) > LARGE_JSON else nullcontext():
            return from_json(signal, body, self._settings)

    def _edited(self, signal: Signal, wire: bytes) -> tuple[bytes, Counter[str]]:
        """The request without what must not be stored; as it was where nothing is suspicious."""
        settings = self._settings
        found = look(
            *(signal, wire),
            max_value=settings.max_value_kib << 10,
            max_inner=settings.max_attributes,
        )
        if not found.large and not self._redactor.suspects(signal, wire):
            return wire, Counter()
        parsed = request_from_protobuf(signal, wire, max_parts(settings))
        as_sent = None if parsed.repaired else wire
        changed = self._redactor.apply(signal, parsed.request, as_sent)
        changed += self._limiter.apply(signal, parsed.request, None if changed else as_sent)
        return (parsed.request.SerializeToString() if changed else wire), changed


def _reading(parts: list[tuple[str, Checked]], changed: Counter[str]) -> Reading:
    rejected: Counter[str] = Counter()
    entries = []
    for project, checked in parts:
        rejected.update({why.value: count for why, count in checked.rejected.items()})
        changed["repaired_text"] += checked.repaired
        if checked.accepted:
            frames = frame_request(checked.body, project)
            entries.append(Entry(checked.signal, project, checked.accepted, frames))
    message = "; ".join(checked.message for _, checked in parts if checked.message)
    return Reading(tuple(entries), rejected, +changed, message)
