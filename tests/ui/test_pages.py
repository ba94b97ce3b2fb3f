"""Callbacks as coroutines over a real store, and rules that all callbacks keep."""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterator
from typing import Any

import pytest
import ui_seed
from dash.exceptions import PreventUpdate
from ui_asking import REQUEST, run, words

from longpole.core.settings import Settings
from longpole.core.store import Store
from longpole.ui import queries
from longpole.ui.app import PAGES, build
from longpole.ui.formats import instant
from longpole.ui.pages import finding, findings, overview, settings, traces


@pytest.fixture
def reading(seeded: Store) -> Iterator[None]:
    with queries.reading(seeded):
        yield


def test_every_server_callback_is_a_coroutine(seeded: Store) -> None:
    """A plain `def` would stop the event loop, and OTLP ingest with it, while it waits."""
    dash = build(seeded, Settings()).state.dash
    written = {
        name: inspect.unwrap(entry["callback"])
        for name, entry in dash.callback_map.items()
        if "callback" in entry and "_pages_content" not in name
    }
    assert len(written) >= 6
    blocking = [name for name, f in written.items() if not inspect.iscoroutinefunction(f)]
    assert blocking == []


def test_two_apps_in_one_process_have_all_callbacks(seeded: Store) -> None:
    first, second = (build(seeded, Settings()).state.dash for _ in range(2))
    assert first.callback_map.keys() == second.callback_map.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_layouts_take_any_query(page: Any) -> None:  # noqa: ANN401 - a row of the page table
    assert "lp-" in words(page.module.layout(since=["x", "y"], nonsense="<b>", q="\x00" * 9))


@pytest.mark.usefixtures("reading")
def test_overview_opens_on_findings_and_compares() -> None:
    shown = words(run(overview.show({"since": "24h"})))
    assert shown.index("/findings/inc-latency") < shown.index("Duration p95")
    assert "inc-resolved" not in shown
    assert "/traces?service=support&step=search_docs" in shown
    assert "1.4.2" in shown


def test_a_quiet_hour_says_when_the_last_run_was(store: Store) -> None:
    yesterday = time.time_ns() - 30 * 3_600_000_000_000
    ui_seed.seed(store, traces=10, hours=1, now_ns=yesterday)
    with queries.reading(store):
        shown = words(run(overview.show({"since": "1h"})))
    newest = store.rows("SELECT toUnixTimestamp64Nano(max(Start)) AS s FROM traces")[0]["s"]
    assert "No runs in this time range" in shown
    assert instant(newest) in shown


@pytest.mark.usefixtures("reading")
def test_traces_answer_summary_histogram_and_rows() -> None:
    chosen = {"since": "all", "status": "error"}
    line, figure, mark = run(traces.summarise(chosen, None, None))
    page = run(traces.rows(REQUEST, chosen))
    assert 0 < page["rowCount"] < 400
    assert f"{page['rowCount']:,} runs" in words(line)
    assert sum(figure.data[0].y) + sum(figure.data[1].y) == page["rowCount"] == mark[0]
    assert {row["status"] for row in page["rowData"]} == {"error"}


@pytest.mark.usefixtures("reading")
def test_a_tick_without_new_runs_changes_nothing() -> None:
    chosen = {"since": "all"}
    _, _, mark = run(traces.summarise(chosen, None, None))
    with pytest.raises(PreventUpdate):
        run(traces.summarise(chosen, 1, mark), trigger="tick.n_intervals")


@pytest.mark.usefixtures("reading")
def test_grid_pages_do_not_overlap_and_are_bounded() -> None:
    pages = [
        run(traces.rows({**REQUEST, "startRow": n, "endRow": n + 100}, {"since": "all"}))
        for n in (0, 100, 200, 300)
    ]
    seen = [row["id"] for page in pages for row in page["rowData"]]
    assert len(seen) == len(set(seen)) == 400
    huge = run(traces.rows({**REQUEST, "endRow": 10**9}, {"since": "all"}))
    assert len(huge["rowData"]) == 400


@pytest.mark.usefixtures("reading")
def test_filters_offer_what_occurs_and_what_is_chosen() -> None:
    services, agents, releases, models = run(
        traces.offer({"since": "all"}, {"service": "gone", "agent": None})
    )
    assert services == ["gone", "support", "research"]
    assert set(agents) == {"support-agent", "router", "researcher"}
    assert set(releases) == {"1.4.1", "1.4.2"}
    assert "gpt-4.1-mini" in models


@pytest.mark.usefixtures("reading")
def test_nothing_fits_has_words() -> None:
    line, _, _ = run(traces.summarise({"since": "all", "q": "no such thing"}, None, None))
    assert "No run fits these filters" in words(line)


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize(("tab", "count"), [("open", 3), ("resolved", 1), ("all", 4)])
def test_findings_by_state(tab: str, count: int) -> None:
    assert words(run(findings.show({"state": tab}))).count("/findings/inc-") == count


@pytest.mark.usefixtures("reading")
def test_a_finding_shows_why_and_links_examples(seeded: Store) -> None:
    shown = words(run(finding.show("inc-latency")))
    example = seeded.rows(
        "SELECT ExampleTraces AS e FROM findings WHERE IncidentId = 'inc-latency'"
    )
    assert all(f"/traces/{trace_id}" in shown for trace_id in example[0]["e"])
    for part in ("Expected band", "620 ms to 1.05 s", "7.4", "210 against 1,840", "onset"):
        assert part in shown
    assert "What the change is made of" in words(run(finding.show("inc-cost")))


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize("incident", ["", "nope", "' OR 1=1 --"])
def test_an_unknown_finding_has_words(incident: str) -> None:
    assert "There is no such finding" in words(run(finding.show(incident)))


def test_an_empty_store_says_how_to_fill_it(store: Store) -> None:
    with queries.reading(store):
        assert "OTEL_EXPORTER_OTLP_ENDPOINT" in words(run(overview.show({})))
        line, figure, mark = run(traces.summarise({}, None, None))
        assert "OTEL_EXPORTER_OTLP_ENDPOINT" in words(line)
        assert (len(figure.data), mark[0]) == (0, 0)
        assert "No open findings" in words(run(findings.show({})))
        assert "Nothing has come for this project yet" in words(run(settings.show_ingest()))
        assert "No keys for this project" in words(run(settings.show_keys()))
        assert "No sender in this time range" in words(run(settings.show_seen({})))


def test_a_store_that_refuses_is_said_in_words(empty_store: Store) -> None:
    with queries.reading(empty_store):
        parts = (settings.show_ingest(), settings.show_keys(), settings.show_seen({}))
        for work in (overview.show({}), findings.show({}), finding.show("x"), *parts):
            assert "This could not be loaded" in words(run(work))
        assert "This could not be loaded" in words(run(traces.summarise({}, None, None))[0])
        assert run(traces.rows(REQUEST, {})) == {"rowData": [], "rowCount": 0}
        with pytest.raises(PreventUpdate):
            run(traces.offer({"since": "all"}, {}))


def test_a_mistake_of_ours_does_not_leave_the_page_loading(
    seeded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("longpole.ui.views.finding.body", lambda *_: 1 / 0)
    with queries.reading(seeded):
        assert "the server's log says what" in words(run(finding.show("inc-cost")))
