"""Definitions of tools, in the shape of whichever provider they were meant for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from longpole.core.messages.model import Json, ToolDefinition
from longpole.core.messages.parse import structured, text_of
from longpole.core.messages.parts import first

_WRAPPERS = ("function", "toolSpec", "tool_spec")
_LISTS = ("function_declarations", "functionDeclarations", "tools")
_SCHEMAS = (
    "parameters", "input_schema", "inputSchema", "parameters_json_schema", "parametersJsonSchema",
    "schema", "json_schema", "args",
)  # fmt: skip
MAX_TOOLS = 5_000


def read_tools(value: Json) -> tuple[ToolDefinition, ...]:
    """The tools in a list, a map by name, or one definition; each may be JSON text."""
    found = (tool for one in _listed(structured(value)) for tool in _read(one))
    return tuple(tool for tool, _ in zip(found, range(MAX_TOOLS), strict=False))


def _listed(value: Json) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value and not _is_definition(value):
        named = all(isinstance(one, dict) for one in value.values())
        return [{"name": name, **one} for name, one in value.items()] if named else []
    return [value] if value else []


def _is_definition(value: dict[str, Any]) -> bool:
    return any(key in value for key in ("name", "type", *_WRAPPERS, *_LISTS))


def _read(value: Json) -> Iterator[ToolDefinition]:
    value = structured(value)
    if isinstance(value, str) and value:
        yield ToolDefinition(value, "", None)
    if not isinstance(value, dict):
        return
    many = structured(first(value, *_LISTS))
    if isinstance(many, list):
        for one in many:
            yield from _definition(one)
    else:
        yield from _definition(value)


def _definition(value: Json) -> Iterator[ToolDefinition]:
    if not isinstance(value, dict):
        return
    inner = structured(first(value, *_WRAPPERS))
    fields = inner if isinstance(inner, dict) else value
    # A provider's own tool has a type or one key and no name: web_search, googleSearch.
    name = first(fields, "name", "title") or first(value, "name", "type")
    if not name and len(value) == 1:
        name = next(iter(value))
    if not name:
        return
    yield ToolDefinition(
        text_of(name), text_of(first(fields, "description", "desc")), _schema(fields)
    )


def _schema(fields: dict[str, Any]) -> Json:
    schema = structured(first(fields, *_SCHEMAS))
    # Bedrock has the schema inside a map.
    if isinstance(schema, dict) and set(schema) == {"json"}:
        return structured(schema["json"])
    return schema
