"""Spans a second accepted by a running Longpole, against a plain Python decode and insert.

Both get the same bodies on the same machine, one after the other, each in a process of its own
with an embedded store. Longpole does all its work meanwhile: raw and normalised tables, assembly,
critical paths, rollups. The plain way fills the raw table only.

    python tests/bench/bench_ingest.py [--spans 300000] [--connections 8]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from agent_load import Load, make_load
from running import Running, running

HEADERS = {"content-type": "application/x-protobuf"}
BODY_SPANS = 250


def main() -> None:
    options = _options()
    load = make_load(options.spans, BODY_SPANS, time.time_ns())
    plain_load = make_load(options.spans // 4, BODY_SPANS, time.time_ns())
    ours = measure_longpole(load, options.connections)
    plain = measure_plain(plain_load)
    ratios = {
        f"ratio_{what}": round(ours[f"{what}_spans_per_s"] / plain["spans_per_s"], 2)
        for what in ("accepted", "stored", "assembled")
    }
    print(json.dumps({"bench": "ingest", **ours, "plain_python": plain, **ratios}))


def measure_longpole(load: Load, connections: int) -> dict[str, Any]:
    """Post every body, then wait until all traces are assembled."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as longpole:
        began = time.perf_counter()
        latencies = asyncio.run(_post_all(load, longpole.otlp_http, connections))
        accepted = time.perf_counter() - began
        _wait_stored(longpole, load.spans)
        stored = time.perf_counter() - began
        _wait_assembled(longpole, load.traces)
        assembled = time.perf_counter() - began
    latencies.sort()
    return {
        "spans": load.spans,
        "accepted_spans_per_s": round(load.spans / accepted),
        "stored_spans_per_s": round(load.spans / stored),
        "assembled_spans_per_s": round(load.spans / assembled),
        "answer_ms_p50": round(1000 * latencies[len(latencies) // 2], 1),
        "answer_ms_p99": round(1000 * latencies[int(len(latencies) * 0.99)], 1),
    }


async def _post_all(load: Load, address: str, connections: int) -> list[float]:
    todo = iter(load.bodies)
    latencies: list[float] = []
    async with httpx.AsyncClient(timeout=120) as client:

        async def work() -> None:
            for body in todo:
                began = time.perf_counter()
                answer = await client.post(f"{address}/v1/traces", content=body, headers=HEADERS)
                answer.raise_for_status()
                latencies.append(time.perf_counter() - began)

        await asyncio.gather(*(work() for _ in range(connections)))
    return latencies


def _wait_stored(longpole: Running, spans: int) -> None:
    """Until every span is in the raw and the normalised table."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        lines = httpx.get(f"{longpole.ui}/metrics", timeout=60).text.splitlines()
        found = [line.split()[-1] for line in lines if line.startswith("longpole_stored_spans")]
        if found and float(found[0]) >= spans:
            return
        time.sleep(0.05)
    raise SystemExit(f"not all {spans} spans were stored")


def _wait_assembled(longpole: Running, traces: int) -> None:
    deadline = time.monotonic() + 600
    query = {"since": "all", "limit": "1", "count": "true"}
    while time.monotonic() < deadline:
        page = httpx.get(f"{longpole.ui}/api/v1/traces", params=query, timeout=60).json()
        if page["total"] >= traces:
            return
        time.sleep(0.2)
    raise SystemExit(f"not all {traces} traces were assembled")


def measure_plain(load: Load) -> dict[str, Any]:
    """The plain way, in a child process because an engine is opened once a process."""
    with tempfile.TemporaryDirectory() as folder:
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            seconds = pool.apply(_insert_plainly, (load.bodies, folder))
    return {"spans": load.spans, "spans_per_s": round(load.spans / seconds)}


def _insert_plainly(bodies: list[bytes], folder: str) -> float:
    from plain_ingest import insert_plainly

    began = time.perf_counter()
    insert_plainly(bodies, folder)
    return time.perf_counter() - began


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spans", type=int, default=300_000)
    parser.add_argument("--connections", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    main()
