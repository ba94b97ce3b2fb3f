"""For each record, the rule behind each field, and the attributes that no rule reads."""

from __future__ import annotations

import re

from longpole.cli.offline.records import Record
from longpole.core.semconv import attributes_read, explain_query, is_understood
from longpole.core.semconv.model import SemanticMapping
from longpole.core.store import Store

# Rows of the mapping whose fields have other names in a record.
NAMES = {
    "Ttft": "ttft_s",
    "Queue": "queue_s",
    "Prefill": "prefill_s",
    "Decode": "decode_s",
    "EngineE2e": "engine_e2e_s",
    "Tpot": "tpot_s",
    "ReportedCostUsd": "cost_reported_usd",
    "ReportedInputCostUsd": "cost_input_usd",
    "ReportedOutputCostUsd": "cost_output_usd",
}
KEYS = "SELECT TraceId, SpanId, mapKeys(SpanAttributes) AS Keys FROM otel_traces"


def explain(store: Store, found: list[Record], mapping: SemanticMapping) -> None:
    """Add to each record `rules` (field -> where it was read) and `not_understood` (keys)."""
    rules = {_id(row): row for row in store.rows(explain_query(mapping=mapping))}
    read = attributes_read(mapping)
    keys = {_id(row): row["Keys"] for row in store.rows(KEYS)}
    for record in found:
        name = (record["trace_id"], record["span_id"])
        record["rules"] = {
            _field(column): rule
            for column, rule in rules.get(name, {}).items()
            if column.startswith("By") and rule
        }
        record["not_understood"] = sorted(
            key for key in keys.get(name, []) if key not in read and not is_understood(key)
        )


def _id(row: Record) -> tuple[str, str]:
    return row["TraceId"], row["SpanId"]


def _field(column: str) -> str:
    name = column.removeprefix("By")
    return NAMES.get(name) or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
