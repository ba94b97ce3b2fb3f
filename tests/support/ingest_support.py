"""Types shared by ingest tests."""

from __future__ import annotations

from collections.abc import Callable

from longpole.ingest import IngestService

StartIngest = Callable[..., IngestService]
