"""Every attribute that is content: those the mapping names, and all that messages are read from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from longpole.core.messages.sources import MESSAGES, WHOLE, Group
from longpole.core.messages.toolspan import TOOL_ARGUMENTS, TOOL_RESULTS
from longpole.core.messages.vercel import VERCEL
from longpole.core.semconv.content import CONTENT_KEYS, ContentKey

# An address of content that is kept elsewhere is none itself, and how a call was set up is needed
# to tell which library made it.
_KEPT = re.compile(r".*_ref|model_request_parameters")


def _read() -> Iterator[ContentKey]:
    for source in (*MESSAGES, *WHOLE):
        dialect = source.dialect.partition(",")[0]
        yield ContentKey(
            dialect, "both", f"{source.key}.{{N}}.*" if isinstance(source, Group) else source.key
        )
    for key in (*TOOL_ARGUMENTS, *TOOL_RESULTS):
        yield ContentKey("tools", "both", key)
    yield ContentKey("claude-code, codex", "input", "prompt")
    for key in VERCEL:
        yield ContentKey("vercel-ai", "output", key)


def _named(key: str) -> bool:
    example = key.replace("{name}", "x").replace("{N}", "0")
    return any(re.fullmatch(one.pattern, example) for one in CONTENT_KEYS)


ALL_CONTENT = (
    *CONTENT_KEYS,
    *(one for one in _read() if not _KEPT.fullmatch(one.key) and not _named(one.key)),
)
