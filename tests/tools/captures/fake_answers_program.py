"""What the fake provider of fake_provider_program.py answers: fixed words, scripted usage.

Each API family reports the same call in its own shape: 120 input tokens of which 32 were read from
a cache, 48 output tokens of which 16 are reasoning. Anthropic and Bedrock count 40 uncached, 32
read and 48 written; Gemini counts the 16 thoughts beside 32 candidate tokens.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

WORDS = ("It is ", "sunny ", "in Paris.")
ANSWER = "".join(WORDS)
ARGUMENTS = {"city": "Paris"}
ANSWERED_BY = {
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-5-mini": "gpt-5-mini-2025-08-07",
    "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
    "gemini-2.5-flash": "gemini-2.5-flash-preview-09-2025",
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
    "input_tokens_details": {"cached_tokens": 32, "cache_write_tokens": 0},
    "output_tokens_details": {"reasoning_tokens": 16},
}
ANTHROPIC_USAGE = {
    "input_tokens": 40,
    "cache_creation_input_tokens": 48,
    "cache_read_input_tokens": 32,
    "output_tokens": 48,
    "service_tier": "standard",
}
GEMINI_USAGE = {
    "promptTokenCount": 120,
    "cachedContentTokenCount": 32,
    "candidatesTokenCount": 32,
    "thoughtsTokenCount": 16,
    "totalTokenCount": 168,
}
BEDROCK_USAGE = {
    "inputTokens": 40,
    "outputTokens": 48,
    "totalTokens": 168,
    "cacheReadInputTokens": 32,
    "cacheWriteInputTokens": 48,
}
# A large prompt with a small cached part: nothing in these numbers shows that 400 excludes the 32.
BEDROCK_HAIKU_USAGE = {
    "inputTokens": 400,
    "outputTokens": 48,
    "totalTokens": 480,
    "cacheReadInputTokens": 32,
    "cacheWriteInputTokens": 0,
}
NUMBERS = itertools.count(1)


# Tools the fake model calls when they are offered, each once, in this order.
PREFERRED = (
    "get_weather",
    "transfer_to_paris_expert",
    "delegate_task_to_member",
    "final_answer",
    "Answer",
)


def tool_to_call(request: Json) -> str | None:
    """The tool that the model calls next: the weather first, then a final answer if offered."""
    offered = list(tool_names(request))
    asked = called_tools(request)
    for name in PREFERRED:
        if name in offered and name not in asked:
            return name
    return None


def tool_names(request: Json) -> Iterator[str]:
    """Names of the tools offered, in any family's shape."""
    for tool in request.get("tools") or request.get("toolConfig", {}).get("tools") or []:
        for declared in tool.get("functionDeclarations") or tool.get("function_declarations") or []:
            yield declared["name"]
        spec = tool.get("function") or tool.get("toolSpec") or tool
        if "name" in spec:
            yield spec["name"]


def called_tools(request: Json) -> set[str]:
    """Tools that earlier turns of the conversation called, found by their names in the text."""
    turns = request.get("messages") or request.get("input") or request.get("contents") or []
    said = [turn for turn in turns if isinstance(turn, dict) and made_by_model(turn)]
    text = json.dumps(said)
    names = {name for name in tool_names(request) if f'"{name}"' in text or f"'{name}'" in text}
    return names | {name for name in tool_names(request) if f'\\"{name}\\"' in text}


def made_by_model(turn: Json) -> bool:
    """Whether a turn of the conversation is the model's own."""
    own_roles = ("assistant", "model", "tool-call")
    return turn.get("role") in own_roles or turn.get("type") == "function_call"


def arguments(tool: str) -> Json:
    """Arguments that fit the tool."""
    if tool in ("final_answer", "Answer"):
        return {"answer": ANSWER}
    if tool == "delegate_task_to_member":
        return {"member_id": "member-agent", "task": "Weather in Paris?"}
    return ARGUMENTS if tool == "get_weather" else {}


def words(request: Json) -> tuple[str, ...]:
    """The answer's pieces, in the frame that DSPy parses when the prompt asks for it."""
    asked = json.dumps(request.get("messages"))
    if "[[ ## completed ## ]]" not in asked:
        return WORDS
    if "[[ ## next_tool_name ## ]]" in asked:
        tool = "finish" if "observation_0" in asked else "get_weather"
        return framed(next_thought="Look.", next_tool_name=tool, next_tool_args=arguments(tool))
    return framed(reasoning="Paris is sunny.", answer=ANSWER)


def framed(**fields: object) -> tuple[str, ...]:
    """Fields under the headings that DSPy's chat adapter looks for."""
    values = {name: json.dumps(x) if isinstance(x, dict) else x for name, x in fields.items()}
    parts = [f"[[ ## {name} ## ]]\n{value}\n\n" for name, value in values.items()]
    return (*parts, "[[ ## completed ## ]]")


def answered_by(model: str) -> str:
    """The dated model that answers a request for a model."""
    return ANSWERED_BY.get(model, model)


def completion(request: Json) -> Json:
    """OpenAI chat."""
    tool = tool_to_call(request)
    message: Json = {"role": "assistant", "content": "".join(words(request)), "refusal": None}
    if tool:
        message |= {"content": None, "tool_calls": [chat_call(tool)]}
    reason = "tool_calls" if tool else "stop"
    choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
    return chat_head(request, "chat.completion") | {"choices": [choice], "usage": CHAT_USAGE}


def chat_head(request: Json, kind: str) -> Json:
    """What every chat answer and chunk starts with."""
    return {
        "id": f"chatcmpl-{next(NUMBERS)}",
        "object": kind,
        "created": 1_760_000_000,
        "model": answered_by(request["model"]),
        "service_tier": "default",
        "system_fingerprint": "fp_fake",
    }


def chat_call(tool: str) -> Json:
    """A tool call in chat's shape."""
    function = {"name": tool, "arguments": json.dumps(arguments(tool))}
    return {"id": f"call_{tool}", "type": "function", "function": function}


def chat_chunks(request: Json) -> Iterator[Json]:
    """OpenAI chat, streamed; the last chunk holds the usage if that was asked for."""
    head = chat_head(request, "chat.completion.chunk")
    tool = tool_to_call(request)
    deltas: list[Json] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": word} for word in words(request)] if not tool else []
    deltas += [{"tool_calls": [{"index": 0, **chat_call(tool)}]}] if tool else []
    for delta in deltas:
        yield head | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    reason = "tool_calls" if tool else "stop"
    yield head | {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    if (request.get("stream_options") or {}).get("include_usage"):
        yield head | {"choices": [], "usage": CHAT_USAGE}


def embeddings(request: Json) -> Json:
    """OpenAI embeddings: 9 tokens a string."""
    given = request["input"]
    texts = given if isinstance(given, list) else [given]
    data = [
        {"object": "embedding", "index": index, "embedding": [0.0, 0.5, 1.0]}
        for index, _ in enumerate(texts)
    ]
    usage = {"prompt_tokens": 9 * len(texts), "total_tokens": 9 * len(texts)}
    return {"object": "list", "model": request["model"], "data": data, "usage": usage}


def response(request: Json) -> Json:
    """OpenAI Responses."""
    number = next(NUMBERS)
    return {
        "id": f"resp_{number}",
        "object": "response",
        "created_at": 1_760_000_000,
        "status": "completed",
        "model": answered_by(request["model"]),
        "output": [response_item(request, number)],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": request.get("tools") or [],
        "error": None,
        "incomplete_details": None,
        "instructions": request.get("instructions"),
        "metadata": {},
        "temperature": 1.0,
        "top_p": 1.0,
        "usage": RESPONSE_USAGE,
    }


def response_item(request: Json, number: int) -> Json:
    """The one output item: a call or a message."""
    tool = tool_to_call(request)
    if tool:
        call = {"call_id": f"call_{tool}", "name": tool, "arguments": json.dumps(arguments(tool))}
        return {"type": "function_call", "id": f"fc_{number}", "status": "completed", **call}
    part = {"type": "output_text", "text": ANSWER, "annotations": [], "logprobs": []}
    head = {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": "completed"}
    return head | {"content": [part]}


def response_events(request: Json) -> Iterator[Json]:
    """OpenAI Responses, streamed."""
    whole = response(request)
    item = whole["output"][0]
    begun = whole | {"status": "in_progress", "output": [], "usage": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.output_item.added", "output_index": 0, "item": item}
    place = {"item_id": item["id"], "output_index": 0, "content_index": 0, "logprobs": []}
    for word in WORDS if item["type"] == "message" else ():
        yield {"type": "response.output_text.delta", "delta": word, **place}
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    yield {"type": "response.completed", "response": whole}


def anthropic_message(request: Json) -> Json:
    """Anthropic messages."""
    tool = tool_to_call(request)
    part: Json = {"type": "text", "text": ANSWER}
    if tool:
        part = {"type": "tool_use", "id": f"toolu_{tool}", "name": tool, "input": arguments(tool)}
    return {
        "id": f"msg_{next(NUMBERS)}",
        "type": "message",
        "role": "assistant",
        "model": answered_by(request.get("model", "claude-sonnet-4-5")),
        "content": [part],
        "stop_reason": "tool_use" if tool else "end_turn",
        "stop_sequence": None,
        "usage": ANTHROPIC_USAGE,
    }


def anthropic_events(request: Json) -> Iterator[Json]:
    """Anthropic messages, streamed: input usage at the start, output usage at the end."""
    whole = anthropic_message(request)
    part = whole["content"][0]
    begun = ANTHROPIC_USAGE | {"output_tokens": 1}
    start = whole | {"content": [], "stop_reason": None, "usage": begun}
    yield {"type": "message_start", "message": start}
    empty = {"text": ""} if part["type"] == "text" else {"input": {}}
    yield {"type": "content_block_start", "index": 0, "content_block": part | empty}
    for delta in anthropic_deltas(part):
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    end = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": end, "usage": {"output_tokens": 48}}
    yield {"type": "message_stop"}


def anthropic_deltas(part: Json) -> list[Json]:
    """The pieces of one content block."""
    if part["type"] == "text":
        return [{"type": "text_delta", "text": word} for word in WORDS]
    return [{"type": "input_json_delta", "partial_json": json.dumps(part["input"])}]


def gemini(request: Json, model: str) -> Json:
    """Gemini generateContent."""
    tool = tool_to_call(request)
    part: Json = {"text": ANSWER}
    if tool:
        part = {"functionCall": {"id": f"call_{tool}", "name": tool, "args": arguments(tool)}}
    return gemini_part(model, part, "STOP") | {"usageMetadata": GEMINI_USAGE}


def gemini_part(model: str, part: Json, reason: str | None) -> Json:
    """One answer or chunk with one part."""
    candidate: Json = {"content": {"role": "model", "parts": [part]}, "index": 0}
    if reason:
        candidate["finishReason"] = reason
    head = {"modelVersion": answered_by(model), "responseId": "gem_1"}
    return {"candidates": [candidate], **head}


def gemini_chunks(request: Json, model: str) -> Iterator[Json]:
    """Gemini streamGenerateContent: the last chunk holds the whole usage."""
    for word in WORDS[:-1]:
        yield gemini_part(model, {"text": word}, None)
    last = gemini_part(model, {"text": WORDS[-1]}, "STOP")
    yield last | {"usageMetadata": GEMINI_USAGE}


def converse(request: Json, model: str) -> Json:
    """Bedrock converse."""
    tool = tool_to_call(request)
    part: Json = {"text": ANSWER}
    if tool:
        call = {"toolUseId": f"tooluse_{tool}", "name": tool, "input": arguments(tool)}
        part = {"toolUse": call}
    return {
        "output": {"message": {"role": "assistant", "content": [part]}},
        "stopReason": "tool_use" if tool else "end_turn",
        "usage": BEDROCK_HAIKU_USAGE if "haiku" in model else BEDROCK_USAGE,
        "metrics": {"latencyMs": 120},
    }


def error(status: int, message: str) -> Json:
    """An error body that all families' clients can read."""
    inner = {"message": message, "type": "rate_limit_error", "code": status, "status": "ERROR"}
    return {"type": "error", "message": message, "error": inner}
