"""Sends prepared bodies over several connections from a process of its own, and times answers."""

from __future__ import annotations

import http.client
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import grpc

EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
MAX_MESSAGE = 64 << 20


@dataclass(frozen=True)
class Target:
    """Where and how to send: `http`, `json` or `grpc` to a port of this machine."""

    port: int
    way: str = "http"
    connections: int = 8
    requests_per_s: float = 0.0  # 0: as fast as answers come


@dataclass
class Timing:
    """Seconds each answer took, seconds in all."""

    answers_s: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def answer_ms(self, quantile: float) -> float:
        """A quantile of the answers' times."""
        ordered = sorted(self.answers_s)
        return round(1000 * ordered[min(int(len(ordered) * quantile), len(ordered) - 1)], 1)


def send(bodies: list[bytes], target: Target) -> Timing:
    """Send every body once, from another process; returns when all are answered."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_send, (bodies, target))


def _send(bodies: list[bytes], target: Target) -> Timing:
    timing, numbered, lock = Timing(), iter(enumerate(bodies)), threading.Lock()
    began = time.perf_counter()

    def next_body() -> tuple[int, bytes] | None:
        with lock:
            return next(numbered, None)

    def work() -> None:
        post = _poster(target)
        while (found := next_body()) is not None:
            number, body = found
            if target.requests_per_s:
                time.sleep(max(0.0, began + number / target.requests_per_s - time.perf_counter()))
            for answer_s in _until_accepted(post, body):
                timing.answers_s.append(answer_s)

    threads = [threading.Thread(target=work) for _ in range(target.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    timing.seconds = time.perf_counter() - began
    return timing


def _until_accepted(post: Callable[[bytes], bool], body: bytes) -> Iterator[float]:
    while True:
        began = time.perf_counter()
        accepted = post(body)
        if accepted:
            yield time.perf_counter() - began
            return
        time.sleep(1.0)


def _poster(target: Target) -> Callable[[bytes], bool]:
    return _grpc(target.port) if target.way == "grpc" else _http(target)


def _http(target: Target) -> Callable[[bytes], bool]:
    connection = http.client.HTTPConnection("127.0.0.1", target.port)
    kind = "application/json" if target.way == "json" else "application/x-protobuf"

    def post(body: bytes) -> bool:
        connection.request("POST", "/v1/traces", body, {"content-type": kind})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status not in {200, 503}:
            raise SystemExit(f"answered {answer.status}: {said[:300]!r}")
        return answer.status == 200

    return post


def _grpc(port: int) -> Callable[[bytes], bool]:
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_send_message_length", MAX_MESSAGE)]
    call = grpc.insecure_channel(f"127.0.0.1:{port}", options).unary_unary(EXPORT)

    def post(body: bytes) -> bool:
        try:
            call(body, timeout=120)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            return False
        return True

    return post
