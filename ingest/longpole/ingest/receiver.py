"""What both transports do with a request: admit, read, redact, check, count, submit."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from google.protobuf.message import Message

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest.access import Gate, RateLimiter, Sender
from longpole.ingest.errors import FailedError, RefusedError
from longpole.ingest.intake import Arrival, Intake
from longpole.ingest.memory import MemoryBudget
from longpole.ingest.reading import Reader, Reading
from longpole.ingest.repeats import digest
from longpole.ingest.services import SERVICES
from longpole.ingest.spool import Entry, Line, Outcome
from longpole.ingest.spool.ledger import Changes
from longpole.ingest.stats import IngestStats

log = logging.getLogger(__name__)

PROJECT_HEADER = "x-longpole-project"


@dataclass(frozen=True)
class Accepted:
    """A request on its way: wait until it is durable, then answer `response`."""

    response: Message
    durable: Future[None]


class Receiver:
    """Transport-free half of the OTLP services. Thread-safe."""

    def __init__(
        self,
        settings: IngestSettings,
        gate: Gate,
        reader: Reader,
        rates: RateLimiter,
        intake: Intake,
        stats: IngestStats,
    ) -> None:
        self.max_body = settings.max_body_mib << 20
        self.memory = MemoryBudget(settings.max_reading_mib << 20)
        self._stats = stats
        self._gate = gate
        self._reader = reader
        self._rates = rates
        self._intake = intake

    def admit(self, headers: Mapping[str, str]) -> Sender:
        """Who sends, by lower-case headers or metadata. Raises RefusedError for who may not."""
        return self._gate.admit(
            headers.get("x-longpole-key"),
            headers.get("authorization"),
            headers.get(PROJECT_HEADER),
        )

    def receive(self, signal: Signal, body: bytes, is_json: bool, sender: Sender) -> Accepted:
        """Read, check and queue a body. Blocks for reading only. Raises RefusedError."""
        try:
            return self._receive(signal, body, is_json, sender)
        except RefusedError as error:
            error.project = sender.project
            raise
        except Exception as error:
            # The edge of the service: a mistake of ours must be told, and cost one request only.
            log.exception("a request could not be read")
            failed = FailedError("something unexpected failed; the server's log says what")
            failed.project = sender.project
            raise failed from error

    def refused(self, signal: Signal, error: RefusedError) -> None:
        """Count a refused request; of its items nothing is known."""
        self._stats.add(f"refused_requests_{error.reason}", 1)
        changes = Changes()
        changes.add(Line(error.project, signal, Outcome.REFUSED, error.reason), 0, 1)
        self._intake.note(changes)

    def _receive(self, signal: Signal, body: bytes, is_json: bool, sender: Sender) -> Accepted:
        reading = self._reader.read(signal, body, is_json, sender)
        self._intake.check_projects({sender.project, *(e.project for e in reading.entries)})
        for project, items in _items_by_project(reading).items():
            self._rates.take(project, items)
        arrival = Arrival(
            entries=reading.entries,
            changes=_accepted(signal, sender, reading),
            digest=digest(signal, sender.project, body),
            repeated=_repeated(signal, sender, reading, len(body)),
        )
        durable = self._intake.submit(arrival)
        for rule, count in reading.changed.items():
            self._stats.add(f"changed_{rule}", count)
        response = SERVICES[signal].answer(reading.rejected.total(), reading.message)
        return Accepted(response, durable)


def _items_by_project(reading: Reading) -> Counter[str]:
    items: Counter[str] = Counter()
    for entry in reading.entries:
        items[entry.project] += entry.items
    return items


def _accepted(signal: Signal, sender: Sender, reading: Reading) -> Changes:
    """What an accepted request adds to the ledger: all of it is rejected or waits."""
    changes = Changes()
    for entry in reading.entries:
        _count(changes, entry, Outcome.ACCEPTED)
        _count(changes, entry, Outcome.WAITING)
    for reason, count in reading.rejected.items():
        changes.add(Line(sender.project, signal, Outcome.ACCEPTED), count)
        changes.add(Line(sender.project, signal, Outcome.REJECTED, reason), count)
    return changes


def _count(changes: Changes, entry: Entry, outcome: Outcome) -> None:
    line = Line(entry.project, entry.signal, outcome)
    changes.add(line, entry.items, 1, len(entry.frames))


def _repeated(signal: Signal, sender: Sender, reading: Reading, size: int) -> Changes:
    changes = Changes()
    items = sum(entry.items for entry in reading.entries)
    changes.add(Line(sender.project, signal, Outcome.REPEATED), items, 1, size)
    return changes
