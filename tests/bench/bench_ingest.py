"""What a running Longpole takes, against a plain Python decode and insert of the same bodies.

Each way (OTLP over HTTP and gRPC in protobuf, over HTTP in JSON) gets a process of its own with an
embedded store, one after the other on the same machine, and sends from another process. Longpole
does all its work meanwhile: raw and normalised tables, assembly, critical paths, rollups. The plain
way fills the raw table only. A last run sends 10,000 spans a second and looks at delays.

    python tests/bench/bench_ingest.py [--spans N] [--connections N] [--write docs/benchmarks.md]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from agent_load import Load, make_load
from ingest_sender import Target, Timing, send
from ingest_table import write_table
from running import Running, running

from longpole.core.settings import StoreSettings
from longpole.core.store import Store

BODY_SPANS = 250
PACED_SPANS_PER_S = 10_000
DISK = "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = 'longpole'"


def main() -> None:
    options = _options()
    load = make_load(options.spans, BODY_SPANS, time.time_ns())
    smaller = make_load(max(options.spans // 8, 25), BODY_SPANS, time.time_ns())
    result: dict[str, Any] = {
        "bench": "ingest",
        "http": measure(load, "http", options.connections),
        "grpc": measure(load, "grpc", options.connections),
        "json": measure(_as_json(smaller), "json", options.connections),
        "paced": measure_paced(options.paced_seconds, options.connections),
        "plain_python": measure_plain(smaller),
    }
    print(json.dumps(result))
    if options.write:
        write_table(Path(options.write), result)


def measure(load: Load, way: str, connections: int) -> dict[str, Any]:
    """Post every body, then wait until all is stored, then until all traces are assembled."""
    with tempfile.TemporaryDirectory() as folder:
        with running(Path(folder)) as longpole:
            _warm_up(longpole)
            began = time.perf_counter()
            timing = send(load.bodies, Target(port(longpole, way), way, connections))
            idle_s = time.perf_counter() - began - timing.seconds  # the sender's own start
            _wait_stored(longpole, load.spans)
            stored_s = time.perf_counter() - began - idle_s
            wait_assembled(longpole, load.traces, others=1)
            assembled_s = time.perf_counter() - began - idle_s
            spent = used(longpole)
        on_disk = _disk(Path(folder))
    return {
        "spans": load.spans,
        "accepted_spans_per_s": round(load.spans / timing.seconds),
        "stored_spans_per_s": round(load.spans / stored_s),
        "assembled_spans_per_s": round(load.spans / assembled_s),
        "answer_ms_p50": timing.answer_ms(0.5),
        "answer_ms_p99": timing.answer_ms(0.99),
        "cpu_s_per_million_spans": round(spent["cpu_s"] / load.spans * 1e6, 1),
        "peak_memory_mib": spent["peak_mib"],
        "bytes_on_disk_per_span": round(on_disk / load.spans),
    }


def measure_paced(seconds: int, connections: int) -> dict[str, Any]:
    """Ten thousand spans a second: how long answers take, and how long until spans are stored."""
    load = make_load(PACED_SPANS_PER_S * seconds, BODY_SPANS, time.time_ns())
    per_s = PACED_SPANS_PER_S / BODY_SPANS
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as longpole:
        _warm_up(longpole)
        watch = _Watch(longpole)
        timing = send(load.bodies, Target(port(longpole, "http"), "http", connections, per_s))
        _wait_stored(longpole, load.spans)
        delays = watch.delays()
    return {
        "spans_per_s": PACED_SPANS_PER_S,
        "seconds": seconds,
        "answer_ms_p50": timing.answer_ms(0.5),
        "answer_ms_p99": timing.answer_ms(0.99),
        "stored_after_ms_p50": Timing(delays).answer_ms(0.5),
        "stored_after_ms_p99": Timing(delays).answer_ms(0.99),
    }


class _Watch:
    """Follows the counters of accepted and stored spans, which are stored in the order accepted."""

    def __init__(self, longpole: Running) -> None:
        self._longpole = longpole
        self._seen: list[tuple[float, float, float]] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def delays(self) -> list[float]:
        """For each step of the accepted counter, seconds until as many were stored."""
        self._stopping.set()
        self._thread.join()
        found, later = [], iter(self._seen)
        at, _, stored = next(later)
        for when, accepted, _ in self._seen:
            while stored < accepted:
                at, _, stored = next(later, (when, accepted, accepted))
            found.append(max(0.0, at - when))
        return found

    def _run(self) -> None:
        with httpx.Client() as client:
            while not self._stopping.wait(0.02):
                seen = counters(self._longpole, client)
                accepted = seen.get("longpole_accepted_spans", 0.0)
                stored = seen.get("longpole_stored_spans", 0.0)
                self._seen.append((time.perf_counter(), accepted, stored))


def _warm_up(longpole: Running) -> None:
    """The first request and the first assembly compile and open things; not what is measured."""
    first = make_load(25, 25, time.time_ns() - 7200 * 10**9, seed=9)
    send(first.bodies, Target(port(longpole, "http"), "http", 1))
    _wait_stored(longpole, 0)
    wait_assembled(longpole, 1)


def port(longpole: Running, way: str) -> int:
    """The port of one way to send."""
    address = longpole.otlp_grpc if way == "grpc" else longpole.otlp_http
    return int(address.rpartition(":")[2])


def counters(longpole: Running, client: httpx.Client | None = None) -> dict[str, float]:
    """Counters of one sample without labels, by name."""
    text = (client or httpx).get(f"{longpole.ui}/metrics", timeout=60).text
    lines = (line.split() for line in text.splitlines() if line[:1] not in {"#", ""})
    return {words[0]: float(words[-1]) for words in lines if "{" not in words[0]}


def _wait_stored(longpole: Running, spans: int) -> None:
    """Until every span (and the 25 of the warm-up) is in the raw and the normalised table."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        if counters(longpole).get("longpole_stored_spans", 0.0) >= spans + 25:
            return
        time.sleep(0.05)
    raise SystemExit(f"not all {spans} spans were stored")


def wait_assembled(longpole: Running, traces: int, others: int = 0) -> None:
    """Until so many traces, and `others` sent before them, are in the list."""
    deadline = time.monotonic() + 600
    query = {"since": "all", "limit": "1", "count": "true"}
    while time.monotonic() < deadline:
        page = httpx.get(f"{longpole.ui}/api/v1/traces", params=query, timeout=60).json()
        if page["total"] >= traces + others:
            return
        time.sleep(0.2)
    raise SystemExit(f"not all {traces} traces were assembled")


def used(longpole: Running) -> dict[str, float]:
    """CPU seconds so far and the highest resident memory in MiB."""
    process = Path(f"/proc/{longpole.process.pid}")
    ticks = process.joinpath("stat").read_text().rpartition(")")[2].split()[11:13]
    status = process.joinpath("status").read_text().splitlines()
    peak = next(line for line in status if line.startswith("VmHWM")).split()[1]
    return {"cpu_s": sum(map(int, ticks)) / 100, "peak_mib": int(peak) // 1024}


def _disk(folder: Path) -> int:
    store = Store(StoreSettings(url=f"chdb://{folder}"))
    try:
        return int(store.rows(DISK)[0]["bytes"])
    finally:
        store.close()


def _as_json(load: Load) -> Load:
    """The same spans as OTLP/JSON: ids in hex."""
    bodies = []
    for body in load.bodies:
        request = ExportTraceServiceRequest.FromString(body)
        document = MessageToDict(request)
        for resource, plain in zip(document["resourceSpans"], request.resource_spans, strict=True):
            for scope, spans in zip(resource["scopeSpans"], plain.scope_spans, strict=True):
                for item, span in zip(scope["spans"], spans.spans, strict=True):
                    item.update(traceId=span.trace_id.hex(), spanId=span.span_id.hex())
                    if span.parent_span_id:
                        item["parentSpanId"] = span.parent_span_id.hex()
        bodies.append(json.dumps(document).encode())
    return Load(bodies, load.spans, load.traces)


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
    parser.add_argument("--paced-seconds", type=int, default=30)
    parser.add_argument("--write", help="put the table into this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
