"""Which dialect wrote a span: the place of the first rule of which a sign is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from longpole.core.semconv.compile.attributes import whole
from longpole.core.semconv.compile.limits import NO_RANK
from longpole.core.semconv.compile.slots import KeyTable
from longpole.core.semconv.compile.sqltext import Columns, all_of, array, quote
from longpole.core.semconv.model import DialectRule, SemanticMapping

Ranks = Mapping[str, int]


def rank_stage(mapping: SemanticMapping, spans: KeyTable, resources: KeyTable) -> Columns:
    """The column DialectRank; NO_RANK where no rule matches."""
    signs = _signs(mapping.dialects, spans, resources)
    return {"DialectRank": _least(signs) if signs else str(NO_RANK)}


def name_stage(mapping: SemanticMapping) -> Columns:
    """The column Dialect."""
    names = array(rule.dialect for rule in mapping.dialects)
    numbers = ", ".join(map(str, range(1, len(mapping.dialects) + 1)))
    return {"Dialect": f"transform(DialectRank, [{numbers}], {names}, '')" if numbers else "''"}


def _signs(rules: Sequence[DialectRule], spans: KeyTable, resources: KeyTable) -> list[str]:
    free = [rule if not rule.requires else _without_scopes(rule) for rule in rules]
    signs = [
        _of_keys(rules),
        _exact("ScopeName", _first(free, lambda rule: rule.scopes)),
        _prefix("ScopeName", _first(rules, lambda rule: rule.scope_prefixes)),
        _exact("SpanName", _first(rules, lambda rule: rule.names)),
        _prefix("SpanName", _first(rules, lambda rule: rule.name_prefixes)),
        _exact("ServiceName", _first(rules, lambda rule: rule.services)),
        _prefix("ServiceName", _first(rules, lambda rule: rule.service_prefixes)),
        *_of_values("Span", spans, [rule.values for rule in rules]),
        *_of_values("Resource", resources, [rule.resource_values for rule in rules]),
        *(
            _required(rule, rank, spans)
            for rank, rule in enumerate(rules, start=1)
            if rule.requires
        ),
    ]
    return [sign for sign in signs if sign]


def _without_scopes(rule: DialectRule) -> DialectRule:
    return DialectRule(rule.dialect)


def _first(
    rules: Iterable[DialectRule], said: Callable[[DialectRule], tuple[str, ...]]
) -> dict[str, int]:
    """Each sign with the place of the first rule that has it."""
    found: dict[str, int] = {}
    for rank, rule in enumerate(rules, start=1):
        for sign in said(rule):
            found.setdefault(sign, rank)
    return found


def _exact(text: str, table: Ranks) -> str:
    if not table:
        return ""
    numbers = f"[{', '.join(map(str, table.values()))}]"
    return f"transform({text}, {array(table)}, {numbers}, {NO_RANK})"


def _prefix(text: str, table: Ranks) -> str:
    if not table:
        return ""
    longest = sorted(table, key=lambda prefix: (-len(prefix), prefix))
    pattern = "^(?:" + "|".join(map(re.escape, longest)) + ")"
    return _exact(f"extract({text}, {quote(pattern)})", table)


def _of_keys(rules: Sequence[DialectRule]) -> str:
    """Keys are low-cardinality, so each distinct one of a block is looked up once."""
    whole = _exact("key", _first(rules, lambda rule: rule.keys))
    family = _exact("substringIndex(key, '.', 1)", _first(rules, lambda rule: rule.families))
    either = [sign for sign in (whole, family) if sign]
    if not either:
        return ""
    each = f"arrayMap(key -> toUInt16({_least(either)}), mapKeys(SpanAttributes))"
    return f"arrayMin(arrayPushBack({each}, {NO_RANK}))"


def _of_values(
    name: str, table: KeyTable, rules: Sequence[Mapping[str, tuple[str, ...]]]
) -> list[str]:
    by_key: dict[str, dict[str, int]] = {}
    for rank, values in enumerate(rules, start=1):
        for key, texts in values.items():
            for text in texts:
                by_key.setdefault(key, {}).setdefault(text, rank)
    return [_exact(whole(name, table, key), texts) for key, texts in by_key.items()]


def _required(rule: DialectRule, rank: int, table: KeyTable) -> str:
    keys = ", ".join(str(table.code_of(key)) for key in rule.requires)
    both = all_of(f"ScopeName IN {array(rule.scopes)}", f"hasAny(SpanKnown, [{keys}])")
    return f"if({both}, {rank}, {NO_RANK})"


def _least(signs: Sequence[str]) -> str:
    return signs[0] if len(signs) == 1 else f"least({', '.join(signs)})"
