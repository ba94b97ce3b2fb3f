"""A flood for minutes: does memory stay under what the settings add up to, and is nothing lost?

    python tests/bench/flood.py [--seconds 600] [--engine-mib 1536]

Prints the highest resident memory of the process against the bound: the engine's memory
(store.memory_mib), bodies being read (ingest.max_reading_mib), a commit and three batches with
their copies, and 512 MiB for the interpreter and its libraries.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from agent_load import make_load
from bench_ingest import counters, port, used
from ingest_sender import Target, send
from running import Running, running

CHUNK_SPANS = 250_000
READING_MIB, BATCHES_MIB, REST_MIB = 256, 32 + 3 * 2 * 32, 512


def main() -> None:
    options = _options()
    env = {
        "LONGPOLE_STORE_MEMORY_MIB": str(options.engine_mib),
        "LONGPOLE_INGEST_MAX_READING_MIB": str(READING_MIB),
    }
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), env=env) as longpole:
        sent, seconds = _flood(longpole, options.seconds)
        stored = _wait(longpole, sent)
        peak = used(longpole)["peak_mib"]
    bound = options.engine_mib + READING_MIB + BATCHES_MIB + REST_MIB
    print(
        json.dumps(
            {
                "bench": "flood",
                "seconds": round(seconds),
                "accepted_spans": sent,
                "stored_spans": stored,
                "peak_memory_mib": peak,
                "bound_mib": bound,
                "ratio": round(peak / bound, 2),
            }
        )
    )


def _flood(longpole: Running, seconds: int) -> tuple[int, float]:
    sent, began, seed = 0, time.monotonic(), 0
    while time.monotonic() - began < seconds:
        load = make_load(CHUNK_SPANS, 250, time.time_ns(), seed)
        send(load.bodies, Target(port(longpole, "http")))
        sent, seed = sent + load.spans, seed + 1
    return sent, time.monotonic() - began


def _wait(longpole: Running, spans: int) -> int:
    """Wait for the last span; what is stored then."""
    deadline = time.monotonic() + 900
    while (stored := int(counters(longpole).get("longpole_stored_spans", 0))) < spans:
        if time.monotonic() > deadline:
            raise SystemExit(f"only {stored} of {spans} spans were stored")
        time.sleep(1)
    return stored


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--engine-mib", type=int, default=1536)
    return parser.parse_args()


if __name__ == "__main__":
    main()
