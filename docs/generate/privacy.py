"""Tables of docs/privacy.md."""

from __future__ import annotations

from generate.markdown import code, codes, table

from longpole.core.semconv.content import CONTENT_EVENTS
from longpole.ingest.privacy.content_keys import ALL_CONTENT
from longpole.ingest.privacy.secret_keys import ANYWHERE, ENDINGS, TOKEN_ENDINGS
from longpole.ingest.privacy.secrets import SECRETS


def patterns() -> str:
    """What secrets look like."""
    rows = [(code(one.rule), one.what, code(one.keep), code(one.hide)) for one in SECRETS]
    return table(("rule", "what", "stays readable", "is hidden"), rows)


def keys() -> str:
    """Attribute keys whose value is a secret."""
    rows = [
        ("has anywhere", codes(ANYWHERE)),
        ("ends with the word", codes(ENDINGS)),
        ("ends with, numbers are kept", codes(TOKEN_ENDINGS)),
    ]
    return table(("the key", "expressions, in any case"), rows)


def content() -> str:
    """Attributes and events that hold content."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in ALL_CONTENT:
        found.setdefault((one.dialect, one.side), []).append(one.key)
    rows = [(dialect, side, codes(keys)) for (dialect, side), keys in found.items()]
    rows.append(("events and log records", "both", codes(CONTENT_EVENTS)))
    return table(("dialect", "side", "attributes"), rows)
