"""What reading content costs in assembly: the job on agent traces whose calls have long prompts.

    python tests/bench/bench_flow.py [SPANS]

Prints one JSON line, in CPU time of all threads. A trace is an agent with 12 turns, a model call
with a prompt of 4 KB and a tool that answers 1 KB. Each case assembles the same stored spans from
nothing: `off` with jobs.flow_content_kib 0, `on` with its default, `lost` with it where the
tools' spans carry no id of their call, so that messages are read one by one.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator

from agent_load import _set as put
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from longpole.analytics.jobs.assemble import AssembleJob
from longpole.core.otlp import INPUT_FORMAT, input_settings, input_table
from longpole.core.otlp.signals import Signal
from longpole.core.prices import PriceBook
from longpole.core.schema import upgrade
from longpole.core.settings import JobsSettings, Settings, StoreSettings
from longpole.core.store import Store
from longpole.ingest.access.gate import OPEN
from longpole.ingest.reading import Reader

TURNS, PROMPT, RESULT = 12, 4_000, 1_000
MS = 1_000_000
TRACES_A_BODY = 10
DERIVED = ("span_facts", "path_sections", "usage_claims", "traces", "job_state")
EDGES = "SELECT sum(countEqual(AfterEvidence, 'data')) AS Edges FROM span_facts FINAL"


def bodies(traces: int, with_ids: bool) -> Iterator[bytes]:
    """Requests of agent traces within the last hour."""
    rng = random.Random(1)
    start = time.time_ns() - 3600 * 10**9
    for first in range(0, traces, TRACES_A_BODY):
        request = ExportTraceServiceRequest()
        scope = request.resource_spans.add().scope_spans.add()
        for trace in range(first, min(traces, first + TRACES_A_BODY)):
            scope.spans.extend(_agent(rng, start + trace * MS, with_ids))
        yield request.SerializeToString()


def _agent(rng: random.Random, start: int, with_ids: bool) -> list[Span]:
    trace, root_id, now = rng.randbytes(16), rng.randbytes(8), start
    calls, result, spans = f"call_{rng.randrange(10**12)}", "", []
    for turn in range(TURNS):
        call = f"{calls}_{turn}"
        city = {"city": _words(rng, 12)}
        before = [{"type": "tool_call_response", "id": f"{calls}_{turn - 1}", "response": result}]
        prompt = [
            {"role": "user", "parts": [{"type": "text", "content": _words(rng, PROMPT)}]},
            *([{"role": "tool", "parts": before}] if turn else []),
        ]
        asked = {"type": "tool_call", "id": call, "name": "look_up", "arguments": city}
        result = _words(rng, RESULT)
        said = {
            "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o-mini",
            "gen_ai.input.messages": json.dumps(prompt),
            "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [asked]}]),
        }  # fmt: skip
        spans.append(_span(trace, rng.randbytes(8), root_id, "chat", now, 50, said))
        ran = {
            "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "look_up",
            "gen_ai.tool.call.arguments": json.dumps(city), "gen_ai.tool.call.result": result,
            **({"gen_ai.tool.call.id": call} if with_ids else {}),
        }  # fmt: skip
        spans.append(_span(trace, rng.randbytes(8), root_id, "tool", now + 51 * MS, 20, ran))
        now += 72 * MS
    agent = {"gen_ai.operation.name": "invoke_agent"}
    return [_span(trace, root_id, b"", "agent", start, (now - start) // MS, agent), *spans]


def _span(
    trace: bytes, own: bytes, parent: bytes, name: str, at: int, lasts_ms: int, said: dict[str, str]
) -> Span:
    span = Span(trace_id=trace, span_id=own, parent_span_id=parent, name=name)
    span.start_time_unix_nano, span.end_time_unix_nano = at, at + lasts_ms * MS
    for key, value in said.items():
        put(span.attributes.add(), key, value)
    return span


def _words(rng: random.Random, length: int) -> str:
    text = "".join(f"{rng.getrandbits(32):x} " for _ in range(length // 9 + 1))
    return text[:length]


def insert(store: Store, traces: int, with_ids: bool) -> None:
    """Store the traces as received ones are."""
    settings = Settings()
    reader = Reader(settings.ingest, settings.privacy)
    for body in bodies(traces, with_ids):
        for entry in reader.read(Signal.TRACES, body, False, OPEN).entries:
            how = input_settings(entry.signal, store.embedded)
            store.insert_raw(input_table(entry.signal), entry.frames, INPUT_FORMAT, how)


def assemble(store: Store, kib: int) -> tuple[float, int]:
    """CPU seconds of assembling all that is stored, and edges of data found."""
    for table in DERIVED:
        store.command(f"TRUNCATE TABLE {table}")
    jobs = Settings(jobs=JobsSettings(flow_content_kib=kib))
    job = AssembleJob(store, jobs, PriceBook.default(), (0,), rest_ns_a_span=0)
    begin = time.process_time()
    while job.run():
        pass
    return time.process_time() - begin, int(store.rows(EDGES)[0]["Edges"])


def main() -> None:
    """Measure the better of two of each case."""
    traces = (int(sys.argv[1]) if len(sys.argv) > 1 else 100_000) // (2 * TURNS + 1)
    spans = traces * (2 * TURNS + 1)
    kib = Settings().jobs.flow_content_kib
    found: dict[str, object] = {"bench": "flow", "spans": spans}
    with tempfile.TemporaryDirectory(prefix="longpole-bench-") as folder:
        for with_ids in (True, False):
            store = Store(StoreSettings(url=f"chdb://{folder}/{with_ids}"))
            upgrade(store, Settings().normalize)
            insert(store, traces, with_ids)
            cases = {"off": 0, "on": kib} if with_ids else {"lost": kib}
            for name, limit in cases.items():
                seconds, edges = min(assemble(store, limit) for _ in range(2))
                found[f"{name}_us_a_span"] = round(seconds / spans * 1e6, 1)
                found[f"{name}_edges"] = edges
            store.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
