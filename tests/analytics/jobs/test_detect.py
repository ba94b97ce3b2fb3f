"""From assembled spans to an incident and a message, on the real engine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import polars as pl
import pytest

from longpole.analytics.jobs.detect import DetectJob
from longpole.analytics.jobs.rollup import RollupJob
from longpole.core.settings import AlertsSettings, Settings
from longpole.core.store import Store

NOW_S = 1_773_144_000
DAYS = 4
SLOW_SINCE = NOW_S - 3000
DEAR_SINCE = NOW_S - 20 * 3600


def runs() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Four days of an agent that searches, then writes; two things go wrong at the end."""
    rng = np.random.default_rng(1)
    count = DAYS * 24 * 60
    start = np.sort(rng.uniform(NOW_S - DAYS * 86_400, NOW_S - 20, count))
    search = 0.8 * np.exp(rng.normal(0, 0.3, count)) * np.where(start >= SLOW_SINCE, 3.0, 1.0)
    write = 2.0 * np.exp(rng.normal(0, 0.3, count))
    tokens = 900 * np.exp(rng.normal(0, 0.4, count)) * np.where(start >= DEAR_SINCE, 2.0, 1.0)
    ids = [f"{number:032x}" for number in range(count)]
    root = _spans(ids, 1, start, search + write + 0.01, own=np.full(count, 0.01), kind="agent")
    tool = _spans(ids, 2, start, search, own=search, kind="tool", step="web_search")
    model = _spans(ids, 3, start + search, write, own=write, kind="llm", step="draft").with_columns(
        Counted=pl.lit(True), InputTokens=pl.Series(tokens.astype(np.uint64)),
        OutputTokens=pl.lit(100, pl.UInt64), Model=pl.lit("m"),
    ).with_columns(
        CostUsd=(pl.col("InputTokens") * 3e-6 + pl.col("OutputTokens") * 15e-6).cast(
            pl.Decimal(18, 9)
        )
    )  # fmt: skip
    traces = root.select("Project", "TraceId", "Start", "DurationNs", "Service", "Version")
    return pl.concat([root, tool, model], how="diagonal"), traces


def _spans(
    ids: list[str], span: int, start: np.ndarray, seconds: np.ndarray, own: np.ndarray,
    kind: str, step: str = "",
) -> pl.DataFrame:  # fmt: skip
    return pl.DataFrame(
        {
            "Project": "default", "TraceId": ids, "SpanId": f"{span:016x}", "Service": "api",
            "Agent": "researcher", "Step": step, "Kind": kind, "Operation": kind, "Model": "",
            "Start": pl.Series((start * 1e9).astype(np.int64)).cast(pl.Datetime("ns", "UTC")),
            "DurationNs": (seconds * 1e9).astype(np.uint64),
            "SelfNs": (own * 1e9).astype(np.uint64), "Version": 1_000,
        },
        schema_overrides={"Version": pl.UInt64},
    )  # fmt: skip


@pytest.fixture
def told() -> Iterator[tuple[str, list[dict[str, object]]]]:
    got: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", got
    server.shutdown()
    thread.join()
    server.server_close()


def test_both_problems_become_incidents_with_examples_and_one_message_each(
    store: Store, told: tuple[str, list[dict[str, object]]]
) -> None:
    url, got = told
    spans, traces = runs()
    store.insert("span_facts", spans)
    store.insert("traces", traces)
    assert RollupJob(store, Settings().jobs).run() > 0
    settings = Settings(alerts=AlertsSettings(webhooks=(url,)))
    job = DetectJob(store, settings)
    job.judge(NOW_S * 10**9)
    found = {row["Detector"]: row for row in store.rows("SELECT * FROM findings FINAL")}
    assert set(found) == {"latency", "cost_drift"}

    slow = found["latency"]
    assert (slow["Step"], slow["State"]) == ("web_search", "firing")
    assert abs(slow["Onset"].timestamp() - SLOW_SINCE) <= 600
    assert slow["AffectedTraces"] > 20
    _assert_slow(spans, slow["ExampleTraces"], SLOW_SINCE, at_least_s=1.5)
    assert len(slow["NormalTraces"]) == 3

    dear = found["cost_drift"]
    assert (dear["Step"], dear["State"], dear["Unit"]) == ("draft", "firing", "usd")
    assert abs(dear["Onset"].timestamp() - DEAR_SINCE) <= 2 * 3600
    assert len(dear["ExampleTraces"]) == 5
    assert set(dear["ExampleTraces"]).isdisjoint(dear["NormalTraces"])

    # The same evidence again: nothing is written, and nobody is told twice.
    assert job.judge(NOW_S * 10**9 + 10**9) == 0
    job.run()
    job.run()
    assert sorted(str(message["detector"]) for message in got) == ["cost_drift", "latency"]


def _assert_slow(spans: pl.DataFrame, ids: list[str], since: int, at_least_s: float) -> None:
    assert len(ids) == 5
    tool = spans.filter(pl.col("Kind") == "tool", pl.col("TraceId").is_in(ids))
    assert (tool["DurationNs"] >= at_least_s * 1e9).all()
    assert (tool["Start"].dt.epoch("s") + 10 >= since).all()


def test_a_quiet_store_finds_nothing(store: Store) -> None:
    job = DetectJob(store, Settings())
    assert job.run() == 0
    assert store.rows("SELECT count() AS n FROM findings")[0]["n"] == 0
