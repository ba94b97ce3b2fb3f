"""Facts beside recorded exports, held against the records that `longpole normalize` makes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Fact = Mapping[str, Any]
OWN = Path(__file__).resolve().parents[1] / "data" / "captures"
# Names of facts that are not names of canonical fields.
NAMED = {"session": "session_id", "user": "user_id", "agent": "agent_name", "tool": "tool_name"}
ABOUT = frozenset({"span_id", "trace_id", "name", "note"})
ANY_OF = "_any_of"
TTFT_SLACK_S = 0.002


def folders(*roots: Path) -> list[Path]:
    """Every folder with facts below some folders."""
    found = [file.parent for root in roots for file in root.glob("*/expected.json")]
    return sorted(found, key=lambda folder: folder.name)


def facts(folder: Path) -> dict[str, Any]:
    """What a correct normaliser finds in a capture."""
    document: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return document


def acceptable(fact: Fact) -> Iterator[tuple[str, list[Any]]]:
    """(field, acceptable values); a list of values replaces the plain one."""
    for key, stated in fact.items():
        if key in ABOUT or f"{key}{ANY_OF}" in fact:
            continue
        if key.endswith(ANY_OF):
            yield key.removesuffix(ANY_OF), list(stated)
        else:
            yield key, [stated]


def by_span(records: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Records by trace and span."""
    return {(record["trace_id"], record["span_id"]): record for record in records}


def wrong(record: Mapping[str, Any] | None, fact: Fact) -> list[str]:
    """One line for each fact that a record does not bear out."""
    if record is None:
        return [f"{fact['name']}: no record"]
    return [
        f"{fact['name']} {field}: {record.get(NAMED.get(field, field))!r}, not {values}"
        for field, values in acceptable(fact)
        if not any(_fits(field, record.get(NAMED.get(field, field)), one) for one in values)
    ]


def _fits(field: str, said: Any, stated: Any) -> bool:  # noqa: ANN401 - facts are of several types
    if stated is None:
        return said in (None, "", [])
    if field == "ttft_s":
        return said is not None and abs(said - stated) <= TTFT_SLACK_S
    if isinstance(stated, float) and isinstance(said, int | float):
        return math.isclose(said, stated, rel_tol=1e-6, abs_tol=1e-9)
    return bool(said == stated)
