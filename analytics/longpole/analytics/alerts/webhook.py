"""Delivers messages to webhooks and keeps a record of every attempt."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import polars as pl

from longpole.analytics.alerts.due import due, receiver_name
from longpole.analytics.alerts.message import encode, message, signature
from longpole.analytics.jobs.job import Stopping, never
from longpole.core.settings import AlertsSettings
from longpole.core.store import Store, load_sql

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Delivery:
    """How an attempt went; status 0 means that no answer came."""

    delivered: bool
    status: int
    error: str


class Webhooks:
    """Tells every configured URL about a firing incident, once.

    The attempt is recorded after it was made: a crash in between can at worst repeat it, with the
    same `idempotency-key`. While the store does not take the record, nobody is told anything.
    A receiver that fails never stops the caller.
    """

    def __init__(
        self, store: Store, settings: AlertsSettings, public_url: str, stopping: Stopping = never
    ) -> None:
        self._store = store
        self._settings = settings
        self._urls = tuple(dict.fromkeys(settings.webhooks))
        self._public_url = public_url
        self._stopping = stopping
        self._unrecorded: list[pl.DataFrame] = []

    def notify(self, now: datetime) -> int:
        """Send what is due; returns the number of messages delivered."""
        if not self._urls:
            return 0
        self._write_records()
        incidents = self._store.frame(
            load_sql("jobs/findings_to_tell"), {"now_ms": int(now.timestamp() * 1000)}
        )
        if incidents.is_empty():
            return 0
        attempts = self._store.frame(
            load_sql("jobs/findings_attempts"), {"ids": incidents["IncidentId"].to_list()}
        )
        delivered = 0
        with httpx.Client(timeout=self._settings.timeout_s) as client:
            for incident, url in due(incidents, attempts, self._urls, now):
                if self._stopping():
                    break
                outcome = self._send(client, incident, url)
                self._record(incident, url, now, outcome)
                delivered += outcome.delivered
        return delivered

    def _send(self, client: httpx.Client, incident: Mapping[str, Any], url: str) -> Delivery:
        body = encode(message(incident, self._public_url))
        headers = {
            "content-type": "application/json",
            "user-agent": "longpole",
            "idempotency-key": incident["IncidentId"],
        }
        if self._settings.webhook_secret:
            headers["x-longpole-signature"] = signature(self._settings.webhook_secret, body)
        return deliver(client, url, body, headers)

    def _record(
        self, incident: Mapping[str, Any], url: str, now: datetime, outcome: Delivery
    ) -> None:
        receiver = receiver_name(url)
        if not outcome.delivered:
            log.warning("webhook %s was not told: %s", receiver, outcome.error)
        row = {
            "Project": incident["Project"], "IncidentId": incident["IncidentId"],
            "Receiver": receiver, "AttemptedAt": now, "Delivered": outcome.delivered,
            "StatusCode": outcome.status, "Error": outcome.error,
        }  # fmt: skip
        schema: dict[str, pl.DataType] = {
            "AttemptedAt": pl.Datetime("ms", "UTC"), "StatusCode": pl.UInt16(),
        }  # fmt: skip
        self._unrecorded.append(pl.DataFrame([row], schema_overrides=schema))
        self._write_records()

    def _write_records(self) -> None:
        while self._unrecorded:
            self._store.insert("notifications", self._unrecorded[0])
            self._unrecorded.pop(0)


def deliver(client: httpx.Client, url: str, body: bytes, headers: Mapping[str, str]) -> Delivery:
    """POST once. Any 2xx is delivered; redirects are not followed, a receiver is one address."""
    try:
        answer = client.post(url, content=body, headers=dict(headers))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Delivery(False, 0, f"{type(error).__name__}: {error}"[:500])
    if answer.is_success:
        return Delivery(True, answer.status_code, "")
    return Delivery(False, answer.status_code, f"answered {answer.status_code}")
