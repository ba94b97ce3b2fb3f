"""Tables of docs/messages.md."""

from __future__ import annotations

from generate.markdown import code, codes, table

from longpole.core.messages.budget import SAID
from longpole.core.messages.events import ROLES, WHOLE_EVENTS
from longpole.core.messages.sources import (
    MESSAGES,
    WHOLE,
    Group,
    Source,
)
from longpole.core.messages.tokens import OTHERWISE, VOCABULARIES
from longpole.core.messages.toolspan import TOOL_ARGUMENTS, TOOL_RESULTS
from longpole.core.messages.vercel import VERCEL


def places() -> str:
    """Where messages are read from, in order of belief."""
    rows = [*_rows("messages", MESSAGES)]
    rows.append(("messages", "vercel-ai", codes(VERCEL)))
    rows.append(("events, then log records", "otel", codes((*ROLES, *WHOLE_EVENTS))))
    rows.append(("a tool's own span", "all", codes((*TOOL_ARGUMENTS, *TOOL_RESULTS))))
    rows += _rows("whole requests and texts", WHOLE)
    return table(("place", "dialect", "attributes or events"), rows)


def vocabularies() -> str:
    """Which vocabulary a model's text is counted with."""
    rows = [(code(pattern), code(name)) for pattern, name in VOCABULARIES]
    rows.append(("anything else", code(OTHERWISE)))
    return table(("model name has", "vocabulary"), rows)


def said() -> str:
    """Attributes in which a part's tokens are stated."""
    found = {part: [key for keys in choices for key in keys] for part, choices in SAID.items()}
    return table(("part", "read from"), [(part, codes(keys)) for part, keys in found.items()])


def _rows(place: str, sources: tuple[Source | Group, ...]) -> list[tuple[str, str, str]]:
    found: dict[str, list[str]] = {}
    for source in sources:
        key = source.key + (".{N}.*" if isinstance(source, Group) else "")
        found.setdefault(source.dialect, []).append(key)
    return [(place, dialect, codes(keys)) for dialect, keys in found.items()]
