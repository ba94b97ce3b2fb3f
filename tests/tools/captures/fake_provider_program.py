"""A loopback server that imitates the model providers' HTTP APIs; its answers are scripted.

OpenAI chat, Responses and embeddings, Anthropic messages, Gemini and Bedrock converse. Streams give
their first chunk after 0.12 s and one each 0.02 s. A model whose name holds fail-model is answered
with status 429.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import fake_answers_program as answers
from fake_answers_program import Json

FIRST_CHUNK_S = 0.12
NEXT_CHUNK_S = 0.02


def serve(handler: type[BaseHTTPRequestHandler]) -> str:
    """Starts a server on a free loopback port for the life of the process; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


class Provider(BaseHTTPRequestHandler):
    """Finds the API family by the end of the path, so that any base path works."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._send(200, {"object": "list", "data": []})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        request = json.loads(body or b"{}")
        path = unquote(urlsplit(self.path).path)
        if "fail-model" in path or request.get("model") == "fail-model":
            self._send(429, answers.error(429, "The fake is busy."))
        elif found := re.search(r"/models?/([^/]+)[:/]([A-Za-z-]+)$", path):
            self._of_model(request, found[1], found[2])
        else:
            self._of_family(request, path)

    def _of_family(self, request: Json, path: str) -> None:
        streamed = bool(request.get("stream"))
        if path.endswith("/embeddings"):
            self._send(200, answers.embeddings(request))
        elif path.endswith("/chat/completions"):
            whole, parts = answers.completion, answers.chat_chunks
            self._answer(streamed, whole, parts, request, last="[DONE]")
        elif path.endswith("/responses"):
            self._answer(streamed, answers.response, answers.response_events, request)
        elif path.endswith("/messages"):
            whole, parts = answers.anthropic_message, answers.anthropic_events
            self._answer(streamed, whole, parts, request)
        else:
            self._send(404, answers.error(404, f"The fake does not serve {path}."))

    def _of_model(self, request: Json, model: str, action: str) -> None:
        if action == "generateContent":
            self._send(200, answers.gemini(request, model))
        elif action == "streamGenerateContent":
            self._stream(answers.gemini_chunks(request, model))
        elif action == "converse":
            self._send(200, answers.converse(request, model))
        elif action == "invoke":
            self._send(200, answers.anthropic_message(request))
        else:
            self._send(404, answers.error(404, f"The fake does not serve {action}."))

    def _answer(self, streamed: bool, whole, parts, request: Json, last: str = "") -> None:  # noqa: ANN001
        if streamed:
            self._stream(parts(request), last)
        else:
            self._send(200, whole(request))

    def _send(self, status: int, body: Json) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.send_header("request-id", "req_fake_1")
        self.send_header("x-request-id", "req_fake_1")
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, parts: Iterable[Json], last: str = "") -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        time.sleep(FIRST_CHUNK_S)
        for part in parts:
            name = f"event: {part['type']}\n" if "type" in part else ""
            self._event(name, json.dumps(part))
            time.sleep(NEXT_CHUNK_S)
        if last:
            self._event("", last)
        self.close_connection = True

    def _event(self, name: str, data: str) -> None:
        self.wfile.write(f"{name}data: {data}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""
