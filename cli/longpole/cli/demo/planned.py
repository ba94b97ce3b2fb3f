"""What a simulated run consists of, before it becomes spans: plain trees with virtual times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Literal

Value = str | bool | int | float | list[str]
SpanKind = Literal["internal", "server", "client"]
MS = 1_000_000
SECOND = 1_000 * MS


@dataclass
class PlannedSpan:
    """One span to be; times in nanoseconds since 1970.

    `fatal` ends the run: what would come after it does not happen. `detached` work is started by
    its parent, which does not wait for it.
    """

    name: str
    service: str
    start_ns: int
    end_ns: int
    attributes: dict[str, Value]
    children: list[PlannedSpan] = field(default_factory=list)
    kind: SpanKind = "internal"
    error: str | None = None
    fatal: bool = False
    detached: bool = False
    release: str = ""

    def walk(self) -> Iterator[PlannedSpan]:
        """This span and everything below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class Run:
    """What all spans of one simulated request share.

    `anchor_ns` is the moment the planted problems are counted from; `releases` says which version
    of each service serves the run.
    """

    rng: Random
    anchor_ns: int
    releases: dict[str, str]
    session: str
    user: str
    topic: str

    def lognormal(self, median: float, sigma: float) -> float:
        """A duration or size around its median; always positive."""
        return median * self.rng.lognormvariate(0.0, sigma)

    def nanoseconds(self, median_s: float, sigma: float) -> int:
        """A duration around its median in seconds, as nanoseconds."""
        return max(int(self.lognormal(median_s, sigma) * SECOND), 1)

    def hex(self, digits: int) -> str:
        """An identifier."""
        return f"{self.rng.getrandbits(digits * 4):0{digits}x}"
