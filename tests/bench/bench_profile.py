"""Times of questions over the stored paths of many traces, against polars over the same sections.

    python tests/bench/bench_profile.py [--traces 1000000]

Rows are made in the store by profile_rows.sql. The named alternative is the plain way: read every
section into polars and group there, per trace and then per step; given the rows, without reading.
Prints one JSON line; seconds, the median of three runs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import polars as pl

from longpole.core.schema import upgrade
from longpole.core.settings import StoreSettings
from longpole.core.store import Store
from longpole.ui import queries as store_queries
from longpole.ui.architecture import queries
from longpole.ui.architecture.selection import Selection

FROM_NS = 1_760_000_000 * 10**9
CHUNK = 50_000
ROUNDS = 3
PLAIN = """
SELECT TraceId, Sections.Step AS Step, Sections.Kind AS Kind, Sections.Part AS Part,
       Sections.EndNs - Sections.StartNs AS Ns
FROM path_sections ARRAY JOIN Sections
"""
KEYS = ["Step", "Kind", "Part"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--traces", type=int, default=1_000_000)
    traces = parser.parse_args().traces
    with tempfile.TemporaryDirectory() as folder:
        store = Store(StoreSettings(url=f"chdb://{folder}", query_memory_mib=4096))
        upgrade(store)
        fill(store, traces)
        with store_queries.reading(store):
            ours = asyncio.run(_ours())
        plain = _plain(store)
        store.close()
    result = {"bench": "profile", "traces": traces, "seconds": ours, "polars_seconds": plain}
    print(json.dumps(result))


def fill(store: Store, traces: int) -> None:
    """Write the paths of `traces` agent runs."""
    text = Path(__file__).with_name("profile_rows.sql").read_text("utf-8")
    for first in range(0, traces, CHUNK):
        rows = min(CHUNK, traces - first)
        of = {"seed": 1, "traces": traces, "from_ns": FROM_NS, "first": first, "rows": rows}
        store.command(text, of)


async def _ours() -> dict[str, float]:
    every = Selection(since="all")
    old, new = Selection(since="all", release="1"), Selection(since="all", release="2")
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "profile_step": lambda: queries.read_profile(every),
        "profile_kind": lambda: queries.read_profile(every, "kind"),
        "profile_phase": lambda: queries.read_profile(every, "phase"),
        "profile_step_by_band": lambda: queries.read_profile(every, "step", "band"),
        "difference": lambda: queries.read_difference(old, new),
        "tail": lambda: queries.read_tail(every),
        "variants": lambda: queries.read_variants(every),
        "flame": lambda: queries.read_flame(every),
    }
    return {name: await _median(ask) for name, ask in asked.items()}


async def _median(ask: Callable[[], Awaitable[object]]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - started)
    return round(statistics.median(taken), 3)


def _plain(store: Store) -> float:
    sections = store.frame(PLAIN)
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        each = sections.group_by("TraceId", *KEYS).agg(pl.col("Ns").sum())
        squares = (pl.col("Ns") / 1e6).pow(2).sum().alias("squares")
        each.group_by(KEYS).agg(pl.len(), pl.col("Ns").sum(), squares)
        taken.append(time.perf_counter() - started)
    return round(statistics.median(taken), 3)


if __name__ == "__main__":
    main()
