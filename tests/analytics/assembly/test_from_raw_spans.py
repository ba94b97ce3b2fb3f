"""From raw spans as a collector inserts them, through the views, to priced traces."""

from __future__ import annotations

from longpole.analytics.jobs.assemble import AssembleJob
from longpole.core.prices import PriceBook
from longpole.core.settings import Settings
from longpole.core.store import Store

TRACE = "0123456789abcdef0123456789abcdef"
INSERT = """
INSERT INTO otel_traces
    (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, SpanAttributes,
     Duration)
VALUES
"""
AGENT = f"""
    ('2026-03-01 12:00:00.000000000', '{TRACE}', '00000000000000a1', '', 'invoke_agent helper',
     'Internal', 'shop', {{'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'helper',
     'gen_ai.provider.name': 'openai', 'gen_ai.conversation.id': 's-1'}}, 2000000000)
"""
CALL = f"""
    ('2026-03-01 12:00:00.500000000', '{TRACE}', '00000000000000a2', '00000000000000a1',
     'chat gpt-4o-mini', 'Client', 'shop', {{'gen_ai.operation.name': 'chat',
     'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o-mini',
     'gen_ai.usage.input_tokens': '1000', 'gen_ai.usage.output_tokens': '100'}}, 1000000000)
"""


NO_TEXT = r"""
    ('2026-03-01 12:00:00.000000000', 'a\xff', 'b\xff', 'c\xff', '\xff', '\xff', '\xff',
     {'gen_ai.agent.name\xff': '\xff', 'gen_ai.agent.name': '\xff'}, 5)
"""


def test_bytes_that_are_no_text_do_not_stop_other_traces(store: Store) -> None:
    job = AssembleJob(store, Settings(), PriceBook.default(), rest_ns_a_span=0)
    store.command(INSERT + NO_TEXT)
    store.command(INSERT + AGENT)
    while job.run():
        pass
    rows = store.rows("SELECT TraceId, RootName FROM traces FINAL ORDER BY TraceId")
    assert [(row["TraceId"], row["RootName"]) for row in rows] == [
        (TRACE, "invoke_agent helper"), ("a\ufffd", "\ufffd"),
    ]  # fmt: skip


ENDLESS = f"""
    ('2026-03-01 12:00:00.000000000', '{TRACE}', '00000000000000a1', '', 'never ends',
     'Internal', 'shop', {{}}, 18446744073709551615)
"""


def test_a_span_that_ends_after_all_time_ends_with_it(store: Store) -> None:
    store.command(INSERT + ENDLESS)
    AssembleJob(store, Settings(), PriceBook.default()).run()
    [row] = store.rows(
        "SELECT DurationNs, toUnixTimestamp64Nano(Start) AS StartNs, Flags FROM traces FINAL"
    )
    [path] = store.rows(
        "SELECT arraySum(Sections.EndNs) - arraySum(Sections.StartNs) AS PathNs FROM path_sections"
    )
    assert row["StartNs"] + row["DurationNs"] == 2**63 - 1
    assert path["PathNs"] == row["DurationNs"]
    assert row["Flags"] == ["clock"]


def test_raw_spans_become_a_priced_trace(store: Store) -> None:
    job = AssembleJob(store, Settings(), PriceBook.default(), rest_ns_a_span=0)
    store.command(INSERT + CALL)
    assert job.run() == 1
    store.command(INSERT + AGENT)
    assert job.run() == 1
    rows = store.rows("SELECT * FROM traces FINAL")
    assert len(rows) == 1
    row = rows[0]
    assert (row["RootName"], row["Agent"], row["SessionId"]) == (
        "invoke_agent helper", "helper", "s-1",
    )  # fmt: skip
    assert (row["InputTokens"], row["OutputTokens"], row["ModelCalls"]) == (1000, 100, 1)
    assert row["CostUsd"] is not None and row["CostUsd"] > 0
    assert dict(row["PathKindNs"]) == {"agent": 1_000_000_000, "llm": 1_000_000_000}
    path = store.rows(
        "SELECT Sections.Kind AS kinds, Sections.Phase AS phases FROM path_sections FINAL"
    )
    assert path == [{"kinds": ["agent", "llm", "agent"], "phases": ["tail", "self", "lead"]}]
