"""What the runner runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Stopping = Callable[[], bool]
"""Tells a long pass that its process is asked to end; what is left is for the next start."""


def never() -> bool:
    """For a pass that is to go to its end."""
    return False


class Job(Protocol):
    """A unit of recurring work. Passes are idempotent: a crash costs at most one repeated pass."""

    name: str
    every_s: float

    def run(self) -> int:
        """Do one pass; returns the units of work done. More than 0 asks for another pass now."""
        ...
