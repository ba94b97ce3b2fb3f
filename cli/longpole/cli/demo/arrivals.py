"""When requests arrive and who sends them: day and night, a busy last stretch, then live."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from longpole.cli.demo.catalog import (
    HOUR,
    NEW_RELEASE,
    RESEARCH,
    ROLLOUT,
    SESSION_RUNS,
    STABLE,
    TOPICS,
    USERS,
)
from longpole.cli.demo.planned import SECOND, PlannedSpan, Run
from longpole.cli.demo.workflows import MIX


@dataclass(frozen=True)
class Traffic:
    """How many requests come, from `begin_ns` on.

    `anchor_ns` is the moment of the start of live play: planted problems and the busy stretch are
    counted back from it.
    """

    seed: str
    anchor_ns: int
    begin_ns: int
    per_hour: float = 30.0
    swing: float = 0.3
    busy_hours: float = 2.5
    busy_per_minute: float = 5.0
    live_every_s: float = 3.0

    def per_second(self, at_ns: int) -> float:
        """Requests a second, on average, at a time."""
        if at_ns >= self.anchor_ns:
            return 1 / self.live_every_s
        if at_ns >= self.anchor_ns - self.busy_hours * HOUR:
            return self.busy_per_minute / 60
        hour = at_ns / HOUR % 24
        return self.per_hour * (1 + self.swing * math.cos((hour - 14) / 12 * math.pi)) / 3600


def arrivals(traffic: Traffic) -> Iterator[tuple[int, PlannedSpan]]:
    """(start, root span) of every request, in order, without end."""
    clock = Random(f"{traffic.seed}:arrivals")
    at = traffic.begin_ns
    number = 0
    while True:
        # A long gap must not jump over a change of rate: draw again where the rate changes.
        gap = clock.expovariate(traffic.per_second(at)) * SECOND
        edge = _next_edge(traffic, at)
        if edge is not None and at + gap >= edge:
            at = edge
            continue
        at += int(gap)
        yield at, plan_run(traffic, number, at)
        number += 1


def plan_run(traffic: Traffic, number: int, at_ns: int) -> PlannedSpan:
    """The whole tree of one request; the same for the same seed, number and time."""
    rng = Random(f"{traffic.seed}:{number}")
    releases = STABLE | {RESEARCH: _release(rng, traffic.anchor_ns - at_ns)}
    visitor = Random(f"{traffic.seed}:session:{number // SESSION_RUNS}")
    run = Run(
        rng, traffic.anchor_ns, releases, session=f"sess-{visitor.getrandbits(40):010x}",
        user=visitor.choice(USERS), topic=f"{visitor.choice(TOPICS)} (question {number})",
    )  # fmt: skip
    [workflow] = rng.choices([part for _, part in MIX], weights=[share for share, _ in MIX])
    [root] = workflow(run, at_ns)
    for span in root.walk():
        span.release = releases[span.service]
    return root


def _release(rng: Random, before_anchor_ns: int) -> str:
    share = 0.0
    for hours, reached in ROLLOUT:
        if before_anchor_ns <= hours * HOUR:
            share = reached
    return NEW_RELEASE if rng.random() < share else STABLE[RESEARCH]


def _next_edge(traffic: Traffic, at: int) -> int | None:
    edges = (traffic.anchor_ns - int(traffic.busy_hours * HOUR), traffic.anchor_ns)
    return next((edge for edge in edges if edge > at), None)
