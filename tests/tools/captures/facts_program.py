"""Facts that many captures share: the scripted identity and what the fake provider reported."""

from __future__ import annotations

from record_program import Facts

IDENTITY: Facts = {"session": "sess-42", "user": "user-7"}
USAGE: Facts = {"input_tokens": 120, "output_tokens": 48}
DETAILS: Facts = {"cache_read_tokens": 32, "reasoning_tokens": 16}
NO_DETAILS: Facts = {
    "cache_read_tokens": None,
    "cache_write_tokens": None,
    "reasoning_tokens": None,
}
NO_USAGE: Facts = {"input_tokens": None, "output_tokens": None, **NO_DETAILS}
CLAUDE_DETAILS: Facts = {"cache_read_tokens": 32, "cache_write_tokens": 48}
LLM: Facts = {"kind": "llm", "counted": True, **USAGE}
# A model's span that reports nothing adds nothing to totals.
SILENT: Facts = {"kind": "llm", "counted": False, **NO_USAGE}
FAILED: Facts = {**SILENT, "error": True}
GPT = "gpt-4o-mini-2024-07-18"
GPT5 = "gpt-5-mini-2025-08-07"
CLAUDE = "claude-sonnet-4-5-20250929"
GEMINI = "gemini-2.5-flash-preview-09-2025"
