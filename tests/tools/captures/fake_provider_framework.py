"""A loopback server that speaks enough of six model APIs, with fixed content and usage.

Streams wait 0.12 s before the first chunk and 0.02 s before each further one; the model
fail-model answers HTTP 429.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import fake_openai_framework as openai
import fake_others_framework as others

Json = dict[str, Any]
FIRST_CHUNK_S, NEXT_CHUNK_S = 0.12, 0.02
WHOLE: dict[str, Callable[[Json], Json]] = {
    "/chat/completions": openai.chat, "/responses": openai.response,
    "/v1/embeddings": openai.embeddings, "/messages": others.messages,
    ":generateContent": others.generate_content, "/v2/chat": others.cohere_chat,
    "/v2/embed": others.cohere_embed, "/v2/rerank": others.cohere_rerank,
    "/api/chat": others.ollama_chat, "/api/embed": others.ollama_embed,
    "/api/generate": others.ollama_generate, "/api/embeddings": others.ollama_embedding,
}  # fmt: skip
STREAMED: dict[str, Callable[[Json], Iterator[str]]] = {
    "/chat/completions": openai.chat_chunks, "/responses": openai.response_events,
    "/messages": others.message_events, "/api/chat": others.ollama_lines,
}  # fmt: skip


class Provider(BaseHTTPRequestHandler):
    """One request of a client library."""

    def do_POST(self) -> None:
        """Answer by the end of the path; 404 for a path that nothing here speaks."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path.partition("?")[0]
        if path.endswith(":streamGenerateContent"):
            self._stream(f"data: {json.dumps(others.generate_content(body))}\n\n" for _ in "1")
        elif body.get("model") == "fail-model":
            error = {"message": "Rate limit reached", "type": "rate_limit_error", "code": "rate"}
            self._send(429, {"error": error})
        elif _streams(path, body):
            self._stream(_find(STREAMED, path)(body))
        else:
            self._send(200, _find(WHOLE, path)(body))

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""

    def _send(self, status: int, answer: Json) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, chunks: Iterator[str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for number, chunk in enumerate(chunks):
            time.sleep(NEXT_CHUNK_S if number else FIRST_CHUNK_S)
            self.wfile.write(chunk.encode())
            self.wfile.flush()


def _streams(path: str, body: Json) -> bool:
    default = path.endswith("/api/chat")
    return bool(body.get("stream", default)) and any(path.endswith(end) for end in STREAMED)


def _find(table: dict[str, Any], path: str) -> Any:  # noqa: ANN401 - an answering function
    for end, answer in table.items():
        if path.endswith(end):
            return answer
    return lambda _body: {"error": {"message": f"no such path: {path}"}}


def start() -> str:
    """Serve in a thread until the process ends; the address, without a path."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
