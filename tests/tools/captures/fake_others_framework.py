"""What the loopback provider answers to Anthropic, Gemini, Cohere and Ollama requests.

Every one of them comes to 120 input tokens, cached ones included, and 48 output tokens, reasoning
included; they differ in how the parts are spread over the fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fake_openai_framework import TEXT, next_tool, numbered, sample

Json = dict[str, Any]
ANTHROPIC_USAGE: Json = {
    "input_tokens": 40, "cache_read_input_tokens": 32, "cache_creation_input_tokens": 48,
    "cache_creation": {"ephemeral_5m_input_tokens": 48, "ephemeral_1h_input_tokens": 0},
    "output_tokens": 48, "service_tier": "standard",
}  # fmt: skip
GEMINI_USAGE: Json = {
    "promptTokenCount": 120, "cachedContentTokenCount": 32, "candidatesTokenCount": 32,
    "thoughtsTokenCount": 16, "totalTokenCount": 168,
}  # fmt: skip


def messages(body: Json) -> Json:
    """Anthropic: a use of an uncalled tool, else a text."""
    parts = [p for m in body["messages"] if isinstance(m["content"], list) for p in m["content"]]
    tool = next_tool(body.get("tools") or [], {p.get("name", "") for p in parts})
    block: Json = {"type": "text", "text": TEXT}
    if tool is not None:
        block = {"type": "tool_use", "id": numbered("toolu"), "name": tool["name"],
                 "input": sample(tool["input_schema"])}  # fmt: skip
    return {
        "id": numbered("msg"), "type": "message", "role": "assistant", "content": [block],
        "model": "claude-sonnet-4-5-20250929", "stop_sequence": None, "usage": ANTHROPIC_USAGE,
        "stop_reason": "end_turn" if tool is None else "tool_use",
    }  # fmt: skip


def message_events(body: Json) -> Iterator[str]:
    """Anthropic, streamed."""
    whole = messages(body)
    start = {**whole, "content": [], "stop_reason": None,
             "usage": {**ANTHROPIC_USAGE, "output_tokens": 1}}  # fmt: skip
    yield _event({"type": "message_start", "message": start})
    yield from _block(whole["content"][0])
    delta = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield _event({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 48}})
    yield _event({"type": "message_stop"})


def generate_content(body: Json) -> Json:
    """Gemini: a call of an uncalled function, else a text; thoughts beside the candidates."""
    parts = [p for c in body["contents"] for p in c["parts"]]
    called = {p["functionCall"]["name"] for p in parts if "functionCall" in p}
    offered = [d for t in body.get("tools") or [] for d in t.get("functionDeclarations") or []]
    tool = next_tool(offered, called)
    part: Json = {"text": TEXT}
    if tool is not None:
        part = {"functionCall": {"name": tool["name"], "args": {"city": "Paris"}}}
    candidate = {"index": 0, "finishReason": "STOP", "content": {"role": "model", "parts": [part]}}
    return {"candidates": [candidate], "usageMetadata": GEMINI_USAGE,
            "modelVersion": "gemini-2.5-flash", "responseId": numbered("gem")}  # fmt: skip


def cohere_chat(_body: Json) -> Json:
    """Cohere chat, version 2: counted and billed tokens, which differ."""
    return {
        "id": numbered("co"), "finish_reason": "COMPLETE",
        "message": {"role": "assistant", "content": [{"type": "text", "text": TEXT}]},
        "usage": {"billed_units": {"input_tokens": 88, "output_tokens": 48},
                  "tokens": {"input_tokens": 120, "output_tokens": 48}},
    }  # fmt: skip


def cohere_embed(body: Json) -> Json:
    """Cohere embeddings, version 2."""
    vectors = [[0.1, 0.2, 0.3, 0.4] for _ in body["texts"]]
    return {"id": numbered("co"), "texts": body["texts"], "embeddings": {"float": vectors},
            "response_type": "embeddings_by_type",
            "meta": {"billed_units": {"input_tokens": 9 * len(vectors)}}}  # fmt: skip


def cohere_rerank(body: Json) -> Json:
    """Cohere rerank, version 2: all documents in their order."""
    results = [{"index": i, "relevance_score": 0.9 - 0.1 * i}
               for i in range(len(body["documents"]))]  # fmt: skip
    return {"id": numbered("co"), "results": results, "meta": {"billed_units": {"search_units": 1}}}


def ollama_chat(body: Json) -> Json:
    """Ollama chat, not streamed: an uncalled tool, else a text."""
    calls = [c for m in body["messages"] for c in m.get("tool_calls") or []]
    tool = next_tool(body.get("tools") or [], {c["function"]["name"] for c in calls})
    message: Json = {"role": "assistant", "content": TEXT}
    if tool is not None:
        call = {"function": {"name": tool["name"], "arguments": sample(tool["parameters"])}}
        message = {"role": "assistant", "content": "", "tool_calls": [call]}
    return {**_ollama_end(body), "message": message}


def ollama_lines(body: Json) -> Iterator[str]:
    """Ollama chat, streamed: one JSON object a line."""
    for word in TEXT.split():
        part = {"model": body["model"], "created_at": "2026-11-24T00:00:00Z", "done": False,
                "message": {"role": "assistant", "content": word + " "}}  # fmt: skip
        yield json.dumps(part) + "\n"
    yield json.dumps({**_ollama_end(body), "message": {"role": "assistant", "content": ""}}) + "\n"


def ollama_generate(body: Json) -> Json:
    """Ollama completion, not streamed."""
    return {**_ollama_end(body), "response": TEXT}


def ollama_embedding(_body: Json) -> Json:
    """Ollama embedding of one text, by the older path, which counts nothing."""
    return {"embedding": [0.1, 0.2]}


def ollama_embed(body: Json) -> Json:
    """Ollama embeddings."""
    inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
    return {"model": body["model"], "embeddings": [[0.1, 0.2]] * len(inputs),
            "prompt_eval_count": 9 * len(inputs)}  # fmt: skip


def _ollama_end(body: Json) -> Json:
    return {
        "model": body["model"], "created_at": "2026-11-24T00:00:00Z", "done": True,
        "done_reason": "stop", "total_duration": 300_000_000, "load_duration": 10_000_000,
        "prompt_eval_count": 120, "prompt_eval_duration": 90_000_000, "eval_count": 48,
        "eval_duration": 200_000_000,
    }  # fmt: skip


def _block(block: Json) -> Iterator[str]:
    text = block["type"] == "text"
    start = {"type": "text", "text": ""} if text else {**block, "input": {}}
    delta = {"type": "text_delta", "text": TEXT} if text else {
        "type": "input_json_delta", "partial_json": json.dumps(block["input"])}  # fmt: skip
    yield _event({"type": "content_block_start", "index": 0, "content_block": start})
    yield _event({"type": "content_block_delta", "index": 0, "delta": delta})
    yield _event({"type": "content_block_stop", "index": 0})


def _event(data: Json) -> str:
    return f"event: {data['type']}\ndata: {json.dumps(data)}\n\n"
