"""What the loopback provider answers to OpenAI's chat, Responses and embeddings requests."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
_numbers = itertools.count(1)
DATED = {"gpt-4o-mini": "gpt-4o-mini-2024-07-18", "gpt-5-mini": "gpt-5-mini-2025-08-07"}
TEXT = "It is sunny in Paris."
CHAT_USAGE: Json = {
    "prompt_tokens": 120, "completion_tokens": 48, "total_tokens": 168,
    "prompt_tokens_details": {"cached_tokens": 32, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 16, "audio_tokens": 0},
}  # fmt: skip
RESPONSES_USAGE: Json = {
    "input_tokens": 120, "input_tokens_details": {"cached_tokens": 32},
    "output_tokens": 48, "output_tokens_details": {"reasoning_tokens": 16}, "total_tokens": 168,
}  # fmt: skip


def sample(schema: Json) -> Any:  # noqa: ANN401 - a value of any JSON type
    """A value that a JSON schema of strings, numbers, booleans, arrays and objects accepts."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    if kind == "object":
        return {key: sample(part) for key, part in schema.get("properties", {}).items()}
    plain = {"integer": 3, "number": 3.0, "boolean": True, "array": []}
    return plain.get(kind, "Paris")


def numbered(prefix: str) -> str:
    """An id no other answer of this process has."""
    return f"{prefix}_{next(_numbers):04}"


def next_tool(tools: list[Json], called: set[str]) -> Json | None:
    """The first offered function that the conversation has not called yet."""
    for tool in tools:
        function = tool.get("function", tool)
        if function.get("name") and function["name"] not in called:
            return dict(function)
    return None


def chat(body: Json) -> Json:
    """The answer to a chat request that is not streamed."""
    message, finish = _chat_message(body)
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
    return {**_chat_head(body), "id": numbered("chatcmpl"), "object": "chat.completion",
            "choices": [choice], "usage": CHAT_USAGE}  # fmt: skip


def chat_chunks(body: Json) -> Iterator[str]:
    """The server-sent lines of a streamed chat answer; usage only where it was asked for."""
    message, finish = _chat_message(body)
    head = {**_chat_head(body), "id": numbered("chatcmpl"), "object": "chat.completion.chunk"}
    for number, call in enumerate(message.get("tool_calls") or []):
        call["index"] = number
    for delta in _deltas(message):
        yield _chunk(head, [{"index": 0, "delta": delta, "finish_reason": None}])
    yield _chunk(head, [{"index": 0, "delta": {}, "finish_reason": finish}])
    if (body.get("stream_options") or {}).get("include_usage"):
        yield _chunk(head, [], usage=CHAT_USAGE)
    yield "data: [DONE]\n\n"


def embeddings(body: Json) -> Json:
    """Four numbers for each input, nine tokens each."""
    inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = [{"object": "embedding", "index": i, "embedding": [0.1, 0.2, 0.3, 0.4]}
            for i in range(len(inputs))]  # fmt: skip
    tokens = 9 * len(inputs)
    return {"object": "list", "model": body["model"], "data": data,
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}  # fmt: skip


def response(body: Json) -> Json:
    """The answer to a Responses request: a call of an uncalled function, else a text."""
    tool = _uncalled(body)
    return {
        "id": numbered("resp"), "object": "response", "created_at": 1750000000,
        "status": "completed",
        "model": DATED.get(body["model"], body["model"]), "output": [_output(tool)],
        "parallel_tool_calls": False, "tool_choice": "auto", "tools": body.get("tools") or [],
        "usage": RESPONSES_USAGE, "error": None, "incomplete_details": None, "metadata": {},
        "instructions": body.get("instructions"), "temperature": 1.0, "top_p": 1.0,
    }  # fmt: skip


def response_events(body: Json) -> Iterator[str]:
    """The server-sent events of a streamed Responses answer."""
    whole = response(body)
    item = whole["output"][0]
    yield _event("response.created", 0, response={**whole, "output": [], "usage": None})
    yield _event("response.output_item.added", 1, output_index=0, item=_begun(item))
    if item["type"] == "message":
        yield _event("response.output_text.delta", 2, output_index=0, content_index=0,
                     item_id=item["id"], delta=TEXT, logprobs=[])  # fmt: skip
    if item["type"] == "function_call":
        yield _event("response.function_call_arguments.delta", 2, output_index=0,
                     item_id=item["id"], delta=item["arguments"])  # fmt: skip
    yield _event("response.output_item.done", 3, output_index=0, item=item)
    yield _event("response.completed", 4, response=whole)


def _chat_head(body: Json) -> Json:
    return {"created": 1750000000, "system_fingerprint": "fp_1", "service_tier": "default",
            "model": DATED.get(body["model"], body["model"])}  # fmt: skip


def _chat_message(body: Json) -> tuple[Json, str]:
    calls = [c for m in body["messages"] for c in m.get("tool_calls") or []]
    tool = next_tool(body.get("tools") or [], {call["function"]["name"] for call in calls})
    if tool is None:
        return {"role": "assistant", "content": _text(body), "refusal": None}, "stop"
    arguments = json.dumps(sample(tool.get("parameters") or {"type": "object"}))
    call = {"id": numbered("call"), "type": "function",
            "function": {"name": tool["name"], "arguments": arguments}}  # fmt: skip
    return {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"


def _text(body: Json) -> str:
    wanted = (body.get("response_format") or {}).get("json_schema")
    return json.dumps(sample(wanted["schema"])) if wanted else TEXT


def _deltas(message: Json) -> Iterator[Json]:
    if message.get("tool_calls"):
        yield message
        return
    yield {"role": "assistant", "content": ""}
    for word in message["content"].split():
        yield {"content": word + " "}


def _chunk(head: Json, choices: list[Json], usage: Json | None = None) -> str:
    return f"data: {json.dumps({**head, 'choices': choices, 'usage': usage})}\n\n"


def _items(body: Json) -> list[Json]:
    return body["input"] if isinstance(body["input"], list) else []


def _uncalled(body: Json) -> Json | None:
    """With previous_response_id only a call's output comes back: then all has been called."""
    called = {item.get("name", "") for item in _items(body)} - {""}
    if not called and any(i.get("type") == "function_call_output" for i in _items(body)):
        return None
    return next_tool(body.get("tools") or [], called)


def _output(tool: Json | None) -> Json:
    if tool is None:
        text = {"type": "output_text", "text": TEXT, "annotations": []}
        return {"id": numbered("msg"), "type": "message", "role": "assistant",
                "status": "completed", "content": [text]}  # fmt: skip
    arguments = json.dumps(sample(tool.get("parameters") or {"type": "object"}))
    return {"id": numbered("fc"), "type": "function_call", "call_id": numbered("call"),
            "status": "completed", "name": tool["name"], "arguments": arguments}  # fmt: skip


def _begun(item: Json) -> Json:
    empty = "arguments" if item["type"] == "function_call" else "content"
    return {**item, empty: type(item[empty])(), "status": "in_progress"}


def _event(kind: str, number: int, **fields: Any) -> str:  # noqa: ANN401 - any JSON
    data = {"type": kind, "sequence_number": number, **fields}
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"
