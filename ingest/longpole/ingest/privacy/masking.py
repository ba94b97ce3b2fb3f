"""Text in, text without secrets out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from longpole.ingest.privacy.expressions import (
    Found,
    Pattern,
    compiled,
    compiled_loose,
    compiled_setting,
)
from longpole.ingest.privacy.secrets import MASK, SECRETS

REDACTED = b"[redacted]"
# Each search may look at all the text that is left, so many matches in a large text cost the square
# of its size. After this many bytes in the worst case the rest of the text is hidden as a whole.
_MAX_SEARCHED = 1 << 30
_MIN_MATCHES = 32
_SCHEMES = compiled(r"^(?:bearer|basic|digest|token|apikey)\s+", ignore_case=True)
Rewrite = Callable[[Found, bytes], tuple[str, bytes] | None]


class Masker:
    """Hides what looks like a secret, and what the user's own expressions match."""

    def __init__(self, secrets: bool, patterns: Sequence[str]) -> None:
        self._secrets = SECRETS if secrets else ()
        self._exact = compiled("|".join(one.exact for one in SECRETS)) if secrets else None
        self._own = [
            (f"mask_pattern_{number}", compiled_setting("privacy.mask_patterns", pattern))
            for number, pattern in enumerate(patterns, 1)
        ]
        self._patterns = patterns

    @property
    def anywhere(self) -> str:
        """Matches bytes that have a secret anywhere inside; empty if secrets are not masked."""
        return "|".join(secret.anywhere for secret in self._secrets)

    def own_anywhere(self) -> list[Pattern]:
        """Match bytes in which a user's expression matches some value."""
        return [compiled_loose(pattern) for pattern in self._patterns]

    def mask(self, raw: bytes, counts: Counter[str]) -> bytes:
        """The text without secrets; the same object if nothing was found."""
        raw = self.mask_secrets(raw, counts)
        for rule, pattern in self._own:
            raw = _replace(pattern, raw, partial(_redact, rule), REDACTED, counts)
        return raw

    def mask_secrets(self, raw: bytes, counts: Counter[str]) -> bytes:
        """The same without the user's own expressions."""
        if self._exact is None:
            return raw
        return _replace(self._exact, raw, self._hide, MASK, counts)

    def mask_labelled(self, raw: bytes) -> bytes:
        """All of a text whose key says that it is secret; the kind stays readable."""
        scheme = _SCHEMES.search(raw)
        start = raw[: scheme.end()] if scheme is not None else b""
        rest = raw[len(start) :]
        if not rest.strip(b"*"):
            return raw
        found = self._exact.fullmatch(rest) if self._exact is not None else None
        if found is not None and found.lastindex is not None:
            start += rest[: found.end(found.lastindex)]
        return start + MASK

    def _hide(self, found: Found, raw: bytes) -> tuple[str, bytes] | None:
        # Each kind has one group: what is kept.
        number = found.lastindex or 0
        kind, kept_until = self._secrets[number - 1], found.end(number)
        if kind.check is not None and not kind.check(raw[kept_until : found.end()]):
            return None
        return kind.rule, raw[found.start() : kept_until] + MASK + kind.after


def _redact(rule: str, found: Found, raw: bytes) -> tuple[str, bytes] | None:
    return rule, REDACTED


def _replace(
    pattern: Pattern, raw: bytes, rewrite: Rewrite, hidden: bytes, counts: Counter[str]
) -> bytes:
    parts: list[bytes] = []
    done = at = 0
    left = max(_MIN_MATCHES, _MAX_SEARCHED // (len(raw) + 1))
    while (found := pattern.search(raw, at)) is not None:
        new = rewrite(found, raw) if left else ("too_many_matches", hidden)
        if new is None:
            # Not one after all; another may begin right after its prefix, whose end is a border.
            at = max(found.end(found.lastindex or 0) - 1, found.start() + 1)
        else:
            counts[new[0]] += 1
            parts += (raw[done : found.start()], new[1])
            done = at = found.end() if left else len(raw)
        left -= left > 0
    return b"".join((*parts, raw[done:])) if parts else raw
