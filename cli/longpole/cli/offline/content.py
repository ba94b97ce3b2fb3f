"""What was said in each span of an assembled store."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from longpole.cli.offline.records import Record
from longpole.core.messages import Log, read_row
from longpole.core.store import Store, load_sql

SIDES = ("system", "input", "output", "tools")


def add_content(store: Store, found: list[Record]) -> None:
    """Add to each record `system`, `input`, `output` and `tools`, null where nothing was said.

    In the parts form of OpenTelemetry's GenAI conventions.
    """
    logs = _logs(store)
    raw = {_id(row): row for row in store.rows(load_sql("offline/said"))}
    for record in found:
        name = (record["trace_id"], record["span_id"])
        said = read_row(raw.get(name, {}), logs.get(name, [])).to_json()
        record |= {side: said[side] or None for side in SIDES}


def _logs(store: Store) -> dict[tuple[str, str], list[Log]]:
    logs: dict[tuple[str, str], list[Log]] = defaultdict(list)
    for row in store.rows(load_sql("offline/logs")):
        attributes = dict(zip(row["Keys"], row["Values"], strict=True))
        logs[_id(row)].append(Log(row["Event"], row["Body"], attributes))
    return logs


def _id(row: dict[str, Any]) -> tuple[str, str]:
    return row["TraceId"], row["SpanId"]
