"""History is priced anew: what changes, what is kept of before, and what a kill leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from longpole.analytics.jobs.assemble import AssembleJob
from longpole.analytics.jobs.reprice import RepriceJob
from longpole.analytics.jobs.rollup import RollupJob
from longpole.core.errors import InputError, StoreError
from longpole.core.prices import PriceBook, load_prices
from longpole.core.prices.repricing import (
    DONE,
    FAILED,
    Repricing,
    find_repricing,
    list_repricings,
    moment_ns,
    request_repricing,
)
from longpole.core.settings import JobsSettings, PricesSettings, Settings, StoreSettings
from longpole.core.store import Store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FULL = 1_000_000
Row = dict[str, Any]


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], Settings]:
    """Settings with a price book of the text given."""

    def made(text: str) -> Settings:
        (tmp_path / "own.toml").write_text(text)
        url = StoreSettings(url=f"chdb://{tmp_path}")
        return Settings(store=url, prices=PricesSettings(book=str(tmp_path / "own.toml")))

    return made


def price(model: str, dollars: float) -> str:
    return f'[[price]]\nmodel = "{model}"\ninput = {dollars}\n'


def call(trace: int, span: int, model: str = "house", **values: object) -> Row:
    start = NOW + timedelta(minutes=trace)
    return {
        "Project": "default", "Service": "shop", "Kind": "llm", "Step": "answer", "Name": "chat",
        "Operation": "chat", "Start": start, "DurationNs": 10**9, "TraceId": f"{trace:032x}",
        "SpanId": f"{span:016x}", "ParentSpanId": "", "Provider": "acme", "Model": model,
        "InputTokens": FULL, "OutputTokens": 0, "ReportedCostUsd": None, **values,
    }  # fmt: skip


def send(store: Store, settings: Settings, rows: Sequence[Row]) -> None:
    """Store spans and assemble them at the prices of these settings."""
    kinds: dict[str, Any] = {
        "Start": pl.Datetime("ns", "UTC"), "InputTokens": pl.UInt64, "OutputTokens": pl.UInt64,
        "DurationNs": pl.UInt64, "ReportedCostUsd": pl.Decimal(18, 9),
    }  # fmt: skip
    arrived = pl.lit(datetime.now(UTC)).cast(pl.Datetime("ms", "UTC"))
    spans = pl.DataFrame(list(rows), schema_overrides=kinds).with_columns(IngestedAt=arrived)
    store.insert("spans", spans)
    arrivals = spans.group_by("Project", "IngestedAt", "TraceId").agg(
        MinStart=pl.col("Start").min(), MaxStart=pl.col("Start").max(), Spans=pl.len()
    )
    store.insert("trace_arrivals", arrivals)
    AssembleJob(store, settings, load_prices(settings), rest_ns_a_span=0).run()


def reprice(store: Store, settings: Settings, since: str = "2026-11-01", **more: Any) -> Repricing:  # noqa: ANN401
    asked = request_repricing(store, since, more.pop("project", ""))
    job = RepriceJob(store, settings, **more)
    for _ in range(1000):
        if not job.run():
            break
    return find_repricing(store, asked.id)


def facts(store: Store) -> dict[str, tuple[float | None, str, str]]:
    rows = store.rows("SELECT * FROM span_facts FINAL ORDER BY SpanId")
    return {row["SpanId"].lstrip("0"): _cost(row, "") for row in rows}


def history(store: Store, side: str) -> dict[str, tuple[float | None, str, str]]:
    rows = store.rows("SELECT * FROM cost_history FINAL ORDER BY SpanId")
    return {row["SpanId"].lstrip("0"): _cost(row, side) for row in rows}


def _cost(row: Row, side: str) -> tuple[float | None, str, str]:
    cost = row[f"{side}CostUsd"]
    known = None if cost is None else float(cost)
    return known, row[f"{side}CostSource"], row[f"{side}PriceSource"]


def totals(store: Store) -> list[tuple[float | None, int]]:
    rows = store.rows("SELECT * FROM traces FINAL ORDER BY Start")
    return [
        (None if row["CostUsd"] is None else float(row["CostUsd"]), row["UnpricedCalls"])
        for row in rows
    ]


def rolled_up(store: Store) -> tuple[float, int]:
    RollupJob(store, JobsSettings()).run()
    sql = """SELECT sum(CostUsd) AS Cost, sum(UnpricedCalls) AS Unpriced FROM step_rollup_5m FINAL
    WHERE Operation = {operation:String}"""
    found = [store.rows(sql, {"operation": name})[0] for name in ("chat", "request")]
    assert found[0] == found[1]
    return float(found[0]["Cost"]), found[0]["Unpriced"]


def test_costs_totals_and_rollups_follow(store: Store, own: Callable[[str], Settings]) -> None:
    before = own(price("house", 2))
    send(store, before, [call(1, 1), call(2, 2), call(2, 3, "shed"), call(3, 4, "barn")])
    assert totals(store) == [(2.0, 0), (2.0, 1), (None, 1)]
    assert rolled_up(store) == (4.0, 2)
    done = reprice(store, own(price("house", 3) + price("shed", 1)))
    assert facts(store) == {
        "1": (3.0, "computed", "user"),
        "2": (3.0, "computed", "user"),
        "3": (1.0, "computed", "user"),
        "4": (None, "none", ""),
    }
    assert totals(store) == [(3.0, 0), (4.0, 0), (None, 1)]
    assert rolled_up(store) == (7.0, 1)
    assert (done.state, done.traces, done.changed_spans) == (DONE, 3, 3)
    assert (done.old_usd, done.new_usd) == (4.0, 7.0)


def test_the_old_figure_is_kept(store: Store, own: Callable[[str], Settings]) -> None:
    send(store, own(price("house", 2)), [call(1, 1), call(1, 3, "shed"), call(1, 4, "barn")])
    old = facts(store)
    reprice(store, own(price("house", 3) + price("shed", 1)))
    assert history(store, "Old") == {span: old[span] for span in ("1", "3")}
    assert history(store, "New") == {span: facts(store)[span] for span in ("1", "3")}
    reprice(store, own(price("house", 4)))
    kept = store.rows("SELECT SpanId, count() AS Rows FROM cost_history FINAL GROUP BY SpanId")
    assert {row["SpanId"].lstrip("0"): row["Rows"] for row in kept} == {"1": 2, "3": 2}


def test_nothing_else_of_a_row_changes(store: Store, own: Callable[[str], Settings]) -> None:
    send(store, own(price("house", 2)), [call(1, 1, SessionId="s", Release="r7")])
    reads = ("SELECT * FROM span_facts FINAL", "SELECT * FROM traces FINAL")
    before = [store.rows(read)[0] for read in reads]
    reprice(store, own(price("house", 3)))
    changed = [
        {name for name, value in store.rows(read)[0].items() if value != row[name]}
        for read, row in zip(reads, before, strict=True)
    ]
    cost = {"CostUsd", "Version"}
    assert (
        cost
        <= changed[0]
        <= cost | {"CostInputUsd", "CostOutputUsd", "ComputedCostUsd", "PriceSource"}
    )
    assert changed[1] == cost


def test_again_changes_nothing(store: Store, own: Callable[[str], Settings]) -> None:
    send(store, own(price("house", 2)), [call(1, 1)])
    after = own(price("house", 3))
    reprice(store, after)
    reads = [f"SELECT count() AS rows, max(Version) AS last FROM {table}"
             for table in ("span_facts", "traces")]  # fmt: skip
    before = [store.rows(read) for read in reads]
    again = reprice(store, after)
    assert (again.state, again.traces, again.changed_spans) == (DONE, 1, 0)
    assert [store.rows(read) for read in reads] == before
    assert len(list_repricings(store)) == 2


def test_since_and_project_limit_it(store: Store, own: Callable[[str], Settings]) -> None:
    old: Row = {"Start": NOW - timedelta(days=3)}
    rows = [call(1, 1), call(2, 2, Project="other"), call(3, 3, **old)]
    send(store, own(price("house", 2)), rows)
    after = own(price("house", 3))
    reprice(store, after, since="2026-11-19", project="default")
    assert [cost for cost, _, _ in facts(store).values()] == [3.0, 2.0, 2.0]
    reprice(store, after, since="2026-11-17")
    assert [cost for cost, _, _ in facts(store).values()] == [3.0, 3.0, 3.0]


def test_a_reported_cost_goes_on_holding(store: Store, own: Callable[[str], Settings]) -> None:
    send(store, own(""), [call(1, 1, "gpt-5", Provider="openai", ReportedCostUsd=Decimal("0.5"))])
    reprice(store, own(""))
    (row,) = store.rows("SELECT * FROM span_facts FINAL")
    assert (float(row["CostUsd"]), row["CostSource"]) == (0.5, "reported")
    assert float(row["ComputedCostUsd"]) == 1.25


def test_many_days_in_small_chunks(store: Store, own: Callable[[str], Settings]) -> None:
    rows = [
        call(number, number, Start=NOW + timedelta(days=number % 4, seconds=number // 8),
             Project=f"p{number % 2}")
        for number in range(1, 60)
    ]  # fmt: skip
    send(store, own(price("house", 2)), rows)
    done = reprice(store, own(price("house", 3)), max_traces=3)
    assert (done.traces, done.changed_spans) == (59, 59)
    assert {cost for cost, _, _ in facts(store).values()} == {3.0}
    assert set(totals(store)) == {(3.0, 0)}


@pytest.mark.parametrize("part", ["cost_history", "span_facts", "traces", "cost_repricings"])
def test_what_a_kill_leaves_is_finished(
    store: Store, own: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    send(store, own(price("house", 2)), [call(1, 1), call(2, 2)])
    after = own(price("house", 3))
    asked = request_repricing(store, "2026-11-01")
    job = RepriceJob(store, after, max_traces=1)
    assert job.run() == 1  # finds the day
    insert, command = store.insert, store.command

    def broken_insert(table: str, frame: pl.DataFrame) -> None:
        if table == part:
            raise StoreError("killed")
        insert(table, frame)

    def broken_command(sql: str, parameters: object = None) -> None:
        if part == "traces" and "INSERT INTO traces" in sql:
            raise StoreError("killed")
        command(sql, parameters)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(store, "insert", broken_insert)
        patched.setattr(store, "command", broken_command)
        with pytest.raises(StoreError, match="killed"):
            job.run()
    assert request_repricing(store, "2026-11-01") == find_repricing(store, asked.id)
    restarted = RepriceJob(store, after)
    while restarted.run():
        pass
    assert find_repricing(store, asked.id).state == DONE
    assert totals(store) == [(3.0, 0), (3.0, 0)]
    assert {span: cost[:2] for span, cost in history(store, "Old").items()} == {
        "1": (2.0, "computed"), "2": (2.0, "computed")
    }  # fmt: skip
    assert history(store, "New") == {"1": (3.0, "computed", "user"), "2": (3.0, "computed", "user")}


def test_prices_that_cannot_be_read_fail_the_request(
    store: Store, own: Callable[[str], Settings]
) -> None:
    done = reprice(store, own("[[price]]\nmodel = 'a'\n"))
    assert done.state == FAILED
    assert "price 1 (a): it has no price" in done.failure


def test_no_request_no_work(store: Store) -> None:
    def never(_: Settings) -> PriceBook:
        raise AssertionError("prices were read for nothing")

    assert RepriceJob(store, Settings(), load=never).run() == 0


def test_requests_are_checked(store: Store) -> None:
    assert moment_ns("2026-11-24") == moment_ns("2026-11-24T02:00:00+02:00")
    for text in ("yesterday", "2026-13-01", "0001-01-01", "", "2026-11-24' OR 1"):
        with pytest.raises(InputError):
            request_repricing(store, text)
    with pytest.raises(InputError, match="is not a project name"):
        request_repricing(store, "2026-11-24", "a b")
    assert list_repricings(store) == []
