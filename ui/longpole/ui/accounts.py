"""The ledger as accounts: what became of everything that was sent, and whether it adds up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from longpole.core.otlp.signals import Signal

# More reasons than these are summed up, so that a flood of them stays readable.
MAX_REASONS = 50
OTHER = "other reasons"
ITEMS = {Signal.TRACES: "spans", Signal.LOGS: "log records", Signal.METRICS: "data points"}


@dataclass
class Account:
    """One project and signal. Items but for `repeated` and `refused`, which count requests.

    `repeated` are retries that were recognised, `refused` requests that the sender keeps.
    """

    project: str
    signal: str
    accepted: int = 0
    stored: int = 0
    waiting: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    bytes: int = 0

    @property
    def difference(self) -> int:
        """Items of which nobody knows what became; 0 unless something is wrong."""
        return self.accepted - self.stored - sum(self.rejected.values()) - self.waiting

    @property
    def unit(self) -> str:
        """What an item is."""
        return ITEMS.get(self.signal, "items")  # type: ignore[call-overload]

    def add(self, row: Mapping[str, Any]) -> None:
        """Take in one row of the ledger."""
        items, requests = int(row["Items"]), int(row["Requests"])
        match row["Outcome"]:
            case "accepted":
                self.accepted += items
                self.requests += requests
                self.bytes += int(row["Bytes"])
            case "stored":
                self.stored += items
            case "waiting":
                self.waiting += items
            case "repeated":
                self.repeated += requests
            case "rejected":
                _count(self.rejected, row["Reason"], items)
            case "refused":
                _count(self.refused, row["Reason"], requests)


def accounts(ledger: Iterable[Mapping[str, Any]]) -> list[Account]:
    """One account for each project and signal: traces before logs before metrics."""
    made: dict[tuple[str, str], Account] = {}
    for row in ledger:
        key = (row["Project"], row["Signal"])
        made.setdefault(key, Account(*key)).add(row)
    places = {signal: place for place, signal in enumerate(Signal)}
    return sorted(made.values(), key=lambda a: (a.project, places.get(a.signal, len(places))))  # type: ignore[call-overload]


def _count(reasons: dict[str, int], reason: str, amount: int) -> None:
    known = reason in reasons or len(reasons) < MAX_REASONS
    reason = reason if known else OTHER
    reasons[reason] = reasons.get(reason, 0) + amount
