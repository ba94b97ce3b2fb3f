"""ClickHouse's HTTP protocol, served from an embedded engine; a test fixture, not a server.

It lets the store's tests run through clickhouse-connect's HTTP client, and so through the code that
talks to a real server, where none is installed. Covered: `/ping`; queries in the `query` parameter,
in the body or in both (joined as a server joins them, so inserts carry their data behind the
statement); `param_*`, `database` and settings as URL parameters or as fields of a form (as the
client sends long ones), with a server's limit on their size; request bodies in gzip, lz4 or
zstd; answers in gzip where the client asks for it; the summary and exception headers; basic
authentication. Sessions, quotas and roles are not covered.

    python tests/clickhouse_http/server.py FOLDER [--port N] [--password P]

prints its address on one line and serves until it is stopped.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from tempfile import NamedTemporaryFile
from typing import Protocol, cast
from urllib.parse import parse_qsl, urlsplit

import chdb
from clickhouse_connect.driver._backend.httpcommon import decompress_response

# Parameters that the HTTP layer of a server uses itself.
NOT_SETTINGS = {
    "query", "database", "user", "password", "session_id", "session_timeout", "session_check",
    "query_id", "quota_key", "role", "compress", "decompress", "buffer_size", "wait_end_of_query",
    "client_protocol_version", "send_progress_in_http_headers",
    "http_headers_progress_interval_ms", "enable_http_compression",
}  # fmt: skip
MAX_FIELD_BYTES = 128 * 1024  # http_max_field_value_size
INSERT = re.compile(rb"(INSERT INTO [^\n]*?) FORMAT (\w+)\n")  # as the client writes it
ERROR_CODE = re.compile(r"Code: (\d+)")
STATUS_OF_CODE = {60: 404, 81: 404, 159: 408, 241: 500, 516: 403}


class Answer(Protocol):
    """What the engine returns for a statement."""

    def bytes(self) -> bytes | None: ...

    def rows_read(self) -> int: ...

    def bytes_read(self) -> int: ...


class Handler(BaseHTTPRequestHandler):
    """One request; the engine connection lives as long as it, so settings cannot leak."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the body waits 40 ms for the receipt of the headers
    server: Server

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/ping":
            self._answer(200, b"Ok.\n", {})
        else:
            self._query()

    def do_POST(self) -> None:
        self._query()

    def _query(self) -> None:
        body = self._body()
        if not self._authorised():
            self._refuse(516, "Code: 516. DB::Exception: default: Authentication failed")
            return
        parameters = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("multipart/form-data"):
            parameters.update(form_fields(kind, body))
            body = b""
        if any(len(value.encode()) > MAX_FIELD_BYTES for value in parameters.values()):
            self._refuse(1000, "Code: 1000. HTML Form Exception: Field value too long")
            return
        text = parameters.get("query", "").encode()
        try:
            with joined(text, body) as statement:
                answer = run(self.server.folder, statement, parameters)
        except Exception as error:
            message = str(error)
            found = ERROR_CODE.search(message)
            self._refuse(int(found[1]) if found else 1002, message)
            return
        data, headers = answer.bytes() or b"", {"X-ClickHouse-Summary": summary(answer)}
        if self._wants_gzip(parameters):
            data, headers["Content-Encoding"] = gzip.compress(data, 1), "gzip"
        self._answer(200, data, headers)

    def _wants_gzip(self, parameters: dict[str, str]) -> bool:
        accepted = self.headers.get("Accept-Encoding", "")
        return parameters.get("enable_http_compression") == "1" and "gzip" in accepted

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            raw = b"".join(iter(self._chunk, b""))
        else:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return decompress_response(raw, self.headers.get("Content-Encoding"))

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data

    def _authorised(self) -> bool:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return not self.server.password
        _, _, password = base64.b64decode(token).decode().partition(":")
        return password == self.server.password

    def _refuse(self, code: int, message: str) -> None:
        status = STATUS_OF_CODE.get(code, 400)
        self._answer(status, message.encode(), {"X-ClickHouse-Exception-Code": str(code)})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep test output quiet."""


class Server(ThreadingHTTPServer):
    """A thread for each connection; the engine itself is made for many."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, folder: str, port: int, password: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.folder = folder
        self.password = password
        # The engine closes with its last connection; this one keeps it open between requests.
        self.keep_open = chdb.connect(folder)  # type: ignore[no-untyped-call]


def form_fields(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a multipart form, by name."""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    found = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        found[str(name)] = str(part.get_content())
    return found


@contextmanager
def joined(text: bytes, body: bytes) -> Iterator[bytes]:
    """A statement and its body as one. Data goes through a file: the engine takes an empty line,
    which binary formats may well contain, for the end of data that follows a statement."""
    whole = text + b"\n" + body if text and body else text or body
    insert = INSERT.match(whole)
    if not insert:
        yield whole
        return
    with NamedTemporaryFile(suffix=".raw") as file:
        file.write(whole[insert.end() :])
        file.flush()
        yield b"%b FROM INFILE '%b' FORMAT %b" % (insert[1], file.name.encode(), insert[2])


def run(folder: str, statement: bytes, parameters: dict[str, str]) -> Answer:
    """Run one statement with the database, settings and typed parameters of the URL."""
    connection = chdb.connect(folder)  # type: ignore[no-untyped-call]
    try:
        if database := parameters.get("database"):
            connection.query(f"USE `{database}`")
        for name, value in parameters.items():
            if name not in NOT_SETTINGS and not name.startswith("param_"):
                quoted = value.replace("\\", "\\\\").replace("'", "\\'")
                connection.query(f"SET `{name}` = '{quoted}'")
        bound = {name[6:]: value for name, value in parameters.items() if name.startswith("param_")}
        return cast(Answer, connection.query(statement, "TabSeparated", params=bound))
    finally:
        connection.close()


def summary(answer: Answer) -> str:
    """The counts a server sends, all as text."""
    counts = {"read_rows": answer.rows_read(), "read_bytes": answer.bytes_read()}
    return json.dumps({name: str(count) for name, count in counts.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--password", default="")
    arguments = parser.parse_args()
    server = Server(arguments.folder, arguments.port, arguments.password)
    print(f"clickhouse://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
