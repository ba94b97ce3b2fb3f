"""The vocabulary of the mapping: what a row of it says, without any of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Where a value is looked for."""

    ATTRIBUTE = "span attribute"
    RESOURCE = "resource attribute"
    JSON = "JSON inside a span attribute"
    EVENT = "time of the first span event"
    EVENT_ATTRIBUTE = "attribute of the first span event"
    NAME = "span name"


class Convert(StrEnum):
    """How text becomes a value. What cannot be converted counts as absent."""

    TEXT = "text"
    UINT = "whole number"
    MONEY = "US dollars"
    BOOL = "true or false"
    LIST = "JSON array, or one text"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    NANOSECONDS = "nanoseconds"
    SINCE_START = "time since the span began"


@dataclass(frozen=True)
class FieldSource:
    """One place a canonical field may come from; the first usable one in the list wins.

    `key` is the attribute key, the event name, or for `Origin.NAME` an RE2 pattern whose first
    group is the value. `path` leads into JSON, or names the event's attribute. `kind` and
    `dialect` limit `Origin.NAME` rows.
    """

    field: str
    key: str
    convert: Convert = Convert.TEXT
    origin: Origin = Origin.ATTRIBUTE
    path: tuple[str, ...] = ()
    kind: str = ""
    dialect: str = ""


@dataclass(frozen=True)
class KindAttribute:
    """An attribute whose value (compared in lower case) tells the kind."""

    key: str
    kinds: Mapping[str, str]


@dataclass(frozen=True)
class KindSignature:
    """Attributes whose presence tells the kind: at least one of `any_of`, and of `and_any_of`."""

    kind: str
    any_of: tuple[str, ...]
    and_any_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class DialectRule:
    """Signs of a dialect; any one of them is enough. Rules are tried in order."""

    dialect: str
    keys: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    scope_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SemanticMapping:
    """Everything the view is generated from."""

    fields: tuple[FieldSource, ...]
    kind_attributes: tuple[KindAttribute, ...]
    kind_first_words: Mapping[str, str]
    kind_signatures: tuple[KindSignature, ...]
    dialects: tuple[DialectRule, ...]
    providers: Mapping[str, str]
    model_prefixes: Mapping[str, str]
    frameworks: frozenset[str]
    framework_scopes: Mapping[str, str]
    finish_reasons: Mapping[str, str]
