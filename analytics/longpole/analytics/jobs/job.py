"""What the runner runs."""

from __future__ import annotations

from typing import Protocol


class Job(Protocol):
    """A unit of recurring work. Passes are idempotent: a crash costs at most one repeated pass."""

    name: str
    every_s: float

    def run(self) -> int:
        """Do one pass; returns the units of work done. More than 0 asks for another pass now."""
        ...
