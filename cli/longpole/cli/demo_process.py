"""The demo beside the server: a workload in a process of its own and a receiver for its alerts.

The workload talks to Longpole only through the OTLP endpoint, as any program would; the receiver
is a real HTTP server that writes every alert it gets to a file.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from longpole.core.settings import Settings
from longpole.core.store import Store, load_sql

MAX_ALERT_BYTES = 1 << 20
STOP_S = 10


@contextmanager
def alert_log(settings: Settings, file: Path) -> Iterator[Settings]:
    """Settings whose alerts also go to a receiver that appends them to `file`, one JSON a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    server = _listen(file)
    thread = threading.Thread(target=server.serve_forever, name="longpole-demo-alerts")
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/alerts"
    alerts = settings.alerts.model_copy(update={"webhooks": (*settings.alerts.webhooks, url)})
    try:
        yield settings.model_copy(update={"alerts": alerts})
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def workload(store: Store, otlp_port: int) -> Iterator[None]:
    """Run the workload until the block ends; history that is already there is not sent again."""
    line = [sys.executable, "-m", "longpole.cli.demo"]
    line += ["--endpoint", f"http://127.0.0.1:{otlp_port}"]
    last = store.rows(load_sql("demo/last_trace"))[0]["LastEnd"]
    if last is not None:
        line += ["--history-from", last.astimezone(UTC).isoformat()]
    process = subprocess.Popen(line, stdin=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listen(file: Path) -> ThreadingHTTPServer:
    """A receiver on the port of the last start: with another address it would be another receiver,
    and every open incident would be announced to it again."""
    remembered = file.with_suffix(".port")
    port = int(remembered.read_text()) if remembered.is_file() else 0
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(file))
    except OSError:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(file))
    remembered.write_text(str(server.server_port))
    return server


def _handler(file: Path) -> type[BaseHTTPRequestHandler]:
    writing = threading.Lock()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("content-length") or 0), MAX_ALERT_BYTES)
            alert = json.loads(self.rfile.read(length))
            line = json.dumps({"received_at": datetime.now(UTC).isoformat(), **alert})
            with writing, file.open("a", encoding="utf-8") as log:
                log.write(line + "\n")
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The file is the log."""

    return Receiver
