"""Two projects with the same trace ids, services and incidents: each sees only its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
import ui_seed
import ui_seed_ingest
from databases import Databases
from ui_asking import REQUEST, Get, getter, run, words

from longpole.core.access import create_key, set_project
from longpole.core.schema import upgrade
from longpole.core.settings import Settings
from longpole.core.store import Store
from longpole.ui import ids, projects, queries, shell, state
from longpole.ui.app import build
from longpole.ui.pages import finding, findings, overview, settings, trace, traces
from longpole.ui.wiring import framed

RUNS = {"alpha": 40, "beta": 25}
TRACE = f"{1:032x}"
EVERYTHING = {"since": "all"}
CLAIMS = """
INSERT INTO usage_claims
    (Project, Start, TraceId, SpanId, Service, Dialect, Kind, Name, Scope, Verdict,
     ClaimedInputTokens, Version)
SELECT Project, Start, TraceId, SpanId, Project, 'x', Kind, Name, 'aggregate', 'more', 5, 1
FROM span_facts WHERE IsRoot
"""
SAID = """
INSERT INTO otel_traces (Project, Timestamp, TraceId, SpanId, SpanName, SpanAttributes)
SELECT Project, Start, TraceId, SpanId, Name,
    map('gen_ai.prompt.0.content', concat(Project, ' asks'))
FROM span_facts WHERE IsRoot AND TraceId = {trace:String}
"""
# A call without a price, and one whose sender reports another cost than the list.
CALLS = """
INSERT INTO span_facts
    (Project, Start, TraceId, SpanId, Kind, Provider, Model, InputTokens, Counted, UsageScope,
     CostUsd, CostSource, ComputedCostUsd, ReportedCostUsd, Version)
SELECT Project, Start, repeat('c', 32), leftPad(toString(number), 16, '0'), 'llm', 'p',
    concat(Project, '-model'), 5, true, 'call', if(number = 0, NULL, 2),
    if(number = 0, 'none', 'reported'), if(number = 0, NULL, 1), if(number = 0, NULL, 2), 1
FROM span_facts CROSS JOIN numbers(2) AS numbers WHERE IsRoot AND TraceId = {trace:String}
"""


@pytest.fixture
def shared(databases: Databases) -> Iterator[Store]:
    """A store that two projects share."""
    with databases.opened("ui_projects") as store:
        if upgrade(store):
            for project, runs in RUNS.items():
                ui_seed.seed(store, traces=runs, number=runs, project=project)
                ui_seed_ingest.seed_ingest(store, project)
                ui_seed_ingest.seed_arrived(store, project, spans=4 * runs)
                create_key(store, project, f"{project} sender")
            store.command(CLAIMS)
            store.command(SAID, {"trace": TRACE})
            store.command(CALLS, {"trace": TRACE})
        yield store


@pytest.fixture
def get(shared: Store) -> Get:
    return getter(shared)


PATHS = (
    "traces?since=all&count=true", f"traces/{TRACE}", f"traces/{TRACE}/critical-path",
    "steps?since=all", "findings", "findings/inc-latency", "ingest", "ingest/seen?since=all",
    "keys", f"traces/{TRACE}/reconciliation", "reconciliation?since=all",
    "costs/unpriced?since=all", "costs/differences?since=all",
    f"traces/{TRACE}/spans/{TRACE[16:]}/messages", "path-profile?since=all&by=root",
    "path-profile/flame?since=all", "path-profile/tail?since=all", "variants?since=all",
    "agents/graph?since=all", f"traces/{TRACE}/what-if?change=removed,kind=llm",
    "what-if?since=all&change=removed,kind=llm",
)  # fmt: skip
# Sums, spans and phases, which have no name of their own.
NAMELESS = ("critical-path", "path-profile/tail", "variants", "what-if?since")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("mine", "other"), [("alpha", "beta"), ("beta", "alpha")])
def test_no_endpoint_tells_of_another_project(get: Get, path: str, mine: str, other: str) -> None:
    joint = "&" if "?" in path else "?"
    answer = get(f"/api/v1/{path}{joint}project={mine}")
    assert answer.status_code == 200, answer.text
    assert other not in answer.text
    if not any(part in path for part in NAMELESS):
        assert mine in answer.text


def test_every_endpoint_that_reads_was_asked_above(get: Get) -> None:
    document = get("/api/openapi.json").json()
    reading = {path for path, methods in document["paths"].items() if "get" in methods}
    # Those of the whole server are for whoever runs it.
    reading = {path for path in reading if not path.startswith("/api/v1/admin/")}
    asked = {f"/api/v1/{path.partition('?')[0]}" for path in PATHS}
    asked = {
        path.replace(TRACE, "{trace_id}")
        .replace(TRACE[16:], "{span_id}")
        .replace("inc-latency", "{incident}")
        for path in asked
    }
    assert reading == asked


def test_the_same_trace_id_is_another_trace(get: Get) -> None:
    found = [get(f"/api/v1/traces/{TRACE}?project={project}").json() for project in RUNS]
    assert found[0]["trace_id"] == found[1]["trace_id"] == TRACE
    assert found[0]["duration_ns"] != found[1]["duration_ns"]
    assert [row["root_name"].split()[0] for row in found] == list(RUNS)


PAGES: dict[str, Callable[[], object]] = {
    "overview": lambda: run(overview.show(EVERYTHING)),
    "traces": lambda: run(traces.rows(REQUEST, EVERYTHING)),
    "filters": lambda: run(traces.offer(EVERYTHING, {})),
    "trace": lambda: run(trace.show_trace(TRACE, 1, None)),
    "span": lambda: run(trace.show_span(TRACE[16:], TRACE)),
    "findings": lambda: run(findings.show({"state": "all"})),
    "finding": lambda: run(finding.show("inc-latency")),
    "ingest": lambda: run(settings.show_ingest()),
    "keys": lambda: run(settings.show_keys()),
    "seen": lambda: run(settings.show_seen(EVERYTHING)),
    "claims": lambda: run(settings.show_claims(EVERYTHING)),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("mine", "other"), [("alpha", "beta"), ("beta", "alpha")])
def test_no_page_tells_of_another_project(shared: Store, page: str, mine: str, other: str) -> None:
    with queries.reading(shared), projects.bound(mine):
        shown = words(PAGES[page]())
    assert mine in shown
    assert other not in shown


@pytest.mark.parametrize(("project", "runs"), RUNS.items())
def test_charts_and_counts_are_of_one_project(shared: Store, project: str, runs: int) -> None:
    with queries.reading(shared), projects.bound(project):
        _, figure, mark = run(traces.summarise(EVERYTHING, None, None))
    assert mark[0] == sum(figure.data[0].y) + sum(figure.data[1].y) == runs


def test_a_cursor_goes_on_in_its_own_project_only(get: Get) -> None:
    first = get("/api/v1/traces?since=all&limit=30&project=alpha").json()
    rest = get(
        f"/api/v1/traces?since=all&limit=30&project=alpha&cursor={first['next_cursor']}"
    ).json()
    ids_seen = {row["trace_id"] for row in first["traces"] + rest["traces"]}
    assert len(ids_seen) == RUNS["alpha"]
    strange = get(f"/api/v1/traces?since=all&project=beta&cursor={first['next_cursor']}")
    assert strange.status_code == 400
    assert "project" in strange.json()["detail"]


@pytest.mark.parametrize("name", ["a b", "../etc", "%3Cscript%3E", "x" * 65, "é", "a%00b", "..."])
@pytest.mark.parametrize("path", ["/api/v1/traces", "/api/v1/ingest", "/traces", "/"])
def test_an_impossible_name_is_a_clear_400(get: Get, path: str, name: str) -> None:
    answer = get(f"{path}?project={name}")
    assert answer.status_code == 400
    assert "is not a project name" in answer.text


def test_two_names_are_refused_and_one_twice_is_not(get: Get) -> None:
    assert get("/api/v1/traces?project=alpha&project=beta").status_code == 400
    assert get("/api/v1/findings?project=alpha&project=alpha").status_code == 200


def test_an_unknown_project_is_empty(get: Get) -> None:
    answer = get("/api/v1/traces?since=all&project=gamma").json()
    assert answer == {"traces": [], "next_cursor": None, "total": None}


def test_a_key_of_another_project_cannot_be_revoked(shared: Store) -> None:
    post = poster(shared)
    theirs = getter(shared)("/api/v1/keys?project=beta").json()["keys"][0]["key_id"]
    assert post(f"/api/v1/keys/{theirs}/revoke?project=alpha").status_code == 404


def test_a_dead_letter_of_another_project_cannot_be_settled(shared: Store) -> None:
    done: list[tuple[str, str, str]] = []
    post = poster(shared, dead_letters=lambda *what: done.append(what))
    path = f"/api/v1/ingest/dead-letters/{ui_seed_ingest.SPOOL}/beta-0000/drop"
    assert post(f"{path}?project=alpha").status_code == 404
    assert post(f"{path}?project=beta").status_code == 200
    assert done == [("drop", ui_seed_ingest.SPOOL, "beta-0000")]


def poster(store: Store, **more: object) -> Get:
    return getter(store, method="POST", headers={"content-type": "application/json"}, **more)


def test_metrics_tell_of_all_projects(get: Get) -> None:
    text = get("/metrics").text
    for project in RUNS:
        assert (
            f'longpole_ingest_items_total{{project="{project}",signal="traces",outcome="stored",'
            'reason=""} 1100' in text
        )


def test_the_default_is_default_or_the_only_one(store: Store) -> None:
    assert chosen(store) == "default"
    ui_seed.seed(store, traces=5, project="alpha")
    with queries.reading(store):
        queries.forget_projects()
        assert run(queries.project()) == "alpha"
    ui_seed.seed(store, traces=5, project="beta")
    assert chosen(store) == "default"


def chosen(store: Store) -> str:
    with queries.reading(store):
        queries.forget_projects()
        name: str = run(queries.project())
    return name


def test_the_header_offers_projects_with_data(shared: Store) -> None:
    with queries.reading(shared):
        assert run(shell.offer_projects("?project=beta", None)) == (
            ["alpha", "beta"],
            "beta",
            "beta",
        )


def test_the_header_offers_projects_with_a_key_or_settings(store: Store) -> None:
    create_key(store, "keyed")
    set_project(store, "limited", spans_per_s=5)
    with queries.reading(store):
        offered, shown, _ = run(shell.offer_projects("", None))
    assert offered == ["default", "keyed", "limited"]
    assert shown == "default"


def test_links_carry_the_project_on() -> None:
    with projects.bound("alpha"):
        assert state.address("/findings", state="all") == "/findings?project=alpha&state=all"
        assert state.link("/traces", state.Filters()) == "/traces?project=alpha"
    assert state.address("/findings") == "/findings"


def test_every_link_of_a_page_carries_the_project(shared: Store) -> None:
    with queries.reading(shared), projects.bound("alpha"):
        for name in ("overview", "trace", "findings", "finding", "seen"):
            for link in addresses(json.loads(words(PAGES[name]()))):
                assert "project=alpha" in link, (name, link)


def addresses(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("href"), str):
            yield node["href"]
        for value in node.values():
            yield from addresses(value)
    if isinstance(node, list):
        for value in node:
            yield from addresses(value)


def test_every_callback_of_a_page_knows_its_project(shared: Store) -> None:
    dash = build(shared, Settings()).state.dash
    own = {"_pages_content", ids.PROJECT_SHOWN}
    for name, entry in dash.callback_map.items():
        if "callback" not in entry or any(part in name for part in own):
            continue
        assert entry["state"][-1] == {"id": ids.PROJECT, "property": "data"}, name


def test_a_page_is_asked_for_with_its_project(shared: Store) -> None:
    answer = callback(shared, "alpha")
    assert "alpha" in answer.text and "beta" not in answer.text


def test_a_page_for_an_impossible_project_says_so() -> None:
    assert "is not a project name" in words(framed(findings.layout)(project="no/name"))


def callback(store: Store, project: str) -> httpx.Response:
    """What the browser sends when the Findings page loads."""
    states = [{"id": ids.PROJECT, "property": "data", "value": project}]
    inputs = [
        {"id": ids.STATE, "property": "data", "value": {"state": "all"}},
        {"id": ids.SLOW_TICK, "property": "n_intervals", "value": None},
    ]
    body = {
        "output": f"{ids.FINDINGS}.children",
        "outputs": {"id": ids.FINDINGS, "property": "children"},
        "inputs": inputs, "state": states, "changedPropIds": [],
    }  # fmt: skip
    return getter(store, method="POST", body=body)("/_dash-update-component")
