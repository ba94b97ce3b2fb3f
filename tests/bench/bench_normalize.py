"""What the view of canonical spans costs, dialect by dialect.

The spans of every capture are loaded once and told apart by their dialect; those of one dialect are
repeated under new ids and inserted as one block into the raw table, with the view and without. The
difference is the view. The named alternative reads a few fields off the same spans in plain Python.
Everything is CPU time of one process, so other work on the machine counts for little.

    python tests/bench/bench_normalize.py [--spans N] [--write docs/benchmarks.md]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from normalize_table import write_table
from plain_normalize import normalize_plainly

from longpole.cli.offline.files import read_bodies
from longpole.cli.offline.load import loaded
from longpole.core.semconv import SPANS_VIEW, spans_view
from longpole.core.settings import Settings
from longpole.core.store import Store

CAPTURES = Path(__file__).parents[1] / "data" / "captures"
REPEATS = 3
ONE_ROW_REPEATS = 15
PLAIN_SPANS = 5_000
ONE_BLOCK = (
    "SETTINGS max_threads = 1, max_insert_threads = 1, max_block_size = 1000000, "
    "min_insert_block_size_rows = 1000000, min_insert_block_size_bytes = 0"
)
DIALECTS = "SELECT Dialect, count() AS spans FROM spans GROUP BY Dialect ORDER BY Dialect"
OF_DIALECT = """SELECT * FROM otel_traces WHERE (TraceId, SpanId) IN
    (SELECT TraceId, SpanId FROM spans WHERE Dialect = {dialect:String})"""


def main() -> None:
    options = _options()
    bodies, _ = read_bodies(CAPTURES)
    with loaded(bodies, Settings()) as (store, _):
        found = {row["Dialect"]: row["spans"] for row in store.rows(DIALECTS)}
        for dialect in found:
            _keep(store, dialect)
        result = {
            "bench": "normalize",
            "spans": options.spans,
            "one_row_insert_ms": _one_row_ms(store, next(iter(found))),
            "dialects": {
                dialect or "other": {"captured": captured, **_measure(store, dialect, options)}
                for dialect, captured in found.items()
            },
        }
    print(json.dumps(result))
    if options.write:
        write_table(Path(options.write), result)


def _keep(store: Store, dialect: str) -> None:
    """Raw spans of one dialect, in a table of their own in memory."""
    store.command(f"CREATE TABLE {_kept(dialect)} AS otel_traces ENGINE = Memory")
    store.command(f"INSERT INTO {_kept(dialect)} {OF_DIALECT}", {"dialect": dialect})


def _measure(store: Store, dialect: str, options: argparse.Namespace) -> dict[str, float]:
    """CPU microseconds a span of the view, of the raw insert, and of the plain alternative."""
    _repeat(store, dialect, options.spans)
    insert = f"INSERT INTO otel_traces SELECT * FROM repeated {ONE_BLOCK}"
    with_view = _least_s(store, lambda: store.command(insert))
    store.command(f"DROP TABLE {SPANS_VIEW}")
    without = _least_s(store, lambda: store.command(insert))
    store.command(spans_view().create)
    us = 1e6 / options.spans
    return {
        "view_us": round((with_view - without) * us, 2),
        "raw_us": round(without * us, 2),
        "plain_us": round(_plain_us(store), 2),
    }


def _repeat(store: Store, dialect: str, spans: int) -> None:
    """The table `repeated`: so many spans of the dialect, each with ids of its own."""
    store.command("DROP TABLE IF EXISTS repeated")
    store.command("CREATE TABLE repeated AS otel_traces ENGINE = Memory")
    store.command(
        "INSERT INTO repeated SELECT kept.* REPLACE (lower(hex(rand64(number))) AS SpanId, "
        "concat(lower(hex(intDiv(number, 25))), TraceId) AS TraceId) "
        f"FROM numbers({{spans:UInt64}}) AS n CROSS JOIN {_kept(dialect)} AS kept "
        f"LIMIT {{spans:UInt64}} {ONE_BLOCK}",
        {"spans": spans},
    )


def _least_s(store: Store, work: Callable[[], None]) -> float:
    """CPU seconds of the fastest of a few runs into empty tables."""
    seconds = []
    for _ in range(REPEATS):
        store.run_each(["TRUNCATE TABLE otel_traces", "TRUNCATE TABLE spans"])
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return min(seconds)


def _one_row_ms(store: Store, dialect: str) -> dict[str, float]:
    """What a quiet service pays: an insert of one span, with the view and without."""
    one = f"INSERT INTO otel_traces SELECT * FROM {_kept(dialect)} LIMIT 1"

    def least_ms() -> float:
        seconds = []
        for _ in range(ONE_ROW_REPEATS):
            began = time.process_time()
            store.command(one)
            seconds.append(time.process_time() - began)
        return round(min(seconds) * 1e3, 1)

    with_view = least_ms()
    store.command(f"DROP TABLE {SPANS_VIEW}")
    without = least_ms()
    store.command(spans_view().create)
    return {"with_view": with_view, "without": without}


def _plain_us(store: Store) -> float:
    rows = store.rows(
        f"SELECT SpanAttributes, ResourceAttributes, SpanName FROM repeated LIMIT {PLAIN_SPANS}"
    )
    spans: list[dict[str, Any]] = [
        {
            "name": row["SpanName"],
            "attributes": dict(row["SpanAttributes"]),
            "resource": dict(row["ResourceAttributes"]),
        }
        for row in rows
    ]
    seconds = []
    for _ in range(REPEATS):
        began = time.process_time()
        for span in spans:
            normalize_plainly(span)
        seconds.append(time.process_time() - began)
    return min(seconds) / len(spans) * 1e6


def _kept(dialect: str) -> str:
    return f"`kept {dialect}`"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spans", type=int, default=50_000)
    parser.add_argument("--write", help="put the table into this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
