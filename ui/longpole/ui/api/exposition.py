"""The ledger and the spools as Prometheus metrics, of all projects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from longpole.ui.accounts import Account

Sample = tuple[str, float]
Family = tuple[str, str, str, list[Sample]]
Row = dict[str, Any]
LABEL_LENGTH = 120


def families(accounts: Sequence[Account], spools: Sequence[Row]) -> list[Family]:
    """Name, type, meaning and samples of each metric."""
    return [
        ("longpole_ingest_items_total", "counter",
         "Spans, log records and data points by what became of them.",
         _merged(each for account in accounts for each in _items(account))),
        ("longpole_ingest_requests_total", "counter",
         "Requests accepted, repeated (recognised retries) or refused.",
         _merged(each for account in accounts for each in _requests(account))),
        ("longpole_ingest_waiting_items", "gauge", "Accepted and not stored yet.",
         [(_of(account), account.waiting) for account in accounts]),
        ("longpole_ingest_unexplained_items", "gauge",
         "Accepted less stored, rejected and waiting; anything but 0 is a mistake of ours.",
         [(_of(account), account.difference) for account in accounts]),
        *_spools(spools),
    ]  # fmt: skip


def labels(**values: str) -> str:
    """`{name="value"}`, values cut and escaped."""
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in values.items())
    return f"{{{pairs}}}"


def _spools(spools: Sequence[Row]) -> Iterator[Family]:
    for name, meaning, column, unit in (
        ("spool_waiting_bytes", "Bytes accepted and not stored yet.", "WaitingBytes", 1),
        ("spool_limit_bytes", "Senders are told to retry beyond it.", "LimitBytes", 1),
        ("spool_oldest_waiting_seconds", "How long the oldest waits.", "OldestWaitingAgeMs", 1e3),
        ("dead_letters", "Requests the store refused that are kept.", "DeadLetters", 1),
    ):
        samples = [(labels(spool=row["Spool"]), (row[column] or 0) / unit) for row in spools]
        yield f"longpole_{name}", "gauge", meaning, _merged(samples)


def _items(account: Account) -> Iterator[Sample]:
    yield _of(account, outcome="accepted", reason=""), account.accepted
    yield _of(account, outcome="stored", reason=""), account.stored
    for reason, items in account.rejected.items():
        yield _of(account, outcome="rejected", reason=reason), items


def _requests(account: Account) -> Iterator[Sample]:
    yield _of(account, outcome="accepted", reason=""), account.requests
    yield _of(account, outcome="repeated", reason=""), account.repeated
    for reason, requests in account.refused.items():
        yield _of(account, outcome="refused", reason=reason), requests


def _of(account: Account, **more: str) -> str:
    return labels(project=account.project, signal=account.signal, **more)


def _merged(samples: Iterator[Sample] | list[Sample]) -> list[Sample]:
    """A sample a label set: two long reasons may be the same once cut."""
    sums: dict[str, float] = {}
    for name, value in samples:
        sums[name] = sums.get(name, 0) + value
    return list(sums.items())


def _escaped(text: str) -> str:
    cut = text[:LABEL_LENGTH]
    return cut.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
