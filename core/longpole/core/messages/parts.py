"""One part of a message, in the shape of whichever library or provider wrote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from longpole.core.messages.media import read_media
from longpole.core.messages.model import (
    Data,
    Json,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    part_json,
)
from longpole.core.messages.parse import parsed, structured, text_of, without_bytes

Fields = Mapping[str, Any]
Reader = Callable[[Fields], Part | None]


def read_parts(content: Json) -> tuple[Part, ...]:
    """The parts of a message's content: a text, a part, or a list of them."""
    pieces = content if isinstance(content, list) else [content]
    found = (read_part(piece) for piece in pieces)
    return tuple(part for part in found if part is not None)


def read_part(piece: Json) -> Part | None:
    """One part; None where there is nothing in it."""
    if piece is None or piece in ("", {}, []):
        return None
    if isinstance(piece, str):
        return Text(piece)
    if not isinstance(piece, dict):
        return Data("json", without_bytes(piece))
    if set(piece) == {"type", "value"} and _kind(piece) not in ("", "text"):
        return Data(str(piece["type"]), without_bytes(piece["value"]))
    read = BY_TYPE.get(_kind(piece)) or _by_key(piece) or _other
    return read(piece)


def first(fields: Fields, *keys: str) -> Json:
    """The value of the first key that has one."""
    return next((fields[key] for key in keys if fields.get(key) is not None), None)


def _kind(piece: Fields) -> str:
    kind = piece.get("type", piece.get("part_kind"))
    return kind.lower().replace("-", "_") if isinstance(kind, str) else ""


def _by_key(piece: Fields) -> Reader | None:
    return next((read for key, read in BY_KEY.items() if piece.get(key) is not None), None)


def _text(piece: Fields) -> Part | None:
    said = first(piece, "content", "text", "value", "refusal", "summary_text")
    if isinstance(said, dict):  # a text with annotations
        said = first(said, "value", "text")
    if piece.get("thought") is True and isinstance(said, str):
        return Reasoning(said)
    if isinstance(said, str):
        return Text(said) if said else None
    return _other(piece) if said is not None else None


def _reasoning(piece: Fields) -> Part | None:
    said = first(piece, "content", "text", "thinking", "reasoning", "reasoning_content", "summary")
    said = said if said is not None else first(piece, "reasoningContent", "reasoningText")
    return Reasoning(_said(said))


def _said(value: Json) -> str:
    """The words of a text, of a list of texts, or of a map around one."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(_said, value)))
    if isinstance(value, dict):
        return _said(first(value, "text", "reasoningText", "content", "thinking"))
    return text_of(value)


def _call(piece: Fields) -> Part | None:
    inner = first(piece, "function", "toolUse", "functionCall", "function_call")
    fields = {**piece, **inner} if isinstance(inner, dict) else piece
    given = first(fields, "arguments", "args", "input", "tool.args", "partial_json")
    name = first(fields, "name", "toolName", "tool_name", "tool.name")
    return ToolCall(_id(piece, fields), text_of(name), without_bytes(structured(given)))


def _result(piece: Fields) -> Part | None:
    inner = first(piece, "toolResult", "functionResponse", "function_response")
    fields = inner if isinstance(inner, dict) else piece
    said = first(fields, "response", "result", "output", "content")
    return ToolResult(_id(piece, fields), result_content(said))


def result_content(said: Json) -> Json:
    """What a tool answered: text where it is only text, else its parts or its JSON."""
    if isinstance(said, str):
        inner = parsed(said) if '"function_result"' in said[:200] else None
        return result_content(inner) if isinstance(inner, dict) else without_bytes(said)
    if isinstance(said, dict):
        kind = said.get("type")
        if kind == "function_result":
            return result_content(said.get("result"))
        if kind in ("text", "json", "error-text", "error-json", "content") and "value" in said:
            return result_content(said["value"])
    if isinstance(said, list) and said and all(map(_is_part, said)):
        parts = read_parts(said)
        if all(isinstance(part, Text) for part in parts):
            return "\n".join(part.text for part in parts if isinstance(part, Text))
        return [part_json(part) for part in parts]
    return without_bytes(said)


def _is_part(piece: Json) -> bool:
    return isinstance(piece, dict) and (_kind(piece) in BY_TYPE or set(piece) == {"text"})


def _id(*places: Fields) -> str:
    keys = ("call_id", "tool_call_id", "toolCallId", "toolUseId", "tool_use_id", "id")
    return text_of(next((found for place in places if (found := first(place, *keys))), None))


def _other(piece: Fields) -> Part | None:
    kind = piece.get("type")
    if not isinstance(kind, str) or not kind or _kind(piece) in BY_TYPE:
        return Data("json", without_bytes(dict(piece)))
    return Data(kind, without_bytes({key: piece[key] for key in piece if key != "type"}))


def _media(piece: Fields) -> Part | None:
    return read_media(piece) or Data("json", without_bytes(dict(piece)))


BY_TYPE: dict[str, Reader] = {
    **dict.fromkeys(("text", "input_text", "output_text", "refusal", "summary_text"), _text),
    **dict.fromkeys(("reasoning", "thinking", "redacted_thinking", "reasoning_text"), _reasoning),
    **dict.fromkeys(("tool_call", "tool_use", "function_call", "function", "tool_code"), _call),
    **dict.fromkeys(("server_tool_use", "custom_tool_call", "mcp_tool_use"), _call),
    **dict.fromkeys(("tool_call_response", "tool_result", "function_call_output"), _result),
    **dict.fromkeys(("function_result", "custom_tool_call_output", "tool_return"), _result),
    **dict.fromkeys(("mcp_tool_result", "web_search_tool_result", "function_response"), _result),
    **dict.fromkeys(("image", "image_url", "input_image", "image_file", "image_data"), _media),
    **dict.fromkeys(("audio", "input_audio", "video", "video_url", "document", "media"), _media),
    **dict.fromkeys(("file", "input_file", "blob", "uri", "binary", "image_generation"), _media),
}
# Providers whose parts have no type: the key says it.
BY_KEY: dict[str, Reader] = {
    "functionCall": _call,
    "function_call": _call,
    "toolUse": _call,
    "tool.name": _call,
    "toolCallId": _call,
    "functionResponse": _result,
    "function_response": _result,
    "toolResult": _result,
    "reasoningContent": _reasoning,
    "inlineData": _media,
    "inline_data": _media,
    "fileData": _media,
    "file_data": _media,
    "image": _media,
    "image_url": _media,
    "document": _media,
    "text": _text,
}
