"""The outcome of a check."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from longpole.core.otlp.signals import Signal


class Why(StrEnum):
    """Why an item is not stored; the value is short, for counters and labels."""

    TRACE_ID = "bad_trace_id"
    SPAN_ID = "bad_span_id"
    LATE = "time_after_2106"
    DAYS = "too_many_days"
    NO_DATA = "metric_without_data"


EXPLAINED = {
    Why.TRACE_ID: "trace id is not 16 bytes or all zero",
    Why.SPAN_ID: "span id is not 8 bytes or all zero",
    Why.LATE: "a time is after February 2106",
    Why.DAYS: "times of one request lie on more than 100 days",
    Why.NO_DATA: "a metric has no data of a known kind",
}


@dataclass(frozen=True)
class Checked:
    """What is left of a request, and how many items were taken out, by reason.

    `body` is the protobuf request to store: the sender's own bytes, or written anew if `changed`;
    empty if nothing is left. Its top level is only the repeated field 1, so that bodies can be
    joined or framed. `repaired` texts had U+FFFD put in for what was not UTF-8.
    """

    signal: Signal
    body: bytes
    accepted: int
    rejected: Counter[Why] = field(default_factory=Counter)
    changed: bool = False
    repaired: int = 0

    @property
    def rejected_items(self) -> int:
        """How many items were taken out."""
        return self.rejected.total()

    @property
    def message(self) -> str:
        """One line for the sender, empty when nothing was rejected."""
        items = self.signal.item.replace("_", " ")
        return "; ".join(
            f"{count} {items} rejected: {EXPLAINED[why]}" for why, count in self.rejected.items()
        )
