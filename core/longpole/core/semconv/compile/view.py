"""The view that turns raw spans into canonical ones, generated from the declared mapping.

Stages, innermost first: codes of known keys; usable values; one column a slot; said fields;
kind; what the kind decides; the columns of table `spans`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from longpole.core.errors import SettingsError
from longpole.core.semconv.compile import (
    attributes,
    dialect,
    final,
    kind,
    limits,
    model,
    opened,
    said,
    usage,
)
from longpole.core.semconv.compile.slots import OPENED, KeyTable, resource_keys, span_keys
from longpole.core.semconv.compile.sqltext import Columns, any_of, nest, quote
from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import (
    Convert,
    ErrorSign,
    FieldSource,
    Origin,
    Placeholder,
    SemanticMapping,
)
from longpole.core.store import Generated

NAME = "spans_mv"
# Origins whose rows may or must have a path.
MAY_PATH = frozenset({Origin.JSON, Origin.EVENT_ATTRIBUTE, Origin.REPR})
MUST_PATH = frozenset({Origin.EVENT_ATTRIBUTE, Origin.REPR})
COUNTED = frozenset({Origin.NUMBERED, Origin.LENGTH})
# The engine's optimisers cost more at every insert than they save on a projection of one block.
QUICK: dict[str, object] = {
    "compile_expressions": 0,
    "query_plan_enable_optimizations": 0,
    "short_circuit_function_evaluation": "disable",
}
SETTINGS = "SETTINGS " + ", ".join(f"{name} = {value!r}" for name, value in sorted(QUICK.items()))
GIVEN = (
    *("Project", "IngestedAt", "Timestamp", "TraceId", "SpanId", "ParentSpanId", "SpanName"),
    *("SpanKind", "ServiceName", "ResourceAttributes", "ScopeName", "SpanAttributes", "Duration"),
    *("StatusCode", "StatusMessage", "`Events.Timestamp`", "`Events.Name`"),
    *("`Events.Attributes`", "`Links.TraceId`", "`Links.SpanId`"),
)
DURATIONS = frozenset(
    {
        Convert.SECONDS,
        Convert.MILLISECONDS,
        Convert.NANOSECONDS,
        Convert.WITH_UNIT,
        Convert.SINCE_START,
        Convert.MOMENT,
    }
)


def spans_view(extra: Sequence[FieldSource] = (), mapping: SemanticMapping = DECLARED) -> Generated:
    """The view that fills `spans` from `otel_traces`.

    `extra` rows are the user's own and win over the declared ones of the same field.
    Raises SettingsError when one names a field that does not exist or reads it as another type.
    """
    text = select_text(with_extra(mapping, extra))
    return Generated(NAME, f"CREATE MATERIALIZED VIEW {NAME} TO spans AS\n{text}\n{SETTINGS}\n")


def select_text(mapping: SemanticMapping) -> str:
    """The SELECT of the view."""
    kept = "NOT IsPlaceholder" if mapping.placeholders else ""
    return nest("otel_traces", GIVEN, [*stages(mapping), final.stage(mapping)], kept)


def stages(mapping: SemanticMapping) -> list[Columns]:
    """All stages of the view but the outermost.

    As few as can be: every column that is read further out is passed on by each.
    """
    spans, resources = span_keys(mapping), resource_keys(mapping)
    both = (("Span", spans), ("Resource", resources))
    return [
        _merged(attributes.coded(*one) for one in both),
        _merged(attributes.known(name) for name, _ in both),
        {
            **dialect.rank_stage(mapping, spans, resources),
            **opened.late_stage(spans),
            "IsPlaceholder": _any_value(mapping.placeholders, spans),
            "SaysError": _any_value(mapping.error_signs, spans),
            **usage.known_stage(mapping, spans),
        },
        {**dialect.name_stage(mapping), **kind.evidence_stage(mapping, spans), **kind.kind_stage()},
        {**limits.stage(spans.limits, mapping.dialects), **opened.stage(spans)},
        _merged(attributes.everything(*one) for one in both),
        _merged(attributes.usable(*one) for one in both),
        _merged(attributes.split(name) for name, _ in both),
        said.said_stage(said.Places(mapping, spans, resources)),
        {
            **said.plausible_stage(mapping),
            **kind.named_stage(mapping),
            **model.said_stage(mapping),
        },
        {**model.inferred_stage(mapping), **usage.reported_stage(mapping)},
        usage.stage(),
    ]


def _merged(parts: Iterable[Columns]) -> Columns:
    return {name: text for columns in parts for name, text in columns.items()}


def _any_value(signs: Sequence[ErrorSign | Placeholder], spans: KeyTable) -> str:
    found = [f"{attributes.whole('Span', spans, sign.key)} = {quote(sign.value)}" for sign in signs]
    return any_of(*found) if found else "false"


def with_extra(mapping: SemanticMapping, extra: Sequence[FieldSource]) -> SemanticMapping:
    """The mapping with the user's rows before the declared ones of the same field."""
    types = {source.field: _family(source.convert) for source in reversed(mapping.fields)}
    for source in extra:
        _check(source, types, mapping)
    taken = {(source.key, source.path) for source in extra if source.origin in OPENED}
    rest = tuple(
        source
        for source in mapping.fields
        if source.origin not in OPENED or (source.key, source.path) not in taken
    )
    return replace(mapping, fields=(*dict.fromkeys(extra), *rest))


def _check(
    source: FieldSource, types: Mapping[str, frozenset[Convert]], mapping: SemanticMapping
) -> None:
    """A row that cannot be read would make every insert fail, so it is refused here."""
    if source.field not in types:
        known = ", ".join(sorted(types))
        raise SettingsError(f"{source.field!r} is not a field; fields are {known}")
    if _family(source.convert) != types[source.field] or not _origin_fits(source, mapping):
        raise SettingsError(
            f"field {source.field} cannot be read as {source.convert.value!r} from "
            f"{source.origin.value}; use {' or '.join(sorted(types[source.field]))}"
        )
    has_path = bool(source.path)
    if has_path > (source.origin in MAY_PATH) or has_path < (source.origin in MUST_PATH):
        raise SettingsError(
            f"field {source.field}: key {source.key!r} with path {source.path!r} cannot be read; "
            "a path leads into JSON, a literal or an event, and only there"
        )
    if not source.key:
        raise SettingsError(f"field {source.field}: an empty key cannot be read; name an attribute")
    unknown = set(source.dialects) - {rule.dialect for rule in mapping.dialects}
    if unknown:
        raise SettingsError(
            f"field {source.field}: {sorted(unknown)[0]!r} is not a dialect; "
            f"they are {', '.join(sorted({rule.dialect for rule in mapping.dialects}))}"
        )


def _origin_fits(source: FieldSource, mapping: SemanticMapping) -> bool:
    if source.origin in COUNTED:
        return source.convert is Convert.UINT
    if source.origin is Origin.NAME:
        by_name = {one.field for one in mapping.fields if one.origin is Origin.NAME}
        return source.field in by_name and bool(source.kinds or source.dialects)
    return (source.origin is Origin.EVENT) == (source.convert is Convert.SINCE_START)


def _family(convert: Convert) -> frozenset[Convert]:
    return DURATIONS if convert in DURATIONS else frozenset({convert})
