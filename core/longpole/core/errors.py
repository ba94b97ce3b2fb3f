"""The exception tree. A message says what was wrong, the value, and the next step."""

from __future__ import annotations


class LongpoleError(Exception):
    """Base of every error Longpole raises on purpose; shown to users as one line."""


class SettingsError(LongpoleError):
    """A setting is unknown, has the wrong type or is out of range."""


class StoreError(LongpoleError):
    """The store refused a statement or could not be opened."""


class StoreUnavailableError(StoreError):
    """The store cannot be reached now; trying again later may work."""


class StoreMemoryError(StoreUnavailableError):
    """The store has no memory for the statement; a smaller one may work."""


class StoreLockedError(StoreError):
    """Another process has the embedded store's folder open."""


class MigrationError(StoreError):
    """The schema in the store and the migrations of this version do not fit together."""


class InputError(LongpoleError):
    """A file or request from outside cannot be understood."""
