"""A sender that behaves as exporters do."""

from __future__ import annotations

import random
import threading

import httpx
from spans_sent import Sent

from longpole.core.otlp.signals import Signal

HEADERS = {"content-type": "application/x-protobuf"}


class Exporter:
    """Sends as an exporter does: new bodies, and again those whose answer did not come."""

    def __init__(self, sent: Sent, signal: Signal, seed: int) -> None:
        self._sent, self._signal = sent, signal
        self._random = random.Random(seed)
        self._unanswered: list[tuple[bytes, range]] = []

    def send_until(self, stop: threading.Event, port: int) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
            while not stop.is_set():
                body, numbers = (
                    self._unanswered.pop()
                    if self._unanswered
                    else self._sent.next_body(self._signal, self._random.randint(1, 40))
                )
                if not self._post(client, body, numbers):
                    return

    def _post(self, client: httpx.Client, body: bytes, numbers: range) -> bool:
        try:
            answer = client.post(f"/v1/{self._signal}", content=body, headers=HEADERS)
        except httpx.TransportError:
            self._unanswered.append((body, numbers))
            return False
        if answer.status_code == 200:
            self._sent.answered[self._signal].update(numbers)
        else:
            assert answer.status_code == 503, answer.text
            self._unanswered.append((body, numbers))
        return True
