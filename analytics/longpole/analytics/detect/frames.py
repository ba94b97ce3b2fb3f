"""The frames detectors take and give, and the check that an input has the columns declared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from longpole.core.errors import InputError

KEY = ["Project", "Service", "Agent", "Step", "Operation", "Model"]
HIST = pl.Map(pl.Int16(), pl.UInt64())
TIME = pl.Datetime("ms", "UTC")

FINDING_SCHEMA: dict[str, pl.DataType] = {
    **{name: pl.String() for name in ("Project", "Detector", "Area", "Severity")},
    **{name: pl.String() for name in ("Service", "Agent", "Step", "Operation", "Model")},
    **{name: pl.String() for name in ("Metric", "Unit", "Direction", "Title", "Reason")},
    "Onset": TIME,
    "LastSeenAt": TIME,
    **{name: pl.Float64() for name in ("Observed", "Expected", "ExpectedLow", "ExpectedHigh")},
    **{name: pl.Float64() for name in ("Score", "RelativeChange", "SizeMs", "SizeUsdPerDay")},
    "Samples": pl.UInt64(),
    "BaselineSamples": pl.UInt64(),
    "BaselineFrom": TIME,
    "BaselineTo": TIME,
    "AffectedTraces": pl.UInt64(),
    "Attribution": pl.Map(pl.String(), pl.Float64()),
    "SuggestedLook": pl.String(),
    "Confirmed": pl.Boolean(),
}
"""One candidate a row: the columns of `findings` that a detector can know, and whether the
evidence has lasted long enough to fire."""

CALM_SCHEMA: dict[str, pl.DataType] = {
    name: pl.String() for name in ("Project", "Detector", *KEY[1:], "Direction")
}
"""Keys that were judged and are well below the threshold; a key without data is not calm."""


@dataclass(frozen=True)
class Detection:
    """What one pass of a detector says: candidates, and the keys that have calmed down."""

    findings: pl.DataFrame
    calm: pl.DataFrame


def nothing() -> Detection:
    """No candidate, nothing judged."""
    return Detection(pl.DataFrame(schema=FINDING_SCHEMA), pl.DataFrame(schema=CALM_SCHEMA))


def require(frame: pl.DataFrame, columns: Iterable[str], what: str) -> None:
    """Raise InputError unless the frame has the columns."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InputError(f"{what} lacks the columns {', '.join(missing)}; has {frame.columns}")
