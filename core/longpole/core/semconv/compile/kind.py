"""What kind of work a span is, and the names that can be read off it once that is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from longpole.core.semconv.compile.attributes import whole
from longpole.core.semconv.compile.limits import NO_RANK, is_dialect, limit, ranks
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
from longpole.core.semconv.model import (
    FieldSource,
    KindAttribute,
    KindName,
    Origin,
    SemanticMapping,
)

LONGEST_NAME = 1024


def evidence_stage(mapping: SemanticMapping, table: KeyTable) -> Columns:
    """What each way of telling the kind says."""
    said = [_said(rule, table) for rule in mapping.kind_attributes]
    columns = {f"KindSaid{number}": text for number, text in enumerate(said, start=1)}
    columns["KindSaid"] = first_text(list(columns))
    columns["KindFirst"] = _by_name(mapping, mapping.kind_names_first, table)
    columns["KindByName"] = _by_name(mapping, mapping.kind_names, table)
    columns["KindNamed"] = lookup("substringIndex(SpanName, ' ', 1)", mapping.kind_first_words)
    columns["KindSigned"] = _choose(
        (
            all_of(*(_has_any(table, keys) for keys in (sign.any_of, sign.and_any_of) if keys)),
            sign.kind,
        )
        for sign in mapping.kind_signatures
    )
    columns["CleanName"] = f"substringUTF8(toValidUTF8(SpanName), 1, {LONGEST_NAME})"
    return columns


def kind_stage() -> Columns:
    """The kind: settled by name, said, else by name on a span of a known dialect, else by sign."""
    named = f"if(DialectRank = {NO_RANK}, '', KindNamed)"
    return {
        "Kind": first_text(["KindFirst", "KindSaid", "KindByName", named, "KindSigned", "'other'"])
    }


def named_stage(mapping: SemanticMapping) -> Columns:
    """Fields that fall back on the span's name."""
    rules: dict[str, list[FieldSource]] = {}
    for source in mapping.fields:
        if source.origin is Origin.NAME:
            rules.setdefault(source.field, []).append(source)
    return {
        field: first_text([f"Said{field}", *(from_name(source, mapping) for source in sources)])
        for field, sources in rules.items()
    }


def from_name(source: FieldSource, mapping: SemanticMapping) -> str:
    """What one pattern finds in the name of a span."""
    return f"if({limit(source, mapping.dialects)}, extract(CleanName, {quote(source.key)}), '')"


def _said(rule: KindAttribute, table: KeyTable) -> str:
    text = whole("Span", table, rule.key)
    otherwise = f"if({text} = '', '', {quote(rule.otherwise)})" if rule.otherwise else "''"
    compared = f"extract({text}, {quote(rule.pattern)})" if rule.pattern else text
    return lookup(f"lower({compared})", rule.kinds, otherwise)


def _by_name(mapping: SemanticMapping, rules: Sequence[KindName], table: KeyTable) -> str:
    """Dialects of which every rule is one of names and starts share one look-up."""
    apart = {rule.dialect for rule in rules if rule.keys or rule.suffixes}
    chosen = _choose(
        (all_of(is_dialect((rule.dialect,), mapping.dialects), _is_named(rule, table)), rule.kind)
        for rule in rules
        if rule.dialect in apart
    )
    together = [rule for rule in rules if rule.dialect not in apart]
    return first_text([_by_start(mapping, together), chosen]) if together else chosen


def _by_start(mapping: SemanticMapping, rules: Sequence[KindName]) -> str:
    """One pattern over the dialect's place and the name; the first rule that fits is its match."""
    kinds: dict[str, str] = {}
    patterns: list[str] = []
    for rule in rules:
        for rank in ranks(mapping.dialects).get(rule.dialect, ()):
            whole = [f"{rank} {name}" for name in rule.names]
            starts = [f"{rank} {prefix}" for prefix in rule.prefixes]
            patterns += [f"{re.escape(text)}$" for text in whole] + [*map(re.escape, starts)]
            for text in (*whole, *starts):
                kinds.setdefault(text, rule.kind)
    pattern = f"^(?:{'|'.join(patterns)})"
    return lookup(f"extract(concat(toString(DialectRank), ' ', SpanName), {quote(pattern)})", kinds)


def _is_named(rule: KindName, table: KeyTable) -> str:
    if rule.keys:
        return _has_any(table, rule.keys)
    exact = [f"SpanName IN {array(rule.names)}"] if rule.names else []
    starts = [f"startsWith(SpanName, {quote(prefix)})" for prefix in rule.prefixes]
    ends = [f"endsWith(SpanName, {quote(suffix)})" for suffix in rule.suffixes]
    return any_of(*exact, *starts, *ends)


def _has_any(table: KeyTable, keys: Iterable[str]) -> str:
    return f"hasAny(SpanKnown, [{', '.join(str(table.code_of(key)) for key in keys)}])"


def _choose(rules: Iterable[tuple[str, str]]) -> str:
    branches = ", ".join(f"{condition}, {quote(value)}" for condition, value in rules)
    return f"multiIf({branches}, '')" if branches else "''"
