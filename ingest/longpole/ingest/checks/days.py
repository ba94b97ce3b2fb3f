"""Times that can be stored: rules that the signals share."""

from __future__ import annotations

from longpole.ingest.checks.checked import Why
from longpole.ingest.wire.kernels import DAY_NS, LAST_NS
from longpole.ingest.wire.walk import MAX_DAYS

__all__ = ["LAST_NS", "Days"]


class Days:
    """The days that the items of one request are stored in; a table has a part for each."""

    def __init__(self) -> None:
        self._days: set[int] = set()

    def fault(self, time_ns: int) -> Why | None:
        """Why an item of this time cannot be stored. Notes its day otherwise."""
        # Tables sort by 32-bit seconds, as the collector's own layout does.
        if time_ns > LAST_NS:
            return Why.LATE
        if (day := time_ns // DAY_NS) in self._days:
            return None
        if len(self._days) == MAX_DAYS:
            return Why.DAYS
        self._days.add(day)
        return None
