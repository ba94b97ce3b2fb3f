"""The vocabulary of the mapping: what a row of it says, without any of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Origin(StrEnum):
    """Where a value is looked for."""

    ATTRIBUTE = "span attribute"
    RESOURCE = "resource attribute"
    JSON = "JSON inside a span attribute"
    REPR = "Python literal inside a span attribute"
    EVENT = "time of the first span event"
    EVENT_ATTRIBUTE = "attribute of the first span event"
    NAME = "span name"
    NUMBERED = "how many numbers the attribute's key has"
    LENGTH = "length of a JSON list in a span attribute"
    SUM = "sum of the numbers in a JSON object in a span attribute"


class Convert(StrEnum):
    """How text becomes a value. What cannot be converted counts as absent."""

    TEXT = "text"
    UINT = "whole number"
    INT = "whole number, also below zero"
    REAL = "number"
    MONEY = "US dollars"
    BOOL = "true or false"
    LIST = "JSON array, or texts with commas"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    NANOSECONDS = "nanoseconds"
    WITH_UNIT = "time with its unit"
    SINCE_START = "time since the span began"
    MOMENT = "moment, as time since the span began"


@dataclass(frozen=True)
class FieldSource:
    """One place a canonical field may come from; the first usable one in the list wins.

    `key` is the attribute key, the event name, or for `Origin.NAME` an RE2 pattern whose first
    group is the value; for `Origin.NUMBERED` the part of the key before the number. `path` leads
    into JSON (an empty one takes a JSON scalar as a whole), or names the event's attribute or the
    literal's key. `kinds` and `dialects` limit a row to spans of these. `beside` marks a count that
    leaves out its parts (cached or reasoning tokens).
    """

    field: str
    key: str
    convert: Convert = Convert.TEXT
    origin: Origin = Origin.ATTRIBUTE
    path: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    dialects: tuple[str, ...] = ()
    beside: bool = False


@dataclass(frozen=True)
class KindAttribute:
    """An attribute whose value (compared in lower case) tells the kind.

    With `pattern` (RE2) only what its first group matches is compared; `otherwise` is the kind of
    values that are not in the table.
    """

    key: str
    kinds: Mapping[str, str]
    pattern: str = ""
    otherwise: str = ""


@dataclass(frozen=True)
class KindName:
    """A span name that tells the kind on spans of a dialect: whole, by its start or its end.

    With `keys` one of these attributes tells it instead of the name.
    """

    dialect: str
    kind: str
    names: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class KindSignature:
    """Attributes whose presence tells the kind: at least one of `any_of`, and of `and_any_of`."""

    kind: str
    any_of: tuple[str, ...]
    and_any_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class DialectRule:
    """Signs of a dialect; any one of them is enough. Rules are tried in order.

    `families` are first words of attribute keys (`langfuse` for `langfuse.*`); `values` and
    `resource_values` map a key to values that are a sign, compared as they are. With `requires`
    the scope is a sign only together with one of these attributes.
    """

    dialect: str
    keys: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    scope_prefixes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    name_prefixes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    service_prefixes: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    resource_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class CacheBeside:
    """A dialect whose input count leaves cached tokens out, for models that start so (any).

    With `scopes` only spans of these scopes are meant. With `unless` the count includes them where
    one of these attributes is there. `written_only`: it leaves out what was written to the cache
    only, where read and written together exceed it.
    """

    dialect: str
    model_prefixes: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    written_only: bool = False


@dataclass(frozen=True)
class ErrorSign:
    """A value (as it is) that says that the span failed, whatever its status is."""

    key: str
    value: str


@dataclass(frozen=True)
class Placeholder:
    """A value that marks a span as a stand-in for one still to come: it is not kept."""

    key: str
    value: str


@dataclass(frozen=True)
class SemanticMapping:
    """Everything the view is generated from."""

    fields: tuple[FieldSource, ...]
    kind_names_first: tuple[KindName, ...]
    kind_attributes: tuple[KindAttribute, ...]
    kind_names: tuple[KindName, ...]
    kind_first_words: Mapping[str, str]
    kind_signatures: tuple[KindSignature, ...]
    dialects: tuple[DialectRule, ...]
    providers: Mapping[str, str]
    model_prefixes: Mapping[str, str]
    frameworks: frozenset[str]
    framework_scopes: Mapping[str, str]
    framework_dialects: Mapping[str, str]
    finish_reasons: Mapping[str, str]
    cache_beside: tuple[CacheBeside, ...]
    error_signs: tuple[ErrorSign, ...]
    placeholders: tuple[Placeholder, ...]
