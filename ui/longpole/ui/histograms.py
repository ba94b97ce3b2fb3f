"""Log-bucket histograms: bucket i counts values in [1.1^i, 1.1^(i+1)) nanoseconds."""

from __future__ import annotations

from collections.abc import Mapping

GROWTH = 1.1


def quantile(histogram: Mapping[int, int], q: float) -> float | None:
    """The q-quantile in ns, less than 10 % off; None where nothing was counted.

    Inside a bucket values are taken as spread evenly on the log scale.
    """
    total = sum(histogram.values())
    if total == 0:
        return None
    wanted, seen = q * total, 0
    for bucket in sorted(histogram):
        here = histogram[bucket]
        if here and seen + here >= wanted:
            return float(GROWTH ** (bucket + max(0.0, wanted - seen) / here))
        seen += here
    raise AssertionError("a quantile above 1 was asked for")


def total(histogram: Mapping[int, int]) -> int:
    """How many values were counted."""
    return sum(histogram.values())
