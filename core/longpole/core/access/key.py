"""What an API key is: `lp_<keyid>_<secret>`, known to the server by its hash only.

A secret is 256 random bits, so nobody can guess one, with or without the hash at hand. That is why
a plain SHA-256 is right here: the slow, salted hashes made for passwords would protect nothing
more, and every request of every exporter would pay for them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from longpole.core.access.project import project_name
from longpole.core.errors import InputError

ANY = "*"
INGEST = "ingest"
KEY = re.compile(r"lp_([0-9a-f]{12})_[A-Za-z0-9_-]{43}\Z")
NAME_LENGTH = 200
DAY_NS = 86_400 * 10**9


@dataclass(frozen=True)
class ApiKey:
    """A key as the server knows it. Times are nanoseconds since 1970."""

    key_id: str
    hash: str
    name: str
    project: str
    other_projects: tuple[str, ...]
    role: str
    created_at_ns: int
    expires_at_ns: int | None = None
    revoked_at_ns: int | None = None

    def matches(self, text: str) -> bool:
        """Whether a text is this key; takes as long whatever the text is."""
        return hmac.compare_digest(self.hash, hash_of(text))

    def usable(self, now_ns: int) -> bool:
        """Whether it is neither revoked nor past its time."""
        return self.revoked_at_ns is None and (
            self.expires_at_ns is None or now_ns < self.expires_at_ns
        )

    def state(self, now_ns: int) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at_ns is not None:
            return "revoked"
        return "active" if self.usable(now_ns) else "expired"


@dataclass(frozen=True)
class CreatedKey:
    """A new key and its text, which is nowhere kept: whoever made it must show it now."""

    key: ApiKey
    text: str = field(repr=False)


def new_key(
    project: str,
    now_ns: int,
    name: str = "",
    also: Sequence[str] = (),
    expires_days: float | None = None,
) -> CreatedKey:
    """Make a key for a project. `also` are projects it may name besides, `*` is any.

    Raises InputError for what cannot be a name or a time.
    """
    key_id = secrets.token_hex(6)
    text = f"lp_{key_id}_{secrets.token_urlsafe(32)}"
    others = tuple(dict.fromkeys(one if one == ANY else project_name(one) for one in also))
    key = ApiKey(
        key_id=key_id,
        hash=hash_of(text),
        name=_label(name),
        project=project_name(project),
        other_projects=others,
        role=INGEST,
        created_at_ns=now_ns,
        expires_at_ns=_expiry(now_ns, expires_days),
    )
    return CreatedKey(key, text)


def key_id_of(text: str) -> str | None:
    """The public part of a key; None when the text has not the form of one."""
    found = KEY.match(text)
    return found[1] if found else None


def hash_of(text: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _label(name: str) -> str:
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise InputError(
            f"the key's name {name[:40]!r} is not usable; give up to {NAME_LENGTH} characters on "
            "one line"
        )
    return name


def _expiry(now_ns: int, days: float | None) -> int | None:
    if days is None:
        return None
    if not 0 < days <= 36_500:
        raise InputError(f"a key cannot expire after {days:g} days; give more than 0, up to 36500")
    return now_ns + int(days * DAY_NS)
