"""Which row of the mapping gave each field, told by the very stages that fill the table `spans`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from longpole.core.semconv.compile import attributes, said
from longpole.core.semconv.compile.kind import from_name
from longpole.core.semconv.compile.slots import OPENED, SLOTTED, Slot, resource_keys, span_keys
from longpole.core.semconv.compile.sqltext import Columns, array, nest, quote
from longpole.core.semconv.compile.view import GIVEN, stages, with_extra
from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import Convert, FieldSource, Origin, SemanticMapping

PREFIX = "By"


def explain_query(extra: Sequence[FieldSource] = (), mapping: SemanticMapping = DECLARED) -> str:
    """A query over otel_traces: TraceId, SpanId, and for each field `By<field>`, the row behind it.

    Empty where no row gave a value. Kind is explained as well; what is made of several fields
    (Model, Step, corrected counts) is not. Raises SettingsError as `spans_view` does.
    """
    full = with_extra(mapping, extra)
    return nest("otel_traces", GIVEN, [*stages(full), _columns(full)])


def _columns(mapping: SemanticMapping) -> Columns:
    places = said.Places(mapping, span_keys(mapping), resource_keys(mapping))
    fields: dict[str, list[FieldSource]] = {}
    for source in mapping.fields:
        fields.setdefault(source.field, []).append(source)
    return {
        "TraceId": "toValidUTF8(TraceId)",
        "SpanId": "toValidUTF8(SpanId)",
        f"{PREFIX}Kind": _kind(mapping),
        **{f"{PREFIX}{field}": _first(_ways(sources, places)) for field, sources in fields.items()},
    }


def _kind(mapping: SemanticMapping) -> str:
    keys = (
        (f"KindSaid{number} != ''", quote(f"{Origin.ATTRIBUTE}: {rule.key}"))
        for number, rule in enumerate(mapping.kind_attributes, start=1)
    )
    return _first(
        [
            ("KindFirst != ''", quote(f"{Origin.NAME}")),
            *keys,
            ("KindByName != ''", quote(f"{Origin.NAME}")),
            ("Kind = KindNamed", quote(f"first word of the {Origin.NAME}")),
            ("KindSigned != ''", quote("attributes that only such a span has")),
        ]
    )


def _ways(sources: Sequence[FieldSource], places: said.Places) -> list[tuple[str, str]]:
    """(condition, label) in order of preference; a slot's label is found by its code."""
    ways: dict[str, tuple[str, str]] = {}
    for source in sources:
        if source.origin is Origin.NAME:
            ways[source.key] = (f"{from_name(source, places.mapping)} != ''", _label(source))
            continue
        value = said.value(source, places)
        if source.origin in SLOTTED:
            name, slot = places.slot(source)
            label = _label_of_slot(name, slot, sources, places)
            ways[value] = (f"{attributes.preferred(name, slot)} != ''", label)
        else:
            is_text = source.convert in {Convert.TEXT, Convert.LIST}
            condition = f"{value} != ''" if is_text else f"isNotNull({value})"
            ways[value] = (condition, _label(source))
    return list(ways.values())


def _label_of_slot(
    name: str, slot: Slot, sources: Iterable[FieldSource], places: said.Places
) -> str:
    table = places.resources if name == "Resource" else places.spans
    assert table is not None
    codes = table.codes()
    labels = {
        codes[table.names[source]]: _name(source)
        for source in sources
        if table.names.get(source) in slot.keys
    }
    numbers = ", ".join(map(str, labels))
    code = attributes.preferred_code(name, slot)
    return f"transform({code}, [{numbers}], {array(labels.values())}, '')"


def _label(source: FieldSource) -> str:
    return quote(_name(source))


def _name(source: FieldSource) -> str:
    path = "".join(f" > {step}" for step in source.path) if source.origin in OPENED else ""
    return f"{source.origin}: {source.key}{path}"


def _first(ways: Iterable[tuple[str, str]]) -> str:
    branches = ", ".join(f"{condition}, {label}" for condition, label in ways)
    return f"multiIf({branches}, '')" if branches else "''"
