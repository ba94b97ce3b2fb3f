"""Takes out of a request what must not be stored, before anything of it is."""

from __future__ import annotations

from collections import Counter
from typing import Any

from longpole.core.otlp.signals import Signal
from longpole.core.semconv.content import CONTENT_EVENTS
from longpole.core.settings import PrivacySettings
from longpole.ingest.privacy import secret_keys
from longpole.ingest.privacy.expressions import Pattern, compiled
from longpole.ingest.privacy.hashing import ContentHasher
from longpole.ingest.privacy.keys import Keys
from longpole.ingest.privacy.masking import Masker
from longpole.ingest.privacy.walk import Rules, Walk

_LIMITS = {"on": None, "off": 0}


class Redactor:
    """Compiled once from the settings; may be used by many threads.

    `own_key` makes the hashes of content that is removed or cut where `privacy.hash_key` is not
    set; without either there are none. Raises SettingsError for an expression that RE2 does not
    take.
    """

    def __init__(self, settings: PrivacySettings, own_key: bytes = b"") -> None:
        masker = Masker(settings.mask_secrets, settings.mask_patterns)
        keys = Keys(settings, masker)
        limit = _LIMITS[settings.content] if settings.content in _LIMITS else int(settings.content)
        hash_key = (settings.hash_key or "").encode()
        key = (hash_key or own_key) if settings.content_hashes and limit is not None else b""
        hasher = ContentHasher(key, keys) if key else None
        self._rules = Rules(masker, keys, limit, hash_key, hasher)
        events = "|".join(CONTENT_EVENTS).replace(".", r"\.") if limit is not None else ""
        own = masker.own_anywhere()
        self._raw = [*_all(masker.anywhere, keys.loose(), events), *own]
        self._values = [*_all(masker.anywhere), *own]
        self._keys = _all(keys.tight(), events)
        self._nested = _all(secret_keys.TIGHT) if settings.mask_secrets else []

    def suspects(self, signal: Signal, body: bytes) -> bool:
        """Whether there may be something for `apply` in a request; False is sure."""
        bodies = signal is Signal.LOGS and self._rules.content_limit is not None
        return bodies or _any(self._raw, body)

    def apply(self, signal: Signal, request: Any, body: bytes | None) -> Counter[str]:  # noqa: ANN401
        """Edit a parsed export request in place; returns what was changed, by rule.

        `body` is the protobuf that `request` was parsed from, or None where it was JSON. If nothing
        is returned, `request` is as it was and `body` may be stored; else `body` must not be.
        """
        if not self.suspects(signal, _bytes_of(request, body)):
            return Counter()
        bodies = signal is Signal.LOGS and self._rules.content_limit is not None
        request.DiscardUnknownFields()
        written = request.SerializeToString()
        values = _any(self._values, written)
        signs = None if bodies else [*(self._values if values else ()), *self._keys]
        walk = Walk(self._rules, signs, values, _any(self._nested, written))
        walk.visit(request)
        counts = +walk.counts
        if not counts and body is not None and len(written) != len(body):
            # The suspicious bytes are not in the message: a field of a later version, or a value
            # that another one replaced.
            counts["unread_bytes"] += 1
        return counts


def _bytes_of(request: Any, body: bytes | None) -> bytes:  # noqa: ANN401
    if body is None or body.lstrip()[:1] == b"{":
        written: bytes = request.SerializeToString()
        return written
    return body


def _all(*sources: str) -> list[Pattern]:
    joined = "|".join(filter(None, sources))
    return [compiled(joined)] if joined else []


def _any(patterns: list[Pattern], raw: bytes) -> bool:
    return any(pattern.search(raw) is not None for pattern in patterns)
