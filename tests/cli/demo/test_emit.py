from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import StatusCode

from longpole.cli.demo.__main__ import play
from longpole.cli.demo.arrivals import Traffic, arrivals
from longpole.cli.demo.catalog import HOUR
from longpole.cli.demo.emit import ATTEMPTS, Player, Sender, SendError, otlp_exporter
from longpole.cli.demo.planned import SECOND, PlannedSpan

ANCHOR = 1_795_428_000 * SECOND


def runs(count: int) -> list[tuple[int, PlannedSpan]]:
    return list(islice(arrivals(Traffic("3", ANCHOR, ANCHOR - 10 * HOUR)), count))


class Kept(SpanExporter):
    """Keeps what it is given; refuses the first `refusals` times."""

    def __init__(self, refusals: int = 0) -> None:
        self.spans: list[ReadableSpan] = []
        self.refusals = refusals

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self.refusals:
            self.refusals -= 1
            return SpanExportResult.FAILURE
        self.spans += spans
        return SpanExportResult.SUCCESS


def played(exporter: SpanExporter, what: list[tuple[int, PlannedSpan]]) -> None:
    """Play runs that are all in the past."""
    sender = Sender(exporter, pause=lambda _: None)
    assert list(play(Player("s"), sender, what, lambda: ANCHOR + HOUR, lambda _: None)) == []


def test_spans_are_what_was_planned() -> None:
    kept, planned = Kept(), runs(300)
    played(kept, planned)
    expected = sorted(
        (span.name, span.start_ns, span.end_ns, span.service, span.release, span.error is None)
        for _, root in planned
        for span in root.walk()
    )
    sent = sorted(
        (
            span.name, span.start_time, span.end_time,
            span.resource.attributes["service.name"], span.resource.attributes["service.version"],
            span.status.status_code is not StatusCode.ERROR,
        )
        for span in kept.spans
    )  # fmt: skip
    assert sent == expected
    assert any(not fine for *_, fine in expected)


def test_children_name_their_parents_across_services() -> None:
    kept, planned = Kept(), runs(40)
    played(kept, planned)
    by_id = {span.context.span_id: span for span in kept.spans}
    assert len(by_id) == len(kept.spans)
    assert len({span.context.trace_id for span in kept.spans}) == len(planned)
    edges = sorted(
        (by_id[span.parent.span_id].name, span.name, span.start_time)
        for span in kept.spans
        if span.parent is not None and span.parent.trace_id == span.context.trace_id
    )
    assert edges == sorted(
        (span.name, child.name, child.start_ns)
        for _, root in planned
        for span in root.walk()
        for child in span.children
    )


def test_spans_are_ended_in_order_of_their_ends() -> None:
    kept = Kept()
    played(kept, runs(40))
    ends = [span.end_time or 0 for span in kept.spans]
    assert ends == sorted(ends)


def test_what_is_not_over_is_not_sent_yet() -> None:
    kept, planned = Kept(), runs(1)
    [(at, root)] = planned
    late = PlannedSpan("late", "research", at + HOUR, at + HOUR + 1, {})
    clock = iter([at, root.start_ns + 2 * SECOND, at + HOUR])
    player, sender = Player("s"), Sender(kept)
    steps = play(player, sender, [*planned, (at + HOUR, late)], lambda: next(clock), lambda _: None)
    next(steps)
    over = [span for span in root.walk() if span.end_ns <= root.start_ns + 2 * SECOND]
    assert 0 < len(kept.spans) == len(over) < len(list(root.walk()))
    assert list(steps) == []
    assert len(kept.spans) == len(list(root.walk())) + 1


def test_a_busy_endpoint_is_asked_again_and_nothing_is_lost() -> None:
    kept, planned = Kept(refusals=ATTEMPTS - 1), runs(20)
    played(kept, planned)
    assert len(kept.spans) == sum(1 for _, root in planned for _ in root.walk())


def test_an_endpoint_that_never_answers_is_named() -> None:
    with pytest.raises(SendError, match="check that Longpole runs"):
        played(Kept(refusals=10**6), runs(2))


class Receiver(ThreadingHTTPServer):
    """Takes OTLP bodies and decodes them; answers the first request with 503."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.names: list[str] = []
        self.keys: set[str | None] = set()
        self.refused = False


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.server.refused:
            self.server.refused = True
            self.send_response(503)
            self.send_header("Retry-After", "0")
        else:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    self.server.names += [span.name for span in scope.spans]
            self.server.keys.add(self.headers["x-longpole-key"])
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep test output quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_the_real_exporter_delivers(receiver: Receiver) -> None:
    planned = runs(30)
    played(otlp_exporter(f"http://127.0.0.1:{receiver.server_port}", "k1"), planned)
    assert sorted(receiver.names) == sorted(s.name for _, root in planned for s in root.walk())
    assert receiver.keys == {"k1"}


@pytest.mark.slow
def test_the_program_plays_history_then_live_and_stops_on_a_signal(receiver: Receiver) -> None:
    command = [
        sys.executable, "-m", "longpole.cli.demo", "--history-hours", "1", "--live-every", "0.1",
        "--endpoint", f"http://127.0.0.1:{receiver.server_port}",
    ]  # fmt: skip
    proxied = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:1"}  # noqa: TID251 - a child's
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=proxied) as process:
        assert process.stdout is not None
        assert "spans of history sent" in process.stdout.readline()
        history = len(receiver.names)
        deadline = time.monotonic() + 60
        while len(receiver.names) < history + 50 and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
    assert history > 3_000
    assert len(receiver.names) >= history + 50
