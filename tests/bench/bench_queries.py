"""Query times of the Traces and Trace pages over a store of a million spans.

Loads the spans through the real endpoint, waits until everything is assembled, then asks the JSON
API (the same queries as the pages) from one client. As a named alternative the trace list is also
asked in the plain way, grouping the raw table, over the same server's store afterwards.

    python tests/bench/bench_queries.py [--spans 1000000]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from agent_load import make_load
from bench_ingest import wait_assembled
from ingest_sender import Target, send
from running import Running, running

from longpole.core.settings import StoreSettings
from longpole.core.store import Store

ROUNDS = 30
PLAIN_LIST = """
SELECT TraceId, min(Timestamp) AS Start, count() AS Spans,
       max(Timestamp + toIntervalNanosecond(Duration)) AS End
FROM otel_traces GROUP BY TraceId ORDER BY Start DESC LIMIT 50
"""
PLAIN_TRACE = "SELECT * FROM otel_traces WHERE TraceId = {id:String}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spans", type=int, default=1_000_000)
    spans = parser.parse_args().spans
    load = make_load(spans, 500, time.time_ns())
    with tempfile.TemporaryDirectory() as folder:
        with running(Path(folder)) as longpole:
            send(load.bodies, Target(int(longpole.otlp_http.rpartition(":")[2])))
            wait_assembled(longpole, load.traces)
            ids = _some_ids(longpole)
            ours = {name: _times(call) for name, call in _calls(longpole, ids).items()}
        plain = _plain(Path(folder), ids)
    result = {
        "bench": "queries", "spans": load.spans, "traces": load.traces, "ms": ours,
        "plain_ms": plain,
        "ratio_list": round(plain["list"]["p50"] / ours["list"]["p50"], 1),
        "ratio_trace": round(plain["trace"]["p50"] / ours["trace"]["p50"], 1),
    }  # fmt: skip
    print(json.dumps(result))


def _calls(longpole: Running, ids: list[str]) -> dict[str, Any]:
    client = httpx.Client(base_url=longpole.ui, timeout=60)

    def get(path: str, **params: object) -> None:
        client.get(path, params=params).raise_for_status()  # type: ignore[arg-type]

    return {
        "list": lambda: get("/api/v1/traces", limit=50),
        "list_filtered": lambda: get("/api/v1/traces", limit=50, service="support-agent"),
        "list_slowest": lambda: get("/api/v1/traces", limit=50, sort="-duration"),
        "trace": lambda: get(f"/api/v1/traces/{random.choice(ids)}"),
        "critical_path": lambda: get(f"/api/v1/traces/{random.choice(ids)}/critical-path"),
        "steps": lambda: get("/api/v1/steps"),
    }


def _some_ids(longpole: Running) -> list[str]:
    page = httpx.get(f"{longpole.ui}/api/v1/traces", params={"limit": 50}, timeout=60).json()
    return [row["trace_id"] for row in page["traces"]]


def _times(call: Any) -> dict[str, float]:  # noqa: ANN401 - any callable
    call()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    return {"p50": round(times[ROUNDS // 2], 1), "p95": round(times[int(ROUNDS * 0.95)], 1)}


def _plain(folder: Path, ids: list[str]) -> dict[str, dict[str, float]]:
    store = Store(StoreSettings(url=f"chdb://{folder}"))
    try:
        return {
            "list": _times(lambda: store.frame(PLAIN_LIST)),
            "trace": _times(lambda: store.frame(PLAIN_TRACE, {"id": random.choice(ids)})),
        }
    finally:
        store.close()


if __name__ == "__main__":
    main()
