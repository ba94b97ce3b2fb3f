"""How paths are to be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from longpole.core.errors import InputError
from longpole.core.settings import Settings

Outliving = Literal["auto", "clip", "detach"]
Skew = Literal["none", "shift"]
OUTLIVING: tuple[Outliving, ...] = ("auto", "clip", "detach")
SKEW: tuple[Skew, ...] = ("none", "shift")


@dataclass(frozen=True)
class PathOptions:
    """The modes of the sweep; docs/critical-path.md says what each decides.

    `overlap_tolerance` is a share of the parent, none the smaller of 1 % and 2 ms. Raises
    InputError for a value that is no mode.
    """

    overlap_tolerance: float | None = None
    outliving: Outliving = "auto"
    skew: Skew = "shift"
    streaming: bool = False

    def __post_init__(self) -> None:
        share = self.overlap_tolerance
        if share is not None and not 0 <= share <= 1:
            raise InputError(f"overlap tolerance is {share}; give a share of the parent, 0 to 1")
        if self.outliving not in OUTLIVING:
            raise InputError(f"outliving is {self.outliving!r}; use one of {', '.join(OUTLIVING)}")
        if self.skew not in SKEW:
            raise InputError(f"skew is {self.skew!r}; use one of {', '.join(SKEW)}")

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The modes that the settings name."""
        jobs = settings.jobs
        return cls(jobs.overlap_tolerance, jobs.outliving, jobs.skew, jobs.streaming)
