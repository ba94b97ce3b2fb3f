"""The rollup of GenAI metrics on the real engine, from points as a collector writes them."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from signal_rows import BASE, send_points

from longpole.analytics.jobs import metric_rollup
from longpole.analytics.jobs.metric_rollup import MetricRollupJob
from longpole.core.settings import JobsSettings
from longpole.core.store import Store

DURATION, TOKENS = "gen_ai.client.operation.duration", "gen_ai.client.token.usage"
INPUT, OUTPUT = ({"gen_ai.token.type": kind} for kind in ("input", "output"))
FIRST = BASE.timestamp()  # a whole hour, so also the first bucket
BOUNDS = [1.0, 2.0, 4.0]
Row = dict[str, Any]


@pytest.fixture
def job(store: Store) -> MetricRollupJob:
    return MetricRollupJob(store, JobsSettings())


def histogram(at: float, counts: list[int], total: float = 0.0, **given: Any) -> Row:  # noqa: ANN401
    plain = {"metric": DURATION, "ExplicitBounds": BOUNDS}
    return {**plain, "at": at, "BucketCounts": counts, "Count": sum(counts), "Sum": total, **given}


def rows(store: Store, columns: str = "*") -> list[Row]:
    return store.rows(
        f"SELECT {columns}, toUnixTimestamp(Bucket) - {int(FIRST)} AS After "
        "FROM metric_rollup_5m FINAL WHERE Calls > 0 OR InputTokens > 0 "
        "ORDER BY After, Service, Operation, Model"
    )


def calls(store: Store) -> list[tuple[int, int]]:
    return [(row["After"], row["Calls"]) for row in rows(store, "Calls")]


def until_done(job: MetricRollupJob) -> None:
    while job.run():
        pass


def test_no_points_no_work(job: MetricRollupJob) -> None:
    assert job.run() == 0


def test_cumulative_histograms_become_calls_durations_and_tokens(
    store: Store, job: MetricRollupJob
) -> None:
    failed = {"error.type": "timeout"}
    send_points(
        store, "histogram",
        histogram(60, [0, 2, 0, 0], 3.0), histogram(120, [0, 2, 3, 0], 12.0),
        histogram(360, [0, 2, 7, 0], 24.0),
        histogram(120, [1, 0, 0, 0], 0.5, attributes=failed),
        histogram(120, [0, 0, 0, 5], 500.0, metric=TOKENS, attributes=INPUT, MetricUnit="{token}"),
        histogram(120, [0, 0, 0, 5], 50.0, metric=TOKENS, attributes=OUTPUT, MetricUnit="{token}"),
    )  # fmt: skip
    until_done(job)
    first, second = rows(store)
    assert (first["After"], second["After"]) == (0, 300)
    assert (first["Calls"], first["Errors"], second["Calls"]) == (6, 1, 4)
    assert (first["InputTokens"], first["OutputTokens"]) == (500, 50)
    assert first["DurationNs"] == 12_500_000_000
    assert (first["Provider"], first["Kind"]) == ("azure.ai.openai", "llm")
    histogram_ = dict(first["DurationHist"])
    assert sum(histogram_.values()) == 6
    assert all(1.1 ** (bucket + 1) >= 5e8 and 1.1**bucket <= 4e9 for bucket in histogram_)


def test_exponential_histograms_and_first_tokens(store: Store, job: MetricRollupJob) -> None:
    exponential = {"Scale": 3, "PositiveOffset": 0, "PositiveBucketCounts": [0, 0, 6]}
    chunk = {"metric": "gen_ai.client.inference.time_to_first_chunk", "MetricUnit": "ms"}
    send_points(
        store, "exponential_histogram",
        {"metric": DURATION, "at": 30, "Count": 7, "Sum": 8.0, **exponential},
        {"at": 30, "Count": 6, "Sum": 8.0, **exponential, **chunk},
    )  # fmt: skip
    per_token = histogram(30, [4, 0, 0, 0], metric="gen_ai.server.time_per_output_token")
    send_points(store, "histogram", per_token)
    until_done(job)
    (row,) = rows(store)
    assert row["Calls"] == 7  # one took no time at all
    taken = dict(row["DurationHist"])
    assert sum(taken.values()) == 6
    assert 1.1 ** min(taken) <= 2 ** (3 / 8) * 1e9 and 1.1 ** (max(taken) + 1) >= 2**0.25 * 1e9
    assert max(taken) - min(taken) <= 1
    assert sum(dict(row["TtftHist"]).values()) == 6
    assert max(dict(row["TtftHist"])) < min(taken) - 60  # milliseconds
    assert sum(dict(row["TpotHist"]).values()) == 4


def test_counters_and_the_first_source_of_a_quantity(store: Store, job: MetricRollupJob) -> None:
    old = histogram(60, [0, 0, 0, 5], 999.0, metric=TOKENS, attributes=INPUT)
    send_points(store, "histogram", old, histogram(60, [0, 9, 0, 0]))
    renamed = histogram(60, [0, 4, 0, 0], metric="gen_ai.client.inference.duration")
    send_points(store, "histogram", renamed)
    used = "gen_ai.client.inference.usage"
    send_points(
        store, "sum",
        {"metric": f"{used}.input_tokens", "at": 60, "Value": 40.0},
        {"metric": f"{used}.input_tokens", "at": 90, "Value": 70.0},
        {"metric": f"{used}.cache_read.input_tokens", "at": 60, "Value": 7.0},
        {"metric": f"{used}.output_tokens", "at": 60, "Value": 5.0, "IsMonotonic": False},
    )  # fmt: skip
    until_done(job)
    (row,) = rows(store)
    said = [row[name] for name in ("Calls", "InputTokens", "CacheReadTokens", "OutputTokens")]
    assert said == [4, 70, 7, 0]


def test_late_and_repeated_points_end_as_if_all_came_at_once(
    store: Store, job: MetricRollupJob
) -> None:
    sent = [histogram(60 * n, [0, n * (n + 1) // 2, 0, 0]) for n in range(1, 25)]
    random.Random(7).shuffle(sent)
    for start in range(0, len(sent), 5):
        send_points(store, "histogram", *sent[start : start + 5])
        until_done(job)
    send_points(store, "histogram", *sent[:4])
    until_done(job)
    # Minute n adds n calls; a point on the border closes the bucket before it.
    wanted = [(300 * k, sum(range(5 * k + 1, min(5 * k + 6, 25)))) for k in range(5)]
    assert calls(store) == wanted
    assert MetricRollupJob(store, JobsSettings()).run() > 0  # a restart looks at the last minute
    assert calls(store) == wanted


def test_a_late_point_takes_its_part_from_the_next_bucket(
    store: Store, job: MetricRollupJob
) -> None:
    send_points(store, "histogram", histogram(900, [0, 9, 0, 0]))
    until_done(job)
    assert calls(store) == [(600, 9)]
    send_points(store, "histogram", histogram(300, [0, 9, 0, 0]))
    until_done(job)
    assert calls(store) == [(0, 9)]  # the row of the later bucket holds zeros now


def test_resets_and_two_processes_with_the_same_attributes(
    store: Store, job: MetricRollupJob
) -> None:
    restarted = BASE + timedelta(seconds=100)
    send_points(
        store, "histogram",
        histogram(60, [0, 9, 0, 0]), histogram(120, [0, 2, 0, 0], StartTimeUnix=restarted),
        histogram(90, [0, 4, 0, 0], ResourceAttributes={"service.instance.id": "b"}),
        histogram(150, [0, 5, 0, 0], ResourceAttributes={"service.instance.id": "b"}),
        histogram(60, [0, 3, 0, 0], AggregationTemporality=1, ServiceName="deltas"),
        histogram(60, [0, 3, 0, 0], AggregationTemporality=1, ServiceName="deltas"),
        histogram(60, [0, 3, 0, 0], Project="other"),
    )  # fmt: skip
    until_done(job)
    found = {(row["Project"], row["Service"]): row["Calls"] for row in rows(store)}
    expected = {("default", "shop"): 16, ("default", "deltas"): 3, ("other", "shop"): 3}
    assert found == expected


def test_hostile_points_do_not_stop_the_others(store: Store, job: MetricRollupJob) -> None:
    nan = float("nan")
    send_points(
        store, "histogram",
        histogram(60, [1, 1, 1, 1], nan, ExplicitBounds=[nan, -1.0, 0.0], ServiceName="a"),
        histogram(60, [1] * 2000, ExplicitBounds=[float(n) for n in range(1999)], ServiceName="b"),
        histogram(60, [1, 2], ServiceName="c"),
        histogram(60, [0, 1, 0, 0], MetricUnit="fortnight", ServiceName="d"),
        histogram(60, [2**62, 2**62, 0, 0], 1e308, ServiceName="e", Count=2**63 - 1),
        histogram(60, [0, 6, 0, 0], ServiceName="z", Min=nan, Max=float("inf")),
        histogram(60, [0, 6, 0, 0], ServiceName="y", attributes={"gen_ai.response.model": "\0'"}),
        histogram(-BASE.timestamp() + 1, [0, 6, 0, 0], AggregationTemporality=1),
    )  # fmt: skip
    send_points(
        store, "exponential_histogram",
        {"metric": DURATION, "at": 60, "Count": 1, "Scale": -(2**31), "PositiveOffset": 2**31 - 1,
         "PositiveBucketCounts": [1], "ServiceName": "x"},
        {"metric": DURATION, "at": 60, "Count": 1, "Scale": 2**31 - 1,
         "PositiveOffset": -(2**31), "PositiveBucketCounts": [1] * 9, "ServiceName": "w"},
    )  # fmt: skip
    until_done(job)
    found = {row["Service"]: row["Calls"] for row in rows(store)}
    assert (found["z"], found["y"], found["c"]) == (6, 6, 3)
    assert "d" not in found


def test_series_are_read_in_parts_and_hours_in_passes(
    store: Store, job: MetricRollupJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metric_rollup, "MAX_POINTS", 10)
    monkeypatch.setattr(metric_rollup, "MAX_HOURS", 2)
    sent = [
        histogram(600 * n, [0, 1 + n, 0, 0], attributes={"server.address": f"{host}"})
        for n in range(1, 40) for host in range(3)
    ]  # fmt: skip
    send_points(store, "histogram", *sent)
    passes = 0
    while job.run():
        passes += 1
    assert passes >= 4
    assert [count for _, count in calls(store)] == [6] + [3] * 38


def test_a_stop_in_a_pass_leaves_it_to_the_next(store: Store, job: MetricRollupJob) -> None:
    send_points(store, "histogram", histogram(60, [0, 1, 0, 0]))
    stopped = MetricRollupJob(store, JobsSettings(), lambda: True)
    assert stopped.run() == 0 and calls(store) == []
    until_done(job)
    assert calls(store) == [(0, 1)]


def test_many_points_need_no_more_than_their_sum(store: Store, job: MetricRollupJob) -> None:
    """Sums over random series, against a plain recomputation."""
    rng = random.Random(3)
    sent, total = [], 0
    for series in range(20):
        count = 0
        for minute in range(1, 40):
            count += rng.randrange(4)
            who = {"server.address": f"{series}"}
            sent.append(histogram(60 * minute + series, [0, count, 0, 0], attributes=who))
        total += count
    rng.shuffle(sent)
    send_points(store, "histogram", *sent)
    until_done(job)
    assert pl.DataFrame(rows(store, "Calls"))["Calls"].sum() == total
