"""A real `longpole` process for tests and benchmarks: started, waited for, stopped."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

READY = "Longpole is ready"
LONGPOLE = [sys.executable, "-m", "longpole.cli"]


@dataclass
class Running:
    """Addresses of a process that is ready."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None

    def output(self) -> list[str]:
        """Every line of a process that has ended."""
        if self.reader is not None:
            self.reader.join()
        return self.lines

    def _address(self, label: str) -> str:
        line = next(line for line in self.lines if line.startswith(label))
        found = re.search(r"http://\S+", line)
        assert found, line
        return found.group()

    @property
    def otlp_http(self) -> str:
        return self._address("OTLP over HTTP")

    @property
    def otlp_grpc(self) -> str:
        return self._address("OTLP over gRPC").removeprefix("http://")

    @property
    def ui(self) -> str:
        return self._address("UI and API")


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """This environment without Longpole's own variables, plus `extra`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LONGPOLE_")}  # noqa: TID251
    return {**kept, **(extra or {})}


@contextmanager
def running(
    data: Path, *arguments: str, command: str = "up", env: dict[str, str] | None = None
) -> Iterator[Running]:
    """Run `longpole up` on free ports over the folder `data` until the block ends."""
    ports = ["--otlp-http-port", "0", "--otlp-grpc-port", "0", "--ui-port", "0"]
    line = [*LONGPOLE, command, "--data", str(data), *ports, *arguments]
    process = subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment(env)
    )
    started = Running(process)
    try:
        _wait_ready(started)
        # Whoever does not read a pipe blocks its writer one day.
        started.reader = threading.Thread(target=_drain, args=(started,), daemon=True)
        started.reader.start()
        yield started
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_ready(started: Running) -> None:
    assert started.process.stdout is not None
    for line in started.process.stdout:
        started.lines.append(line.rstrip())
        if READY in line:
            return
    raise AssertionError("longpole did not start:\n" + "\n".join(started.lines))


def _drain(started: Running) -> None:
    assert started.process.stdout is not None
    for line in started.process.stdout:
        started.lines.append(line.rstrip())
