"""Who has to be told what, now."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import polars as pl

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=15)
UNTOLD_SEVERITIES = ("info",)


def receiver_name(url: str) -> str:
    """Names a receiver without its path and query, which often hold a token."""
    return f"{urlsplit(url).hostname}#{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def due(
    incidents: pl.DataFrame, attempts: pl.DataFrame, urls: Sequence[str], now: datetime
) -> list[tuple[Mapping[str, Any], str]]:
    """Pairs of incident and receiver URL to try now.

    `attempts` (IncidentId, Receiver, Attempts, Delivered, LastAttemptAt) sums up what was tried.
    A firing incident is told once to every receiver; a failed attempt is repeated after 15 s, then
    twice as long each time, up to 8 attempts, also when the incident has been resolved meanwhile.
    """
    tried = {(row["IncidentId"], row["Receiver"]): row for row in attempts.iter_rows(named=True)}
    pairs: list[tuple[Mapping[str, Any], str]] = []
    for incident in incidents.iter_rows(named=True):
        if incident["Severity"] in UNTOLD_SEVERITIES:
            continue
        for url in urls:
            before = tried.get((incident["IncidentId"], receiver_name(url)))
            if _is_due(incident["State"], before, now):
                pairs.append((incident, url))
    return pairs


def _is_due(state: str, before: Mapping[str, Any] | None, now: datetime) -> bool:
    if before is None:
        return state == "firing"
    if before["Delivered"] or before["Attempts"] >= MOST_ATTEMPTS or state == "pending":
        return False
    pause = FIRST_PAUSE * 2 ** (before["Attempts"] - 1)
    return bool(now - before["LastAttemptAt"] >= pause)
