"""What a whole tree adds up to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longpole.analytics.critical_path.forest import Forest
from longpole.analytics.critical_path.swept import Swept

Lengths = NDArray[np.uint64]


def work_ns(forest: Forest, swept: Swept) -> Lengths:
    """For each root the own time of all spans that its end may wait for; 0 for other spans."""
    tied = swept.tied
    total = np.zeros(forest.root.size, np.uint64)
    np.add.at(total, forest.root[tied], swept.self_ns[tied].astype(np.uint64))
    return total


def completion_ns(forest: Forest, swept: Swept) -> Lengths:
    """For each root the time from its start to the last end of work below it; 0 for other spans.

    Work that nothing waits for counts; a span that is only clipped does not end later than its
    root.
    """
    ends = np.where(swept.tied, forest.end[forest.root], swept.end)
    last = swept.end.copy()
    np.maximum.at(last, forest.root, ends)
    length = last.view(np.uint64) - swept.start.view(np.uint64)  # may be longer than int64 holds
    return np.where(forest.parent < 0, length, np.uint64(0))
