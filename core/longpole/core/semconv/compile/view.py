"""The view that turns raw spans into canonical ones, generated from the declared mapping.

Stages, innermost first: codes of known keys; usable values; one column a slot; said fields;
kind; what the kind decides; the columns of table `spans`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from longpole.core.errors import SettingsError
from longpole.core.semconv.compile import attributes, fields, final, kind, model, usage
from longpole.core.semconv.compile.slots import resource_keys, span_keys
from longpole.core.semconv.compile.sqltext import nest
from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import Convert, FieldSource, Origin, SemanticMapping
from longpole.core.store import Generated

NAME = "spans_mv"
PATHS = frozenset({Origin.JSON, Origin.EVENT_ATTRIBUTE})
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
    {Convert.SECONDS, Convert.MILLISECONDS, Convert.NANOSECONDS, Convert.SINCE_START}
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
    spans, resources = ("Span", span_keys(mapping)), ("Resource", resource_keys(mapping))
    tables = {Origin.ATTRIBUTE: spans, Origin.JSON: spans, Origin.RESOURCE: resources}
    return nest(
        "otel_traces",
        GIVEN,
        [
            {**attributes.coded(*spans), **attributes.coded(*resources)},
            {**attributes.known("Span"), **attributes.known("Resource")},
            {**attributes.usable(*spans), **attributes.usable(*resources)},
            {**attributes.split("Span"), **attributes.split("Resource")},
            {**attributes.slot_columns(*spans), **attributes.slot_columns(*resources)},
            fields.inner_stage(mapping, tables),
            fields.said_stage(mapping, tables),
            kind.evidence_stage(mapping, tables),
            kind.kind_stage(),
            kind.named_stage(mapping),
            model.said_stage(mapping),
            model.inferred_stage(mapping),
            usage.stage(),
            final.stage(mapping),
        ],
    )


def with_extra(mapping: SemanticMapping, extra: Sequence[FieldSource]) -> SemanticMapping:
    """The mapping with the user's rows before the declared ones of the same field."""
    types = {source.field: _family(source.convert) for source in reversed(mapping.fields)}
    for source in extra:
        _check(source, types)
    return replace(mapping, fields=(*extra, *mapping.fields))


def _check(source: FieldSource, types: Mapping[str, frozenset[Convert]]) -> None:
    """A row that cannot be read would make every insert fail, so it is refused here."""
    if source.field not in types:
        known = ", ".join(sorted(types))
        raise SettingsError(f"{source.field!r} is not a field; fields are {known}")
    if _family(source.convert) != types[source.field] or not _origin_fits(source):
        raise SettingsError(
            f"field {source.field} cannot be read as {source.convert.value!r} from "
            f"{source.origin.value}; use {' or '.join(sorted(types[source.field]))}"
        )
    if bool(source.path) != (source.origin in PATHS) or not source.key:
        raise SettingsError(
            f"field {source.field}: key {source.key!r} with path {source.path!r} cannot be read; "
            "a path leads into JSON or an event, and only there, and no key is empty"
        )


def _origin_fits(source: FieldSource) -> bool:
    from_event = source.origin is Origin.EVENT
    return source.origin is not Origin.NAME and from_event == (
        source.convert is Convert.SINCE_START
    )


def _family(convert: Convert) -> frozenset[Convert]:
    return DURATIONS if convert in DURATIONS else frozenset({convert})
