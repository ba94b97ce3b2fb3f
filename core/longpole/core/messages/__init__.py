"""What was said in a model call: one normal form for every dialect."""

from longpole.core.messages.events import Event, Log
from longpole.core.messages.model import (
    Conversation,
    Data,
    Json,
    Media,
    Message,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolDefinition,
    ToolResult,
)
from longpole.core.messages.read import read_messages

__all__ = [
    "Conversation",
    "Data",
    "Event",
    "Json",
    "Log",
    "Media",
    "Message",
    "Part",
    "Reasoning",
    "Text",
    "ToolCall",
    "ToolDefinition",
    "ToolResult",
    "read_messages",
]
