"""A fake of OpenAI's HTTP API for tests: no model behind it, fixed answers, and it says so.

`python fake_openai.py` listens on a free port and prints its base address. It serves chat
completions (plain and streamed as server-sent events, with usage and tool calls), embeddings, and a
model `fake-busy` that answers 429. Every answer carries the header `x-fake-openai: true`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BUSY_MODEL = "fake-busy"
FIRST_CHUNK_S = 0.15
BETWEEN_CHUNKS_S = 0.02
# Prompt, cached and completion tokens of a turn that calls a tool and of one that answers.
TOOL_TURN = (180, 64, 24)
ANSWER_TURN = (230, 128, 12)
Json = dict[str, Any]


def main() -> None:
    """Serve until killed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeOpenAI)
    print(f"http://127.0.0.1:{server.server_address[1]}/v1", flush=True)
    server.serve_forever()


class FakeOpenAI(BaseHTTPRequestHandler):
    """Answers as the API does where the client library looks."""

    protocol_version = "HTTP/1.1"
    server_version = "FakeOpenAI/1"

    def do_POST(self) -> None:
        """Both endpoints."""
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if request["model"] == BUSY_MODEL:
            self._send(429, error("The fake is busy.", "rate_limit_exceeded"))
        elif self.path == "/v1/embeddings":
            self._send(200, embeddings(request))
        elif self.path == "/v1/chat/completions" and request.get("stream"):
            self._stream(request)
        elif self.path == "/v1/chat/completions":
            time.sleep(FIRST_CHUNK_S)
            self._send(200, completion(request))
        else:
            self._send(404, error(f"The fake does not serve {self.path}.", "not_found"))

    def _send(self, status: int, body: Json) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self._headers("application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, request: Json) -> None:
        self.send_response(200)
        self._headers("text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        time.sleep(FIRST_CHUNK_S)
        for chunk in chunks(request):
            self._event(json.dumps(chunk))
            time.sleep(BETWEEN_CHUNKS_S)
        self._event("[DONE]")
        self.close_connection = True

    def _event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def _headers(self, content_type: str) -> None:
        self.send_header("content-type", content_type)
        self.send_header("x-fake-openai", "true")

    def log_message(self, format: str, *args: object) -> None:
        """Tests read this process's output; keep it to the address."""


def error(message: str, code: str) -> Json:
    """An error body."""
    return {"error": {"message": message, "type": code, "code": code, "param": None}}


def wants_tool(request: Json) -> bool:
    """Whether the next turn calls a tool: tools are offered and none has answered yet."""
    answered = any(message["role"] == "tool" for message in request["messages"])
    return bool(request.get("tools")) and not answered


def usage(request: Json) -> Json:
    """Fixed counts of the turn."""
    prompt, cached, output = TOOL_TURN if wants_tool(request) else ANSWER_TURN
    return {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def call(request: Json) -> Json:
    """The tool call of a turn, of the first tool that was offered."""
    name = request["tools"][0]["function"]["name"]
    arguments = json.dumps({"city": "Fakeville"})
    return {
        "id": "call_fake_1",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }


def envelope(request: Json, kind: str) -> Json:
    """What every chat answer starts with; the model gets a date, as OpenAI's do."""
    model = request["model"]
    dated = f"{model}-2024-08-06" if model == "gpt-4o" else model
    return {
        "id": "chatcmpl-fake",
        "object": kind,
        "created": 1_760_000_000,
        "model": dated,
        "system_fingerprint": "fake_openai",
    }


def completion(request: Json) -> Json:
    """A whole answer."""
    message: Json = {"role": "assistant", "content": "This answer is a fake.", "refusal": None}
    reason = "stop"
    if wants_tool(request):
        message |= {"content": None, "tool_calls": [call(request)]}
        reason = "tool_calls"
    choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
    answer = envelope(request, "chat.completion")
    return {**answer, "choices": [choice], "usage": usage(request)}


def chunks(request: Json) -> Iterator[Json]:
    """A streamed answer; its last chunk holds the usage if that was asked for."""
    head = envelope(request, "chat.completion.chunk")
    if wants_tool(request):
        deltas: list[Json] = [{"tool_calls": [{"index": 0, **call(request)}]}]
        reason = "tool_calls"
    else:
        deltas = [{"content": word} for word in ("This ", "stream ", "is ", "a fake.")]
        reason = "stop"
    for delta in [{"role": "assistant", "content": ""}, *deltas]:
        yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    if (request.get("stream_options") or {}).get("include_usage"):
        yield {**head, "choices": [], "usage": usage(request)}


def embeddings(request: Json) -> Json:
    """One short vector an input."""
    texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
    return {
        "object": "list",
        "model": request["model"],
        "data": [
            {"object": "embedding", "index": index, "embedding": [0.0, 0.5, 1.0]}
            for index, _ in enumerate(texts)
        ],
        "usage": {"prompt_tokens": 8, "total_tokens": 8},
    }


if __name__ == "__main__":
    main()
