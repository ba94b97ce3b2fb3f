"""Rows of the store as JSON: snake_case names, points in time as integer nanoseconds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """`{"TraceId": ..., "Onset": datetime}` as `{"trace_id": ..., "onset_ns": int}`."""
    made = {}
    for name, value in row.items():
        key = WORDS.sub("_", name).lower()
        if isinstance(value, datetime):
            key, value = f"{key}_ns", nanoseconds(value)
        elif name in TIMES and value is None:
            key = f"{key}_ns"
        made[key] = _plain(value)
    return made


TIMES = {"ResolvedAt"}


def nanoseconds(when: datetime) -> int:
    """Exact to the microsecond a datetime holds."""
    whole = when.replace(microsecond=0)
    return int(whole.timestamp()) * 1_000_000_000 + when.microsecond * 1_000


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and value != value:
        return None
    return value
