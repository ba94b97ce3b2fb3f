"""Export requests into an embedded store of their own, by the way that received ones take."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from longpole.analytics.jobs.assemble import AssembleJob
from longpole.cli.offline.files import Body
from longpole.core.errors import InputError
from longpole.core.otlp import INPUT_FORMAT, input_settings, input_table
from longpole.core.otlp.signals import Signal
from longpole.core.prices import load_prices
from longpole.core.schema import upgrade
from longpole.core.settings import Settings, StoreSettings
from longpole.core.store import Store
from longpole.ingest.access.gate import OPEN
from longpole.ingest.errors import RefusedError
from longpole.ingest.reading import Reader

# Analysing the view costs more than reading a small request: many are inserted at once.
INSERT_BYTES = 16_000_000
AT_ONCE = (0,)  # nothing arrives later, so no arrival is looked at again


@contextmanager
def loaded(bodies: Sequence[Body], settings: Settings) -> Iterator[tuple[Store, list[str]]]:
    """A store of their own that holds the requests, and notes as `fill` gives; gone afterwards.

    The settings' own prices and rows of the mapping hold. Raises as `fill` does, or SettingsError.
    """
    with tempfile.TemporaryDirectory(prefix="longpole-") as folder:
        store = Store(StoreSettings(url=f"chdb://{folder}"))
        try:
            upgrade(store, settings.normalize)
            yield store, fill(store, bodies, settings)
        finally:
            store.close()


def fill(store: Store, bodies: Sequence[Body], settings: Settings) -> list[str]:
    """Store the requests and assemble their traces; returns notes on rejected items.

    Raises InputError naming the file whose request is refused.
    """
    notes = _insert(store, bodies, settings)
    job = AssembleJob(store, settings, load_prices(settings), AT_ONCE, rest_ns_a_span=0)
    while job.run():
        pass
    return notes


def _insert(store: Store, bodies: Sequence[Body], settings: Settings) -> list[str]:
    notes = []
    frames: dict[Signal, bytearray] = {}
    reader = Reader(settings.ingest, settings.privacy)
    for body in bodies:
        try:
            reading = reader.read(body.signal, body.content, body.is_json, OPEN)
        except RefusedError as error:
            raise InputError(f"{body.file}: {error}") from None
        if reading.message:
            notes.append(f"{body.file}: {reading.message}")
        for entry in reading.entries:
            waiting = frames.setdefault(entry.signal, bytearray())
            waiting += entry.frames
            if len(waiting) >= INSERT_BYTES:
                _flush(store, entry.signal, waiting)
    for signal, waiting in frames.items():
        _flush(store, signal, waiting)
    return notes


def _flush(store: Store, signal: Signal, waiting: bytearray) -> None:
    if waiting:
        settings = input_settings(signal, store.embedded)
        store.insert_raw(input_table(signal), bytes(waiting), INPUT_FORMAT, settings)
        waiting.clear()
