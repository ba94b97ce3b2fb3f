"""What was said in a model call: one normal form for every dialect."""

from longpole.core.messages.budget import Budget, Share, prompt_budget
from longpole.core.messages.events import Event, Log
from longpole.core.messages.frames import content_hashes, read_row
from longpole.core.messages.hashes import (
    CALLS_ANSWERED,
    CALLS_MADE,
    CONTENT_HASH,
    PREFIX_HASHES,
    Hashes,
    content_hash,
)
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
from longpole.core.messages.sources import content_attributes

__all__ = [
    "CALLS_ANSWERED",
    "CALLS_MADE",
    "CONTENT_HASH",
    "PREFIX_HASHES",
    "Budget",
    "Conversation",
    "Data",
    "Event",
    "Hashes",
    "Json",
    "Log",
    "Media",
    "Message",
    "Part",
    "Reasoning",
    "Share",
    "Text",
    "ToolCall",
    "ToolDefinition",
    "ToolResult",
    "content_attributes",
    "content_hash",
    "content_hashes",
    "prompt_budget",
    "read_messages",
    "read_row",
]
