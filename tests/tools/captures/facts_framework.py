"""Facts that many captures share: what the loopback provider answers, as the record should say it.

Written from what the programs ask and the provider reports. A maker overrides what its library
leaves out or reports otherwise: None for "must stay empty", DROP for "not asserted".
"""

from __future__ import annotations

from typing import Any

Fact = dict[str, Any]
DROP: Any = object()
USAGE: Fact = {"input_tokens": 120, "output_tokens": 48, "cache_read_tokens": 32, "counted": True}
CHAT: Fact = {
    "kind": "llm", "provider": "openai", "request_model": "gpt-4o-mini",
    "response_model": "gpt-4o-mini-2024-07-18", "model": "gpt-4o-mini-2024-07-18", **USAGE,
}  # fmt: skip
RESPONSES: Fact = {
    **CHAT, "request_model": "gpt-5-mini", "response_model": "gpt-5-mini-2025-08-07",
    "model": "gpt-5-mini-2025-08-07",
}  # fmt: skip
CLAUDE: Fact = {
    "kind": "llm", "provider": "anthropic", "request_model": "claude-sonnet-4-5",
    "response_model": "claude-sonnet-4-5-20250929", "model": "claude-sonnet-4-5-20250929",
    **USAGE, "cache_write_tokens": 48,
}  # fmt: skip
EMBED: Fact = {
    "kind": "embedding", "provider": "openai", "request_model": "text-embedding-3-small",
    "model": "text-embedding-3-small", "input_tokens": 18, "counted": True,
}  # fmt: skip
FAILED: Fact = {
    "kind": "llm", "request_model": "fail-model", "model": "fail-model", "input_tokens": None,
    "output_tokens": None, "counted": False, "error": True,
}  # fmt: skip
SOMEONE: Fact = {"session": "sess-42", "user": "user-7"}


def fact(name: str, *parts: Fact, **more: Any) -> Fact:  # noqa: ANN401 - facts are of several types
    """One span's facts; later parts win, `x_any_of` replaces x, and DROP removes."""
    whole: Fact = {"name": name}
    for part in (*parts, more):
        for key in part:
            whole.pop(key.removesuffix("_any_of"), None)
        whole.update(part)
    return {key: value for key, value in whole.items() if value is not DROP}
