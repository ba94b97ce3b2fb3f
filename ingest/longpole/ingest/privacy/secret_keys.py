"""Attribute keys that say that their value is a secret, whatever it looks like."""

from __future__ import annotations

from longpole.ingest.privacy.expressions import compiled

# What may stand anywhere in a key, and what must end it (after a separator or at its start).
ANYWHERE = ("api[_-]?key",)
ENDINGS = (
    "authorization",
    "password",
    "passwd",
    "passphrase",
    "(?:client[_-]?)?secret",
    "secret[_-]?(?:access[_-]?)?key",
    "private[_-]?key",
    "credentials",
    "cookies?",
)
# Their numbers are kept: a number called token is a count or an index.
TOKEN_ENDINGS = (
    "(?:access|refresh|auth|id|session|bearer|security|csrf|xsrf|ad)[_-]?token",
    r"\.token",
)
# Ends like the others and is no secret.
_COUNTS = compiled(r"(?:^|[._])usage[._]|logprob|logit|token_count", ignore_case=True)
_SECRET = compiled(
    rf"{'|'.join(ANYWHERE)}|(?:^|[^A-Za-z0-9])(?:{'|'.join(ENDINGS)})$", ignore_case=True
)
_TOKEN = compiled(rf"(?:^|[^A-Za-z0-9])(?:{TOKEN_ENDINGS[0]})$|{TOKEN_ENDINGS[1]}$", True)

# In the bytes of a message any of these may say that such a key is there. After a key comes the
# tag of another field, which none of the excluded bytes can be.
LOOSE = rf"(?i:{'|'.join(ANYWHERE)}|(?:{'|'.join((*ENDINGS, *TOKEN_ENDINGS))})(?:[^s_.,'\\-]|$))"
# In bytes written by this process the value (field 2) follows its key.
TIGHT = rf"(?i:{'|'.join(ANYWHERE)}|(?:{'|'.join((*ENDINGS, *TOKEN_ENDINGS))})\x12)"


def is_secret_key(key: str) -> bool:
    """Whether the value under this key must not be kept, not even a number."""
    raw = key.encode()
    return _SECRET.search(raw) is not None and _COUNTS.search(raw) is None


def is_token_key(key: str) -> bool:
    """Whether text under this key must not be kept."""
    raw = key.encode()
    return _TOKEN.search(raw) is not None and _COUNTS.search(raw) is None
