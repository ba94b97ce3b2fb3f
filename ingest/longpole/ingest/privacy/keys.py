"""What is done with an attribute, told from its key."""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum, auto

from longpole.core.semconv.content import STRUCTURE_ENDINGS
from longpole.core.settings import PrivacySettings
from longpole.ingest.privacy import secret_keys
from longpole.ingest.privacy.content_keys import ALL_CONTENT
from longpole.ingest.privacy.expressions import Pattern, compiled, fragment, glob
from longpole.ingest.privacy.masking import Masker

_MAX_KNOWN = 20_000
_MAX_LENGTH = 256


class Action(Enum):
    """What happens to the value."""

    LOOK = auto()
    DROP = auto()
    HASH = auto()
    SECRET = auto()
    TOKEN = auto()
    CONTENT = auto()


# The action, the key as it is kept, and the name under which removed content is counted.
Known = tuple[Action, str, str]


class Keys:
    """Decides once for each key; programs use few."""

    def __init__(self, settings: PrivacySettings, masker: Masker) -> None:
        self._masker = masker
        self._secrets = settings.mask_secrets
        self._drop = _globs(settings.drop_attributes)
        self._hash = _globs(settings.hash_attributes)
        self._content = _content() if settings.content != "on" else None
        self._known: dict[str, Known] = {}
        chosen = (*settings.drop_attributes, *settings.hash_attributes)
        self._loose = [fragment(key) for key in chosen]
        self._tight = list(self._loose)
        if self._content is not None:
            self._loose += [_literal(one.key) for one in ALL_CONTENT]
            self._tight += [_literal(one.key) + _end(one.key) for one in ALL_CONTENT]

    def loose(self) -> str:
        """Matches the bytes of any request that has a key with an action; empty if none can."""
        return self._joined(self._loose, secret_keys.LOOSE)

    def tight(self) -> str:
        """The same for bytes that this process has written."""
        return self._joined(self._tight, secret_keys.TIGHT)

    def look_up(self, key: str) -> Known:
        """The action for a key, and the key without secrets."""
        known = self._known.get(key)
        if known is None:
            known = self._decide(key)
            if len(key) <= _MAX_LENGTH:
                self._remember(key, known)
        return known

    def _remember(self, key: str, known: Known) -> None:
        # Whoever sends another key each time must not fill the memory.
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[key] = known

    def _joined(self, chosen: list[str], secrets: str) -> str:
        return "|".join([*chosen, *([secrets] if self._secrets else [])])

    def _decide(self, key: str) -> Known:
        raw = key.encode()
        clean = self._masker.mask_secrets(raw, Counter()).decode()
        if _fits(self._drop, raw):
            return Action.DROP, clean, ""
        if _fits(self._hash, raw):
            return Action.HASH, clean, ""
        if self._secrets and secret_keys.is_secret_key(key):
            return Action.SECRET, clean, ""
        if self._secrets and secret_keys.is_token_key(key):
            return Action.TOKEN, clean, ""
        if _fits(self._content, raw) and not _is_structure(key):
            return Action.CONTENT, clean, re.split(r"\.\d", clean)[0]
        return Action.LOOK, clean, ""


def _globs(patterns: tuple[str, ...]) -> Pattern | None:
    return compiled("|".join(map(glob, patterns))) if patterns else None


def _content() -> Pattern:
    return compiled("|".join(one.pattern for one in ALL_CONTENT))


def _literal(key: str) -> str:
    return re.escape(max(re.split(r"\{\w+\}|\*", key), key=len))


def _end(key: str) -> str:
    # In bytes of our own the value (field 2) follows its key.
    return "" if set("{*") & set(key) else r"\x12"


def _fits(pattern: Pattern | None, raw: bytes) -> bool:
    return pattern is not None and pattern.fullmatch(raw) is not None


def _is_structure(key: str) -> bool:
    return key.endswith(STRUCTURE_ENDINGS)
