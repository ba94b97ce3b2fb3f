"""Blocks of docs/ingest-signals.md."""

from __future__ import annotations

from generate.markdown import code, codes, table

from longpole.core.semconv.log_fields import OWN, PRODUCERS, TELLING, log_mapping
from longpole.core.semconv.metrics import METRICS


def log_keys() -> str:
    """Keys that make a record one of a model call, by field."""
    fields: dict[str, list[str]] = {}
    for source in log_mapping().fields:
        if source.field in TELLING and source not in OWN:
            fields.setdefault(source.field, []).append(source.key)
    return table(("field", "keys"), [(code(name), codes(keys)) for name, keys in fields.items()])


def producers() -> str:
    """Records with keys of their own."""
    rows = []
    for made in PRODUCERS:
        own = [source for source in OWN if source.key.startswith(f"{made.name}:")]
        keys = ", ".join(f"{code(s.key.partition(':')[2])} ({s.field})" for s in own)
        starts = f"scope {code(made.scope_prefix)} or service {code(made.service_prefix)}"
        rows.append((made.name, starts, codes(made.events), keys))
    return table(("producer", "known by the start of", "events", "keys (field)"), rows)


def metrics() -> str:
    """Metrics by what they measure, the preferred first."""
    rows: dict[str, list[str]] = {}
    for source in METRICS:
        of = f" (`gen_ai.token.type` = `{source.token_type}`)" if source.token_type else ""
        rows.setdefault(source.quantity, []).append(f"`{source.metric}`{of}")
    return table(("quantity", "metrics"), [(name, ", ".join(keys)) for name, keys in rows.items()])
