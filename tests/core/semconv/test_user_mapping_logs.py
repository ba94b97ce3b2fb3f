"""Rows of the mapping that the settings add, in a store with all views."""

from __future__ import annotations

from longpole.core.schema import upgrade
from longpole.core.settings import NormalizeSettings
from longpole.core.store import Store


def test_one_key_may_be_several_fields_of_spans_and_logs(store: Store) -> None:
    rows = [{"field": name, "key": "user.id"} for name in ("session_id", "agent_name")]
    upgrade(store, NormalizeSettings.model_validate({"fields": rows}))
    at = "toDateTime64(1700000000, 9)"
    said = "map('user.id', 'ann', 'gen_ai.usage.input_tokens', '7')"
    ids = "TraceId, SpanId, Timestamp"
    values = f"repeat('ab', 16), repeat('cd', 8), {at}, {said}"
    store.command(f"INSERT INTO otel_traces ({ids}, SpanAttributes) SELECT {values}")
    store.command(f"INSERT INTO otel_logs ({ids}, LogAttributes) SELECT {values}")
    for table in ("spans", "log_facts"):
        (found,) = store.rows(f"SELECT SessionId, AgentName, UserId, InputTokens FROM {table}")
        assert list(found.values()) == ["ann", "ann", "ann", 7], table
