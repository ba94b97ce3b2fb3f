"""What rules found while they went over a request."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from longpole.ingest.checks.checked import Why


@dataclass
class Result:
    """Counts of a request, and whether anything in it was altered."""

    accepted: int = 0
    changed: bool = False
    rejected: Counter[Why] = field(default_factory=Counter)

    def reject(self, items: Any, faults: dict[int, Why]) -> None:  # noqa: ANN401 - untyped
        """Take the faulty ones, by index, out of a repeated field, and count the others."""
        if faults:
            # At once, since each deletion on its own would move the rest.
            kept = [item for index, item in enumerate(items) if index not in faults]
            del items[:]
            items.extend(kept)
            self.rejected.update(faults.values())
            self.changed = True
        self.accepted += len(items)
