"""A loopback server that imitates the model providers' HTTP APIs with scripted usage.

OpenAI chat completions, Responses and embeddings, Anthropic messages: plain and streamed. A
request that offers a tool of the script and holds no tool result yet is answered by calling it.
Usage is always the same: OpenAI shapes report 120 input (32 cached) and 48 output (16
reasoning), embeddings 9 a string, Anthropic 40 uncached + 32 read + 48 written and 48 output.
Streams give their first chunk after 0.12 s. The model fail-model is answered with status 429.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

FIRST_CHUNK_S = 0.12
NEXT_CHUNK_S = 0.02
ANSWERED_BY = {
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-5-mini": "gpt-5-mini-2025-08-07",
    "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
}
CHAT_USAGE = {
    "prompt_tokens": 120,
    "completion_tokens": 48,
    "total_tokens": 168,
    "prompt_tokens_details": {"cached_tokens": 32, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 16, "audio_tokens": 0},
}
RESPONSE_USAGE = {
    "input_tokens": 120,
    "output_tokens": 48,
    "total_tokens": 168,
    "input_tokens_details": {"cached_tokens": 32},
    "output_tokens_details": {"reasoning_tokens": 16},
}
ANTHROPIC_USAGE = {
    "input_tokens": 40,
    "cache_creation_input_tokens": 48,
    "cache_read_input_tokens": 32,
    "cache_creation": {"ephemeral_5m_input_tokens": 48, "ephemeral_1h_input_tokens": 0},
    "output_tokens": 48,
    "service_tier": "standard",
}
ANSWER = "It is sunny in Paris."
ANSWERED = ('"role": "tool"', '"tool_result"', '"function_call_output"', "_call_output")
HELPER = {
    "description": "weather",
    "prompt": "Read weather.txt",
    "subagent_type": "general-purpose",
}
# A tool's name (or how it ends), what the conversation must say, and the scripted arguments.
SCRIPT: list[tuple[str, str, dict[str, Any]]] = [
    ("get_weather", "", {"city": "Paris"}),
    ("Task", "Ask a helper", HELPER),
    ("Agent", "Ask a helper", HELPER),
    ("Read", "Read weather.txt", {"file_path": "weather.txt"}),
    ("exec_command", "Read weather.txt", {"cmd": "cat weather.txt"}),
    ("shell", "Read weather.txt", {"command": ["cat", "weather.txt"]}),
]

Json = dict[str, Any]
REQUESTS = itertools.count(1)


class Provider(BaseHTTPRequestHandler):
    """Answers each path by its last words, so that any base path works."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._send(200, {"object": "list", "data": []})

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        asked = json.loads(self.rfile.read(size) or b"{}")
        path = self.path.split("?")[0]
        if asked.get("model") == "fail-model":
            error = {"message": "Rate limit reached", "type": "rate_limit_error"}
            self._send(429, {"type": "error", "error": error})
        elif path.endswith("/chat/completions"):
            self._answer(asked, chat(asked), chat_chunks(asked), named=False)
        elif path.endswith("/responses"):
            self._answer(asked, response(asked), response_events(asked), named=True)
        elif path.endswith("/embeddings"):
            self._send(200, embeddings(asked))
        elif path.endswith("/messages/count_tokens"):
            self._send(200, {"input_tokens": 120})
        elif path.endswith("/messages"):
            self._answer(asked, message(asked), message_events(asked), named=True)
        else:
            self._send(404, {"error": {"message": f"no such path: {path}"}})

    def _answer(self, asked: Json, whole: Json, chunks: Iterator[Json], *, named: bool) -> None:
        if asked.get("stream"):
            self._stream(chunks, named=named)
        else:
            time.sleep(NEXT_CHUNK_S)
            self._send(200, whole)

    def _send(self, status: int, body: Json) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self._request_id()
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _request_id(self) -> None:
        """One for each answer: clients join their log records to spans by it."""
        number = f"req_fake{next(REQUESTS):03}"
        self.send_header("request-id", number)
        self.send_header("x-request-id", number)

    def _stream(self, chunks: Iterator[Json], *, named: bool) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self._request_id()
        self.send_header("connection", "close")
        self.end_headers()
        time.sleep(FIRST_CHUNK_S)
        for chunk in chunks:
            event = f"event: {chunk['type']}\n" if named else ""
            self.wfile.write(f"{event}data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()
            time.sleep(NEXT_CHUNK_S)
        if not named:
            self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: the recorder's output is the list of spans."""


def answered_by(asked: Json) -> str:
    """The dated model that answers for the one asked."""
    model = str(asked.get("model", "unknown"))
    return ANSWERED_BY.get(model, model)


def chosen_tool(asked: Json) -> tuple[str, Json] | None:
    """The first scripted tool that is offered and fits, when no tool has answered yet."""
    talk = json.dumps(asked.get("messages") or asked.get("input") or [])
    if any(mark in talk for mark in ANSWERED):
        return None
    offered = [tool_name(tool) for tool in asked.get("tools") or []]
    for wanted, phrase, arguments in SCRIPT:
        for name in offered:
            if name.endswith(wanted) and phrase in talk:
                return name, arguments
    return None


def tool_name(tool: Json) -> str:
    """The name in OpenAI's chat shape or in the flat one of the others."""
    return str(tool.get("name") or tool.get("function", {}).get("name", ""))


def call_id(prefix: str, name: str) -> str:
    """The id of the call of a tool; each tool is called once in a run."""
    return f"{prefix}_fake001" if name.endswith("get_weather") else f"{prefix}_{name}"


def chat(asked: Json) -> Json:
    text: Json = {"role": "assistant", "content": ANSWER}
    if chosen := chosen_tool(asked):
        function = {"name": chosen[0], "arguments": json.dumps(chosen[1])}
        call = {"id": call_id("call", chosen[0]), "type": "function", "function": function}
        text = {"role": "assistant", "content": None, "tool_calls": [call]}
    finish = "tool_calls" if "tool_calls" in text else "stop"
    return {
        "id": "chatcmpl-fake001",
        "object": "chat.completion",
        "created": 1763800000,
        "model": answered_by(asked),
        "service_tier": "default",
        "system_fingerprint": "fp_fake",
        "choices": [{"index": 0, "message": text, "finish_reason": finish}],
        "usage": CHAT_USAGE,
    }


def chat_chunks(asked: Json) -> Iterator[Json]:
    whole = chat(asked)
    made = whole["choices"][0]
    head = {key: whole[key] for key in ("id", "created", "model", "service_tier")}
    head["object"] = "chat.completion.chunk"
    if "tool_calls" in made["message"]:
        calls = [{"index": 0, **call} for call in made["message"]["tool_calls"]]
        deltas = [{"role": "assistant", "tool_calls": calls}]
    else:
        words = ANSWER.split(" ")
        deltas = [{"role": "assistant", "content": words[0]}]
        deltas += [{"content": f" {word}"} for word in words[1:]]
    for delta in deltas:
        yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    last = {"index": 0, "delta": {}, "finish_reason": made["finish_reason"]}
    yield {**head, "choices": [last]}
    yield {**head, "choices": [], "usage": CHAT_USAGE}


def response(asked: Json) -> Json:
    item: Json = {
        "id": "msg_fake001",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": ANSWER, "annotations": []}],
    }
    if chosen := chosen_tool(asked):
        item = {
            "id": "fc_fake001",
            "type": "function_call",
            "call_id": call_id("call", chosen[0]),
            "name": chosen[0],
            "arguments": json.dumps(chosen[1]),
            "status": "completed",
        }
    return {
        "id": "resp_fake001",
        "object": "response",
        "created_at": 1763800000,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": answered_by(asked),
        "output": [item],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "service_tier": "default",
        "usage": RESPONSE_USAGE,
    }


def response_events(asked: Json) -> Iterator[Json]:
    whole = response(asked)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    item = whole["output"][0]
    at = {"output_index": 0, "item_id": item["id"]}
    yield {"type": "response.created", "sequence_number": 0, "response": begun}
    yield {
        "type": "response.output_item.added",
        "sequence_number": 1,
        "output_index": 0,
        "item": {**item, "content": []} if "content" in item else item,
    }
    if "content" in item:
        yield {
            "type": "response.output_text.delta",
            "sequence_number": 2,
            "content_index": 0,
            "delta": ANSWER,
            **at,
        }
    yield {
        "type": "response.output_item.done",
        "sequence_number": 3,
        "output_index": 0,
        "item": item,
    }
    yield {"type": "response.completed", "sequence_number": 4, "response": whole}


def embeddings(asked: Json) -> Json:
    texts = asked.get("input", "")
    count = len(texts) if isinstance(texts, list) else 1
    vectors = [{"object": "embedding", "index": n, "embedding": [0.1, 0.2]} for n in range(count)]
    usage = {"prompt_tokens": 9 * count, "total_tokens": 9 * count}
    return {"object": "list", "model": answered_by(asked), "data": vectors, "usage": usage}


def message(asked: Json) -> Json:
    block: Json = {"type": "text", "text": ANSWER}
    if chosen := chosen_tool(asked):
        name, given = chosen
        block = {"type": "tool_use", "id": call_id("toolu", name), "name": name, "input": given}
    return {
        "id": "msg_fake001",
        "type": "message",
        "role": "assistant",
        "model": answered_by(asked),
        "content": [block],
        "stop_reason": "end_turn" if block["type"] == "text" else "tool_use",
        "stop_sequence": None,
        "usage": ANTHROPIC_USAGE,
    }


def message_events(asked: Json) -> Iterator[Json]:
    whole = message(asked)
    block = whole["content"][0]
    begun = {**ANTHROPIC_USAGE, "output_tokens": 1}
    yield {
        "type": "message_start",
        "message": {**whole, "content": [], "stop_reason": None, "usage": begun},
    }
    if block["type"] == "text":
        yield {"type": "content_block_start", "index": 0, "content_block": {**block, "text": ""}}
        delta = {"type": "text_delta", "text": block["text"]}
    else:
        yield {"type": "content_block_start", "index": 0, "content_block": {**block, "input": {}}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None},
        "usage": {"output_tokens": 48},
    }
    yield {"type": "message_stop"}
