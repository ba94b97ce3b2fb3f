"""All finders over one set of spans."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from longpole.analytics.finders.findings import findings_of
from longpole.analytics.finders.frames import Frames
from longpole.analytics.finders.growth import context_growth
from longpole.analytics.finders.repeats import loops, repeated_calls
from longpole.analytics.finders.serial import serial_siblings
from longpole.core.settings import FindersSettings

FINDERS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "serial_siblings": serial_siblings,
    "repeated_calls": repeated_calls,
    "loops": loops,
    "context_growth": context_growth,
}


def find_all(calls: Frames, settings: FindersSettings) -> pl.DataFrame:
    """Findings of every finder, columns of FOUND_SCHEMA; empty where nothing passes the limits."""
    return pl.concat(
        findings_of(name, find(calls.calls), calls, settings) for name, find in FINDERS.items()
    )
