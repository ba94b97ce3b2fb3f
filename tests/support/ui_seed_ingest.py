"""What the Settings page reads: a ledger that adds up, a spool, dead letters, and raw spans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from ui_seed import HOSTILE_NAME

from longpole.core.store import Store

SPOOL = "worker-1/spool"
REASON = "span has no trace id"
HOSTILE_REASON = HOSTILE_NAME + "\u202e\u0645\u0631\u062d\u0628\u0627 " + "r" * 10_000
UNREAD = "acme.prompt.variant"


def seed_ingest(store: Store, project: str = "default", hostile: bool = False) -> None:
    """1,200 spans of which 1,100 are stored, 60 rejected for two reasons and 40 wait."""
    reason = HOSTILE_REASON if hostile else REASON
    ledger = [
        ("traces", "accepted", "", 1200, 30, 840_000),
        ("traces", "stored", "", 1100, 27, 0),
        ("traces", "rejected", reason, 50, 2, 0),
        ("traces", "rejected", "the store refused the request", 10, 1, 0),
        ("traces", "waiting", "", 40, 1, 0),
        ("traces", "repeated", "", 0, 3, 0),
        ("traces", "refused", "the body is not OTLP", 0, 5, 0),
        ("logs", "accepted", "", 300, 4, 90_000),
        ("logs", "stored", "", 300, 4, 0),
    ]
    names = ("Signal", "Outcome", "Reason", "Items", "Requests", "Bytes")
    rows = [dict(zip(names, row, strict=True)) for row in ledger]
    now = datetime.now(UTC)
    more = {"Spool": SPOOL, "Project": project, "UpdatedAt": now}
    store.insert("ingest_ledger", _frame([{**row, **more} for row in rows]))
    store.insert("ingest_spools", _frame([_spool(now, reason if hostile else "")]))
    letters = [_letter(i, project, reason, now) for i in range(3)]
    store.insert("dead_letters", _frame(letters))


def seed_arrived(
    store: Store, project: str = "default", spans: int = 200, hostile: bool = False
) -> None:
    """Raw spans of two dialects; the clock of service `edge` runs 90 s ahead."""
    statement = ARRIVED.replace("{number}", str(spans))
    names = {"edge": HOSTILE_REASON if hostile else "edge", "unread": UNREAD}
    if hostile:
        names["unread"] = HOSTILE_REASON
    store.command(statement, {"project": project, **names})


def _spool(now: datetime, error: str) -> dict[str, Any]:
    return {
        "Spool": SPOOL, "Host": "worker-1", "Folder": "/var/lib/longpole/spool", "StartedAt": now,
        "WaitingRequests": 1, "WaitingBytes": 90_000_000, "LimitBytes": 2**30,
        "OldestWaitingAt": now - timedelta(seconds=75), "DeadLetters": 2, "LastError": error,
        "UpdatedAt": now,
    }  # fmt: skip


def _letter(number: int, project: str, reason: str, now: datetime) -> dict[str, Any]:
    at = now - timedelta(minutes=number)
    return {
        "Spool": SPOOL, "Id": f"{project}-{number:04d}", "Project": project, "Signal": "traces",
        "Items": 10 + number, "Bytes": 7_000, "Reason": f"letter {number}: {reason}",
        "ReceivedAt": at, "RefusedAt": at, "State": "dropped" if number == 2 else "kept",
        "UpdatedAt": now,
    }  # fmt: skip


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    counts = ("Items", "Requests", "Bytes", "WaitingRequests", "WaitingBytes", "LimitBytes",
              "DeadLetters")  # fmt: skip
    frame = pl.DataFrame(rows)
    return frame.with_columns(pl.col(c).cast(pl.UInt64) for c in counts if c in frame.columns)


ARRIVED = """
INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName,
    ResourceAttributes, SpanAttributes, Duration, StatusCode, Project)
SELECT
    now64(9) - toIntervalMillisecond(10 * n) + toIntervalSecond(if(edge, 90, -2)),
    lower(hex(MD5(toString(intDiv(n, 4))))), lower(hex(sipHash64(n))),
    if(edge, 'ChatOpenAI', 'chat gpt-4.1'), 'Client', if(edge, {edge:String}, 'support'),
    map('service.name', if(edge, {edge:String}, 'support'),
        'service.instance.id', if(edge, concat('pod-', {edge:String}), 'pod-1')),
    if(edge,
        map('openinference.span.kind', 'LLM', 'llm.model_name', 'gpt-4.1',
            'llm.token_count.prompt', '120', 'input.value', 'secret text',
            'llm.input_messages.0.message.content', 'secret text', 'acme.hops.3.kind', 'direct'),
        map('gen_ai.operation.name', 'chat', 'gen_ai.provider.name', 'openai',
            'gen_ai.request.model', 'gpt-4.1', 'gen_ai.usage.input_tokens', '120',
            'gen_ai.input.messages', 'secret text', 'http.request.method', 'POST',
            {unread:String}, concat({project:String}, '-b'))),
    5000000, 'Unset', {project:String}
FROM (SELECT number AS n, number % 4 = 3 AS edge FROM numbers({number}))
"""
