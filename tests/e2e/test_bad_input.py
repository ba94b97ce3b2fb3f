"""Bad input through the real endpoints of one running Longpole: refused or stored, shown, flagged.

The tests run in the order they stand here: the last ones look at what all the others left behind.
"""

from __future__ import annotations

import gzip
import json
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bad_traces
import grpc
import httpx
import pytest
from bad_traces import MARK, SECOND
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from otlp_requests import request_with
from playwright.sync_api import Browser, Page, expect, sync_playwright
from running import Running, running

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
PROTOBUF = {"content-type": "application/x-protobuf"}
JSON = {"content-type": "application/json"}
GZIP = {**PROTOBUF, "content-encoding": "gzip"}
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
LIMIT_MIB = 48
PATIENCE_S = 90
MANY = 50_000
OPEN_ALL = "drawer => drawer.querySelectorAll('details').forEach(one => one.open = true)"
ROWS = ".wf-space .wf-row:not([hidden])"
Make = Callable[[int, int], list[Span]]


@dataclass(frozen=True)
class Target:
    """A running Longpole, what it said when it was not looked at, and a client of its API."""

    longpole: Running
    api: httpx.Client

    def post(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return httpx.post(
            f"{self.longpole.otlp_http}/v1/traces", content=body, headers=headers, timeout=120
        )

    def send(self, spans: list[Span], service: str = "shop") -> None:
        answer = self.post(request_with(spans, service).SerializeToString(), PROTOBUF)
        assert answer.status_code == 200, Status.FromString(answer.content).message
        assert not ExportTraceServiceResponse.FromString(answer.content).partial_success.ByteSize()

    def listed(self, trace: int, **window: str) -> list[dict[str, Any]]:
        answer = self.api.get("/api/v1/traces", params={"q": hex_id(trace), **window})
        answer.raise_for_status()
        rows: list[dict[str, Any]] = answer.json()["traces"]
        return rows

    def wait(self, trace: int, spans: int) -> dict[str, Any]:
        """The trace in the list of all time, once it has this many spans."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            rows = self.listed(trace, since="all")
            if rows and rows[0]["spans"] == spans:
                return rows[0]
            assert time.monotonic() < deadline, (rows, self.longpole.lines)
            time.sleep(0.2)

    def document(self, trace: int) -> dict[str, Any]:
        answer = self.api.get(f"/api/v1/traces/{hex_id(trace)}")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def path_sums(self, trace: int) -> dict[str, tuple[int, int]]:
        """Duration of each root, and the sum of the sections of its critical path."""
        answer = self.api.get(f"/api/v1/traces/{hex_id(trace)}/critical-path")
        answer.raise_for_status()
        return {
            path["root"]: (path["duration"], sum(s["end"] - s["start"] for s in path["sections"]))
            for path in answer.json()["roots"]
        }


def hex_id(trace: int) -> str:
    return f"{trace:032x}"


def span_id(number: int) -> str:
    return f"{number:016x}"


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    limit = {"LONGPOLE_INGEST_MAX_BODY_MIB": str(LIMIT_MIB)}
    with (
        running(tmp_path_factory.mktemp("data"), env=limit) as longpole,
        httpx.Client(base_url=longpole.ui, timeout=120) as api,
    ):
        yield Target(longpole, api)


@pytest.fixture(scope="module")
def now() -> int:
    """A minute ago, the same for all traces of the module."""
    return time.time_ns() - 60 * SECOND


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium on this machine; browser tests need one on the PATH")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser, target: Target) -> Iterator[Callable[[str], Page]]:
    """Open a path of the UI; scripts that fail and console errors fail the test."""
    problems: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 1400})

    def start(path: str) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        page.goto(target.longpole.ui + path)
        return page

    yield start
    context.close()
    assert not problems, problems


def valid_body(trace: int) -> bytes:
    request = request_with([bad_traces.child(trace, 1, 0, time.time_ns(), 5)])
    return bytes(request.SerializeToString())


MALFORMED = {
    "no protobuf": (b"\xff\xff\xff", PROTOBUF),
    "cut protobuf": (valid_body(0xDEAD)[:-3], PROTOBUF),
    "a web page": (b"<!doctype html><p>no</p>", PROTOBUF),
    "no json": (b'{"resourceSpans": [', JSON),
    "json of another kind": (b'["resourceSpans"]', JSON),
    "json with wrong types": (b'{"resourceSpans": [{"scopeSpans": [{"spans": [3]}]}]}', JSON),
    "json without end": (b"[" * 200_000, JSON),
    "json that is not utf-8": (b'{"resourceSpans": [], "x": "\xff"}', JSON),
    "no gzip": (b"plain", GZIP),
    "cut gzip": (gzip.compress(valid_body(0xDEAD))[:-9], GZIP),
    "damaged gzip": (gzip.compress(valid_body(0xDEAD))[:12] + b"\0" * 40, GZIP),
    "gzip of nonsense": (gzip.compress(b"\xff" * 100), GZIP),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_bodies_are_refused_in_one_line(target: Target, name: str) -> None:
    body, headers = MALFORMED[name]
    answer = target.post(body, headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == headers["content-type"]
    status = answer.json() if headers is JSON else Status.FromString(answer.content)
    message = status["message"] if isinstance(status, dict) else status.message
    assert message and "\n" not in message and len(message) < 2000


def test_malformed_grpc_is_an_invalid_argument(target: Target) -> None:
    for body in (b"\xff\xff\xff", valid_body(0xDEAD)[:-3]):
        code, details = grpc_refusal(target, body)
        assert code == grpc.StatusCode.INVALID_ARGUMENT
        assert details and "\n" not in details


def test_a_body_over_the_limit_is_refused(target: Target) -> None:
    large = bytes((LIMIT_MIB << 20) + 1)
    assert target.post(large, PROTOBUF).status_code == 413
    assert target.post(gzip.compress(large), GZIP).status_code == 413
    code, _ = grpc_refusal(target, large)
    assert code == grpc.StatusCode.RESOURCE_EXHAUSTED


def grpc_refusal(target: Target, body: bytes) -> tuple[grpc.StatusCode, str]:
    address = target.longpole.otlp_grpc
    with grpc.insecure_channel(address) as channel, pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(EXPORT)(body, timeout=120)
    return caught.value.code(), caught.value.details()


def test_spans_without_valid_ids_leave_their_neighbours(target: Target, now: int) -> None:
    spans = [*bad_traces.family(0x10, now), *bad_traces.family(0x11, now)]
    no_trace, zero, short = (bad_traces.child(0x10, n, 1, now, 5) for n in (5, 6, 7))
    no_trace.trace_id, zero.span_id, short.span_id = b"", bytes(8), b"abc"
    body = request_with([no_trace, *spans, zero, short]).SerializeToString()
    answer = target.post(body, PROTOBUF)
    partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, partial.rejected_spans) == (200, 3)
    assert "trace id" in partial.error_message and "span id" in partial.error_message
    assert target.wait(0x10, 2)["flags"] == target.wait(0x11, 2)["flags"] == []


ODD: dict[str, tuple[int, Make, int, set[str]]] = {
    "root never comes": (0x20, bad_traces.rootless, 2, {"incomplete"}),
    "cycle": (0x21, bad_traces.cycle, 6, {"cycle"}),
    "duplicate ids": (0x22, bad_traces.duplicates, 2, {"duplicate_id"}),
    "end before start": (0x23, bad_traces.backwards, 2, {"clock"}),
    "odd numbers": (0x24, bad_traces.odd_numbers, 2, {"clock"}),
}


@pytest.mark.parametrize("name", ODD)
def test_impossible_trees_are_stored_shown_and_flagged(
    target: Target, now: int, open_page: Callable[[str], Page], name: str
) -> None:
    trace, make, spans, flags = ODD[name]
    target.send(make(trace, now))
    assert set(target.wait(trace, spans)["flags"]) >= flags
    document = target.document(trace)
    assert document["start_ns"] in (now, now + SECOND)
    assert len({span["span_id"] for span in document["spans"]}) == spans
    assert flags <= {flag for span in document["spans"] for flag in span["flags"]}
    sums = target.path_sums(trace)
    assert sums and all(lasted == summed for lasted, summed in sums.values())
    expect(open_page(f"/traces/{hex_id(trace)}").locator(ROWS)).to_have_count(spans)


@pytest.mark.parametrize(
    ("trace", "start_ns"),
    [
        (0x30, 0),
        (0x31, 86_400 * SECOND),
        (0x32, 4_102_444_800 * SECOND),
        (0x33, (2**32 - 4) * SECOND),
    ],
)
def test_1970_and_2100_are_stored_listed_and_flagged(
    target: Target, open_page: Callable[[str], Page], trace: int, start_ns: int
) -> None:
    target.send(bad_traces.family(trace, start_ns))
    row = target.wait(trace, 2)
    assert (row["start_ns"], row["duration_ns"]) == (start_ns, 3 * SECOND)
    assert target.document(trace)["start_ns"] == start_ns
    assert "clock" in row["flags"]
    assert target.listed(trace, since="7d") == []
    around = {"from_ns": str(start_ns), "to_ns": str(start_ns + 1)}
    assert [found["trace_id"] for found in target.listed(trace, **around)] == [hex_id(trace)]
    assert [span["start_ns"] for span in sorted_spans(target, trace)] == [
        start_ns,
        start_ns + SECOND,
    ]
    assert target.path_sums(trace) == {span_id(1): (3 * SECOND, 3 * SECOND)}
    expect(open_page(f"/traces/{hex_id(trace)}").locator(ROWS)).to_have_count(2)


def sorted_spans(target: Target, trace: int) -> list[dict[str, Any]]:
    return sorted(target.document(trace)["spans"], key=lambda span: span["span_id"])


@pytest.mark.parametrize(("trace", "make"), [(0x40, bad_traces.wide), (0x41, bad_traces.deep)])
def test_fifty_thousand_spans_in_one_trace(
    target: Target,
    now: int,
    open_page: Callable[[str], Page],
    trace: int,
    make: Callable[[int, int, int], list[Span]],
) -> None:
    spans = make(trace, now, MANY)
    target.send(spans)
    row = target.wait(trace, MANY)
    assert "truncated" not in row["flags"]
    lasted = spans[0].end_time_unix_nano - spans[0].start_time_unix_nano
    assert target.path_sums(trace) == {span_id(1): (lasted, lasted)}
    page = open_page(f"/traces/{hex_id(trace)}")
    expect(page.locator(".wf-head .wf-name")).to_have_text("50,000 spans", timeout=90_000)
    page.locator(ROWS).nth(1).locator(".wf-text").click()
    expect(page.locator(".tr-drawer h2")).to_be_visible(timeout=30_000)


def test_hostile_text_is_shown_and_never_run(
    target: Target, now: int, open_page: Callable[[str], Page]
) -> None:
    spans = bad_traces.hostile(0x50, now)
    target.send(spans, service=bad_traces.HOSTILE[1])
    target.wait(0x50, len(spans))
    names = {span["name"][:40] for span in target.document(0x50)["spans"]}
    assert bad_traces.HOSTILE[0][:40] in names
    page = open_page(f"/traces/{hex_id(0x50)}")
    expect(page.locator(ROWS)).to_have_count(len(spans), timeout=30_000)
    expect(page.locator(ROWS).filter(has_text=f"<script>{MARK}").first).to_be_visible()
    for number in range(len(spans)):
        page.locator(ROWS).nth(number).locator(".wf-text").click()
        expect(page.locator(ROWS).nth(number)).to_have_attribute("aria-selected", "true")
        expect(page.locator(".tr-drawer")).to_contain_text(span_id(number + 1))
        page.locator(".tr-drawer").evaluate(OPEN_ALL)
    assert page.evaluate("window.hacked") is None
    listed = open_page("/traces?since=all")
    expect(listed.locator(".ag-row").filter(has_text=f"<script>{MARK}").first).to_be_visible()
    assert listed.evaluate("window.hacked") is None


def test_other_pages_bear_what_is_stored_now(open_page: Callable[[str], Page]) -> None:
    for path in ("/?since=all", "/", "/findings", "/traces?since=all&sort=-duration"):
        page = open_page(path)
        expect(page.locator("h1").first).to_be_visible(timeout=30_000)
        expect(page.locator("body")).not_to_contain_text("Loading", timeout=30_000)
        expect(page.locator("body")).not_to_contain_text("could not be")
        assert page.evaluate("window.hacked") is None


def test_every_job_is_well_and_a_normal_trace_arrives(target: Target, now: int) -> None:
    target.send(bad_traces.family(0x60, now))
    assert target.wait(0x60, 2)["flags"] == []
    assert target.api.get("/readyz").status_code == 200
    lines = target.api.get("/metrics").text.splitlines()
    jobs = [line for line in lines if line.startswith("longpole_job_failing")]
    assert len(jobs) >= 3 and all(line.endswith(" 0") for line in jobs), jobs
    failures = [line for line in lines if line.startswith("longpole_job_failures_total")]
    assert failures and all(line.endswith(" 0") for line in failures), target.longpole.lines
    for endpoint in ("steps?since=all", "steps", "findings"):
        assert target.api.get(f"/api/v1/{endpoint}").status_code == 200


def test_text_that_is_not_utf_8_costs_that_text_only(target: Target) -> None:
    body = valid_body(0x26).replace(b"work 1", b"\xff\xfe 123")
    assert target.post(body, PROTOBUF).status_code == 200
    target.wait(0x26, 1)
    assert [span["name"] for span in target.document(0x26)["spans"]] == ["\ufffd\ufffd 123"]


def test_nothing_of_a_refused_body_was_stored(target: Target) -> None:
    assert target.api.get(f"/api/v1/traces/{hex_id(0xDEAD)}").status_code == 404
    assert target.listed(0xDEAD, since="all") == []
    page = target.api.get("/api/v1/traces", params={"since": "all", "count": "true"}).json()
    assert page["total"] == len(page["traces"]) == 16, json.dumps(page)[:2000]


def test_it_ends_well(target: Target) -> None:
    target.longpole.process.send_signal(signal.SIGTERM)
    assert target.longpole.process.wait(timeout=60) == 0
    output = "\n".join(target.longpole.output())
    assert "stopping" in output
    assert "Traceback" not in output and "ERROR" not in output, output
