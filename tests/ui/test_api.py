"""The JSON API over a real, seeded store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from ui_asking import Get, getter

from longpole.core.store import Store


@pytest.fixture
def get(seeded: Store) -> Get:
    return getter(seeded)


def traces(get: Get, query: str) -> list[dict[str, Any]]:
    answer = get(f"/api/v1/traces?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["traces"]
    return found


def test_traces_are_newest_first_with_integer_times(get: Get) -> None:
    found = traces(get, "since=all&limit=50")
    starts = [row["start_ns"] for row in found]
    assert len(found) == 50
    assert starts == sorted(starts, reverse=True)
    assert all(isinstance(row["duration_ns"], int) for row in found)


@pytest.mark.parametrize("sort", ["-duration", "cost", "-tokens", "start", "-ttft", "spans"])
def test_cursor_visits_every_trace_once_in_every_order(get: Get, sort: str) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = get(f"/api/v1/traces?since=all&limit=150&sort={sort}{cursor}").json()
        seen += [row["trace_id"] for row in page["traces"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 400


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("service=research", lambda row: row["service"] == "research"),
        ("agent=router", lambda row: row["agent"] == "router"),
        ("status=error", lambda row: row["is_error"]),
        ("status=ok", lambda row: not row["is_error"]),
        ("release=1.4.2", lambda row: row["release"] == "1.4.2"),
        ("model=claude-sonnet-4", lambda row: "claude-sonnet-4" in row["models"]),
        ("step=search_docs", lambda row: "search_docs" in row["steps"]),
        ("q=SEARCH_d", lambda row: "search_docs" in row["steps"]),
        ("min_ms=20000", lambda row: row["duration_ns"] >= 20_000_000_000),
        ("max_ms=2000", lambda row: row["duration_ns"] < 2_000_000_000),
        ("min_usd=0.2", lambda row: row["cost_usd"] >= 0.2),
        ("session=s-3", lambda row: row["session_id"] == "s-3"),
    ],
)
def test_each_filter_selects_exactly_what_it_says(
    get: Get, query: str, fits: Callable[[dict[str, Any]], bool]
) -> None:
    everything = traces(get, "since=all&limit=1000")
    expected = {row["trace_id"] for row in everything if fits(row)}
    assert 0 < len(expected) < 400
    assert {row["trace_id"] for row in traces(get, f"since=all&limit=1000&{query}")} == expected


@pytest.mark.parametrize("query", ["", "&service=research", "&status=error&min_ms=2000", "&q=zz9"])
def test_total_counts_every_page_of_the_same_search(get: Get, query: str) -> None:
    expected = len(traces(get, f"since=all&limit=1000{query}"))
    page = get(f"/api/v1/traces?since=all&limit=7&count=true{query}").json()
    assert (page["total"], len(page["traces"])) == (expected, min(expected, 7))
    if page["next_cursor"]:
        after = f"&count=true&cursor={page['next_cursor']}"
        assert get(f"/api/v1/traces?since=all&limit=7{query}{after}").json()["total"] == expected
    assert get("/api/v1/traces?since=all&limit=1").json()["total"] is None


def test_total_keeps_to_the_time_asked_for(get: Get) -> None:
    starts = sorted(row["start_ns"] for row in traces(get, "since=all&limit=1000"))
    within = f"from_ns={starts[100]}&to_ns={starts[200]}"
    assert get(f"/api/v1/traces?{within}&limit=1&count=true").json()["total"] == 100


def test_a_trace_is_found_by_its_id(get: Get) -> None:
    wanted = traces(get, "since=all&limit=1")[0]["trace_id"]
    assert [row["trace_id"] for row in traces(get, f"since=all&q={wanted.upper()}")] == [wanted]


def test_from_and_to_bound_the_start(get: Get) -> None:
    starts = sorted(row["start_ns"] for row in traces(get, "since=all&limit=1000"))
    low, high = starts[100], starts[200]
    found = traces(get, f"from_ns={low}&to_ns={high}&limit=1000")
    assert sorted(row["start_ns"] for row in found) == starts[100:200]


@pytest.mark.parametrize(
    "query",
    ["since=2h", "sort=colour", "cursor=zzz", "limit=0", "status=odd", "min_ms=-1", "wat=1",
     "from_ns=5&to_ns=5", "cursor=WzEsMl0="],
)  # fmt: skip
def test_a_wrong_parameter_is_a_400_problem_that_names_it(get: Get, query: str) -> None:
    answer = get(f"/api/v1/traces?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert query.split("=")[0] in answer.json()["detail"]


def test_hostile_text_is_data(get: Get) -> None:
    assert traces(get, "since=all&q=%27%20OR%201%3D1%20--%20%7Bproject:String%7D") == []


def test_a_trace_with_its_spans(get: Get) -> None:
    row = traces(get, "since=all&limit=1&sort=-spans")[0]
    whole = get(f"/api/v1/traces/{row['trace_id']}").json()
    assert whole["trace_id"] == row["trace_id"]
    assert whole["start_ns"] == row["start_ns"]  # to the nanosecond
    assert len(whole["spans"]) == row["spans"]
    assert {span["span_id"] for span in whole["spans"]} >= {whole["root_span_id"]}


def test_sections_are_latest_first_and_sum_to_the_root(get: Get) -> None:
    row = traces(get, "since=all&limit=1&sort=-spans")[0]
    roots = get(f"/api/v1/traces/{row['trace_id']}/critical-path").json()["roots"]
    assert len(roots) == 1
    sections = roots[0]["sections"]
    assert sum(s["end"] - s["start"] for s in sections) == roots[0]["duration"]
    assert all(a["start"] == b["end"] for a, b in pairwise(sections))
    assert set(sections[0]) == {"span", "start", "end", "phase", "evidence"}


@pytest.mark.parametrize("path", ["traces/feed", "traces/feed/critical-path", "findings/none"])
def test_unknown_things_are_404_problems(get: Get, path: str) -> None:
    answer = get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.json()["status"] == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api", "/api/v1", "/api/v2/traces", "/v1/traces", "/v1/x/y"])
def test_unknown_paths_of_the_api_are_not_answered_with_a_page(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_findings_open_first(get: Get) -> None:
    states = [row["state"] for row in get("/api/v1/findings").json()["findings"]]
    assert states == ["firing", "firing", "pending", "resolved"]
    firing = get("/api/v1/findings?state=firing&limit=1").json()
    assert len(firing["findings"]) == 1
    rest = get(f"/api/v1/findings?state=firing&limit=1&cursor={firing['next_cursor']}").json()
    assert rest["next_cursor"] is None
    assert rest["findings"][0]["incident_id"] != firing["findings"][0]["incident_id"]


def test_a_finding_has_evidence_and_who_was_told(get: Get) -> None:
    found = get("/api/v1/findings/inc-latency").json()
    assert found["step"] == "search_docs"
    assert isinstance(found["onset_ns"], int)
    assert [told["delivered"] for told in found["notifications"]] == [True, False]
    assert get("/api/v1/findings/inc-cost").json()["attribution"]["output_tokens"] == 0.002


def test_steps_add_up_to_the_traces(get: Get, seeded: Store) -> None:
    found = get("/api/v1/steps?since=all").json()["steps"]
    cost = seeded.rows("SELECT toFloat64(sum(CostUsd)) AS c FROM traces FINAL")[0]["c"]
    path = seeded.rows("SELECT sum(DurationNs) AS n FROM traces FINAL")[0]["n"]
    assert sum(row["cost_usd"] or 0 for row in found) == pytest.approx(cost)
    assert sum(row["path_ns"] for row in found) == path
    assert sum(row["path_share"] for row in found) == pytest.approx(1)
    by_step = {row["step"]: row for row in found}
    assert by_step["embed"]["cost_usd"] is None
    assert by_step["search_docs"]["p95_ns"] > 2 * by_step["search_docs"]["p50_ns"]


def test_docs_need_no_other_host(get: Get) -> None:
    page = get("/api/docs")
    assert "/api/v1/traces/{trace_id}/critical-path" in page.text
    assert "<script" not in page.text and "https://" not in page.text
    assert "/api/v1/steps" in get("/api/openapi.json").json()["paths"]


def test_every_answer_is_guarded_by_headers(get: Get) -> None:
    for path in ("/", "/traces", "/api/v1/findings", "/assets/app.css", "/nowhere/at/all"):
        headers = get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy and "http" not in policy


def test_a_deep_link_as_first_request_has_all_assets(seeded: Store) -> None:
    page = getter(seeded)("/traces/0123456789abcdef?span=1").text
    assert "app.css" in page and "grid.js" in page and "0-shell.js" in page


@dataclass
class Record:
    name: str = 'assemble "x"'
    lag_s: float = 1.5
    passes: int = 12
    failures: int = 2
    units: int = 99
    last_seconds: float = 0.25
    last_error: str = "StoreError: away"


def test_metrics_speak_of_jobs_and_counters(seeded: Store) -> None:
    counters = {"accepted_spans_total": 7.0, "spool bytes": 3.5}
    text = getter(seeded, jobs=lambda: [Record()], metrics=lambda: counters)("/metrics").text
    assert 'longpole_job_lag_seconds{job="assemble \\"x\\""} 1.5' in text
    assert 'longpole_job_failing{job="assemble \\"x\\""} 1\n' in text
    assert "# TYPE longpole_accepted_spans_total counter\nlongpole_accepted_spans_total 7\n" in text
    assert "longpole_spool_bytes 3.5" in text


def test_ready_with_tables(get: Get) -> None:
    assert get("/readyz").text == "ready\n"


def test_not_ready_without_tables(empty_store: Store) -> None:
    answer = getter(empty_store)("/readyz")
    assert answer.status_code == 503
    assert "longpole migrate" in answer.text
    assert getter(empty_store)("/healthz").status_code == 200


def test_a_refused_query_is_a_problem_not_a_page(empty_store: Store) -> None:
    answer = getter(empty_store)("/api/v1/steps")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
