"""The rules of docs/critical-path.md once more, as plainly as they can be written, for comparison.

No clocks are corrected and nothing is proven. Slow and recursive: for small traces only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Spans = Mapping[int, Mapping[str, Any]]
Section = tuple[int, int, int]
MOST_NS = 2_000_000


@dataclass(frozen=True)
class PlainRules:
    """The modes, as of PathOptions, and the spans of one trace by id."""

    share: float | None
    outliving: str
    spans: Spans

    def roots(self) -> list[list[Section]]:
        """The sections of each root, latest first; roots by start and id."""
        found = [span for span in self.spans.values() if span["parent"] not in self.spans]
        ordered = sorted(found, key=lambda span: (span["start"], span["id"]))
        return [list(self.path(root, root["start"], root["end"])) for root in ordered]

    def tolerance(self, parent: Mapping[str, Any]) -> int:
        """How far what is below it may overlap."""
        length: int = parent["end"] - parent["start"]
        if self.share is None:
            return min(length // 100, MOST_NS)
        return math.floor(Fraction(str(self.share)) * length)

    def awaited(self, child: Mapping[str, Any], parent: Mapping[str, Any]) -> bool:
        """Whether the parent waited for it."""
        if child["ref"] == "FOLLOWS_FROM" or (child["kind"], parent["kind"]) == (
            "consumer", "producer",
        ):  # fmt: skip
            return False
        if self.outliving == "clip" or child["end"] <= parent["end"] + self.tolerance(parent):
            return True
        same = bool(child["host"]) and child["host"] == parent["host"]
        return not (same or self.outliving == "detach")

    def path(self, parent: Mapping[str, Any], lo: int, hi: int) -> Iterator[Section]:
        """The sections of one span, cut to [lo, hi], and of what it waited for."""
        left = [span for span in self.spans.values() if span["parent"] == parent["id"]]
        left = [child for child in left if self.awaited(child, parent)]
        now, alone = hi, True
        while True:
            able = [child for child in left if self.fits(child, parent, (lo, now, hi))]
            if not able:
                break
            child = min(able, key=lambda one: _rank(one, lo, hi))
            left.remove(child)
            begin, end = max(child["start"], lo), min(child["end"], now)
            if end < now:
                yield parent["id"], end, now
            yield from self.path(child, begin, end)
            now, alone = begin, False
        if alone or lo < now:
            yield parent["id"], lo, now

    def fits(
        self, child: Mapping[str, Any], parent: Mapping[str, Any], within: tuple[int, int, int]
    ) -> bool:
        """Whether it may be what the cursor waited for; `within`: floor, cursor and ceiling."""
        lo, now, hi = within
        begin, end = max(child["start"], lo), min(child["end"], now)
        if self.outliving == "clip" and child["start"] >= hi:
            return False
        if end < begin or (end == begin and child["start"] < child["end"]):
            return False
        return bool(min(child["end"], hi) <= now + self.tolerance(parent))


def _rank(span: Mapping[str, Any], lo: int, hi: int) -> tuple[int, bool, int, int]:
    has_length = span["start"] != span["end"]
    return -min(span["end"], hi), has_length, max(span["start"], lo), span["id"]
