"""The compiled walks as functions of bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from longpole.core.otlp.signals import Signal
from longpole.ingest.wire import kernels
from longpole.ingest.wire.schema import table

# Tables have a part a day: 4,000 spans on as many days took 45 s and 200,000 files.
MAX_DAYS = 100
_NUMBERS = {
    Signal.TRACES: kernels.TRACES,
    Signal.LOGS: kernels.LOGS,
    Signal.METRICS: kernels.METRICS,
}
# The largest that upb reads.
NO_LIMIT = 2**31


@dataclass(frozen=True)
class Found:
    """What a walk over a request saw. `items` and `parts` (messages) up to where it stopped."""

    items: int
    parts: int
    _flags: int

    @property
    def clean(self) -> bool:
        """Whether upb accepts the request, and no item is one for the rules."""
        return self._flags == 0

    @property
    def broken(self) -> bool:
        """Whether the bytes are no such request."""
        return bool(self._flags & kernels.BROKEN)

    @property
    def odd(self) -> bool:
        """Whether it is written in a way that should be written anew before it is stored."""
        return bool(self._flags & kernels.ODD)

    @property
    def bad_text(self) -> bool:
        """Whether a text is not UTF-8."""
        return bool(self._flags & kernels.BAD_TEXT)

    @property
    def large(self) -> bool:
        """Whether a value, or the number of attributes of one thing, may be over its limit."""
        return bool(self._flags & kernels.LARGE)

    @property
    def too_many(self) -> bool:
        """Whether the walk stopped at a limit."""
        return bool(self._flags & kernels.TOO_MANY)


def look(
    signal: Signal,
    body: bytes,
    max_items: int = NO_LIMIT,
    max_parts: int = NO_LIMIT,
    max_value: int = NO_LIMIT,
    max_inner: int = NO_LIMIT,
) -> Found:
    """Walk a protobuf request once, linear in its size, without the interpreter's lock."""
    if not body:
        return Found(0, 0, 0)
    limits = np.array([max_items, max_parts, max_value, max_inner], dtype=np.int64)
    days = np.zeros(MAX_DAYS + 1, dtype=np.int64)
    args = (_bytes(body), table(signal), _NUMBERS[signal], limits, days, _stack())
    flags, items, parts = kernels.scan(*args)
    return Found(items, parts, flags)


def mend_texts(signal: Signal, body: bytes) -> tuple[bytes, int] | None:
    """A request with U+FFFD for every sequence that is not UTF-8, and how many texts were mended.

    None where the bytes are no such request. What is written is read by upb, and not canonical.
    """
    out = np.empty(3 * len(body) + 16, dtype=np.uint8)
    size, mended = kernels.mend(_bytes(body), table(signal), out, _stack())
    return None if size < 0 else (out[:size].tobytes(), mended)


def json_shape(body: bytes) -> tuple[int, int]:
    """How deep the objects and lists of a JSON document lie in each other, and how many there are.

    Cheap, so that a document is refused before objects are made of it. What is no JSON has some
    shape too.
    """
    return kernels.json_shape(_bytes(body)) if body else (0, 0)


def warm_up() -> None:
    """Compile (the first time on a machine some seconds) or load what the walks need."""
    for signal in Signal:
        look(signal, b"\x0a\x00")
        mend_texts(signal, b"\x0a\x00")
    json_shape(b"{}")


def _stack() -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.empty((kernels.MAX_DEPTH + 1, 4), dtype=np.int64)


def _bytes(body: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    # Always read-only, so that each walk is compiled once.
    return np.frombuffer(body, dtype=np.uint8)
