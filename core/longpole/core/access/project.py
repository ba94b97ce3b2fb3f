"""Names of projects, and what an operator decides for one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from longpole.core.errors import InputError

DEFAULT_PROJECT = "default"
# Not dots alone: a name becomes part of addresses and of folder names.
NAME = re.compile(r"(?!\.+\Z)[A-Za-z0-9_.-]{1,64}\Z")
LARGEST = 2**32 - 1


@dataclass(frozen=True)
class Project:
    """`spans_per_s` counts items of any signal; 0 is no limit. `retention_days` 0 is for ever."""

    name: str
    spans_per_s: int = 0
    retention_days: int = 0


def is_project_name(text: str) -> bool:
    """Whether a text can name a project."""
    return NAME.match(text) is not None


def project_name(text: str) -> str:
    """The name itself. Raises InputError when it is none."""
    if not is_project_name(text):
        raise InputError(
            f"{text[:80]!r} is not a project name; use 1 to 64 of the letters A-Z a-z, digits, "
            "_ . and -"
        )
    return text


def checked_number(what: str, value: int) -> int:
    """A limit as the store keeps it. Raises InputError when it is negative or too large."""
    if not 0 <= value <= LARGEST:
        raise InputError(f"{what} is {value}; give 0 (none) to {LARGEST}")
    return value
