"""Regular expressions that cannot hang: RE2, whose time grows with the text and nothing else."""

from __future__ import annotations

import re
from typing import Protocol

import re2

from longpole.core.errors import SettingsError

_ANCHORS = {"^", "$", r"\b", r"\B", r"\A", r"\z"}
# An escape, a class with all that is in it, or one character.
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|.", re.DOTALL)


class Found(Protocol):
    """One match."""

    def start(self, group: int = 0) -> int:
        """Where the match, or a group of it, begins."""

    def end(self, group: int = 0) -> int:
        """Where it ends."""

    @property
    def lastindex(self) -> int | None:
        """The number of the last group that took part."""


class Pattern(Protocol):
    """A compiled expression over bytes."""

    def search(self, text: bytes, pos: int = 0) -> Found | None:
        """The first match at `pos` or after; anchors still mean the whole text."""

    def fullmatch(self, text: bytes) -> Found | None:
        """The match that covers the whole text."""


def compiled(pattern: str, ignore_case: bool = False) -> Pattern:
    """One of our own expressions; it matches single bytes, so that damaged UTF-8 hides nothing."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = not ignore_case
    found: Pattern = re2.compile(pattern.encode(), options)
    return found


def compiled_setting(setting: str, pattern: str) -> Pattern:
    """A user's expression, matching UTF-8. Raises SettingsError with RE2's reason."""
    options = re2.Options()
    options.log_errors = False
    try:
        found: Pattern = re2.compile(pattern.encode(), options)
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace")
        raise SettingsError(
            f"setting {setting} has an expression that cannot be used: {pattern!r}: {reason}; "
            "the syntax is RE2's (no look-around, no back-references)"
        ) from None
    if found.search(b""):
        raise SettingsError(
            f"setting {setting} has an expression that matches empty text: {pattern!r}; "
            "ask for at least one character"
        )
    return found


def compiled_loose(pattern: str) -> Pattern:
    """A user's expression with its anchors taken out; it may match empty text."""
    found: Pattern = re2.compile(without_anchors(pattern).encode())
    return found


def without_anchors(pattern: str) -> str:
    """An expression that matches wherever `pattern` does, whatever stands around the match.

    Anchors and word boundaries are taken out, so that a value can be looked for in bytes where
    other values stand beside it.
    """
    if r"\Q" in pattern:
        return "(?:)"
    return _TOKEN.sub(lambda token: "(?:)" if token[0] in _ANCHORS else token[0], pattern)


def glob(pattern: str) -> str:
    """The expression of a key pattern, for a full match; `*` stands for any text."""
    return "(?s:.*)".join(re2.escape(part) for part in pattern.split("*"))


def fragment(pattern: str) -> str:
    """The longest literal part of a key pattern, escaped; it is in every key that fits."""
    return re2.escape(max(pattern.split("*"), key=len)) or "(?:)"
