"""Dialect and kind, and the names that can be read off a span once its kind is known."""

from __future__ import annotations

from collections.abc import Iterable

from longpole.core.semconv.compile.attributes import column
from longpole.core.semconv.compile.fields import Tables
from longpole.core.semconv.compile.slots import KeyTable
from longpole.core.semconv.compile.sqltext import (
    Columns,
    all_of,
    any_of,
    array,
    first_text,
    lookup,
    quote,
)
from longpole.core.semconv.model import DialectRule, FieldSource, Origin, SemanticMapping

LONGEST_NAME = 1024


def evidence_stage(mapping: SemanticMapping, tables: Tables) -> Columns:
    """What each way of telling the kind says; and the dialect."""
    table = tables[Origin.ATTRIBUTE][1]
    said = [
        lookup(f"lower({column('Span', table.slot_of(rule.key).number)})", rule.kinds)
        for rule in mapping.kind_attributes
    ]
    columns = {f"KindSaid{number}": text for number, text in enumerate(said, start=1)}
    columns["KindSaid"] = first_text(list(columns))
    columns["KindNamed"] = lookup("substringIndex(SpanName, ' ', 1)", mapping.kind_first_words)
    columns["KindSigned"] = _choose(
        (
            all_of(*(_has_any(table, keys) for keys in (sign.any_of, sign.and_any_of) if keys)),
            sign.kind,
        )
        for sign in mapping.kind_signatures
    )
    columns["Dialect"] = _choose((_signs(rule, table), rule.dialect) for rule in mapping.dialects)
    columns["CleanName"] = f"substringUTF8(toValidUTF8(SpanName), 1, {LONGEST_NAME})"
    return columns


def kind_stage() -> Columns:
    """The kind: said, else by name on a span of a known dialect, else by signature."""
    named = "if(Dialect = '', '', KindNamed)"
    return {"Kind": first_text(["KindSaid", named, "KindSigned", "'other'"])}


def named_stage(mapping: SemanticMapping) -> Columns:
    """Fields that fall back on the span's name."""
    rules: dict[str, list[FieldSource]] = {}
    for source in mapping.fields:
        if source.origin is Origin.NAME:
            rules.setdefault(source.field, []).append(source)
    return {
        field: first_text([f"Said{field}", *map(_from_name, sources)])
        for field, sources in rules.items()
    }


def _from_name(source: FieldSource) -> str:
    conditions = [f"Kind = {quote(source.kind)}"]
    if source.dialect:
        conditions.append(f"Dialect = {quote(source.dialect)}")
    return f"if({all_of(*conditions)}, extract(CleanName, {quote(source.key)}), '')"


def _signs(rule: DialectRule, table: KeyTable) -> str:
    signs = [_has_any(table, rule.keys)] if rule.keys else []
    if rule.scopes:
        signs.append(f"ScopeName IN {array(rule.scopes)}")
    signs += [f"startsWith(ScopeName, {quote(prefix)})" for prefix in rule.scope_prefixes]
    return any_of(*signs)


def _has_any(table: KeyTable, keys: Iterable[str]) -> str:
    codes = table.codes()
    return f"hasAny(SpanCodes, [{', '.join(str(codes[key]) for key in keys)}])"


def _choose(rules: Iterable[tuple[str, str]]) -> str:
    branches = ", ".join(f"{condition}, {quote(value)}" for condition, value in rules)
    return f"multiIf({branches}, '')" if branches else "''"
