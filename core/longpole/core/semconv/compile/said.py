"""What a span says in each field: slots and events read in order of preference.

A field's column is named `Said<Field>`: text fields are '' and others null when nothing is said.
A list is a text until `plausible_stage`, which reads it more than once.
"""

from __future__ import annotations

from dataclasses import dataclass

from longpole.core.semconv.compile import attributes
from longpole.core.semconv.compile.convert import event_since_start, scalar, text_list
from longpole.core.semconv.compile.limits import limit
from longpole.core.semconv.compile.slots import SLOTTED, KeyTable, Shape, Slot
from longpole.core.semconv.compile.sqltext import (
    Columns,
    first_present,
    first_text,
    quote,
    within,
    words,
)
from longpole.core.semconv.model import Convert, FieldSource, Origin, SemanticMapping

TTFT_SLACK_S = 0.01
DAY_S = 86_400
# Counts that some senders give apart from their wholes or parts, and with names that may differ.
WHOLES = ("InputTokens", "OutputTokens", "ReasoningTokens")
# Ways to tell a time that are columns of their own, because they are told apart later.
APART = {Convert.SINCE_START: "Event", Convert.MOMENT: "Moment"}
KEYS = "mapKeys(SpanAttributes)"
NO_KEYS = "CAST([], 'Array(LowCardinality(String))')"
PHASES = ("EngineE2e", "Queue", "Prefill", "Decode", "Tpot")


@dataclass(frozen=True)
class Places:
    """Where the sources of a mapping are found."""

    mapping: SemanticMapping
    spans: KeyTable
    resources: KeyTable | None = None

    def slot(self, source: FieldSource) -> tuple[str, Slot]:
        """The attribute map and the slot of a source."""
        if source.origin is Origin.RESOURCE:
            assert self.resources is not None
            return "Resource", self.resources.slot_of(source)
        return "Span", self.spans.slot_of(source)


def said_stage(places: Places) -> Columns:
    """One column for each field, and for the whole counts whether they leave out their parts."""
    fields = by_field(places.mapping)
    columns = {f"Said{field}": _read(sources, places) for field, sources in fields.items()}
    for field in WHOLES:
        columns[f"{field}Beside"] = _beside(fields.get(field, []), places)
        columns[f"{field}Differ"] = _differ(fields.get(field, []), places)
    return columns


def by_field(mapping: SemanticMapping) -> dict[str, list[FieldSource]]:
    """Sources of each field but those in span names, which need the kind."""
    grouped: dict[str, list[FieldSource]] = {}
    for source in mapping.fields:
        if source.origin is not Origin.NAME:
            grouped.setdefault(source.field + APART.get(source.convert, ""), []).append(source)
    return grouped


def value(source: FieldSource, places: Places) -> str:
    """What the slot or event of a source gives, as text, list text or nullable value."""
    if source.origin is Origin.EVENT:
        return event_since_start(quote(source.key))
    if source.origin is Origin.NUMBERED:
        return _numbered(source, places)
    text = _text(source, places)
    if source.convert in {Convert.TEXT, Convert.LIST}:
        return text
    # What was kept of attributes is within the limits of its shape.
    if source.convert is Convert.UINT:
        return f"toUInt64OrNull({text})"
    if source.convert is Convert.REAL and source.origin in SLOTTED:
        return f"toFloat64OrNull({text})"
    return scalar(source.convert, text)


def plausible_stage(mapping: SemanticMapping) -> Columns:
    """Lists, and only times that can be: of a first token in the span, of a phase in a day."""
    limits = {
        **dict.fromkeys(("Ttft", "TtftMoment", "TtftEvent"), f"(Duration / 1e9 + {TTFT_SLACK_S})"),
        **dict.fromkeys(PHASES, str(DAY_S)),
    }
    columns = {f"Said{field}": longest for field, longest in limits.items()}
    said = {f"Said{field}" for field in by_field(mapping)}
    times = {
        column: f"if({within(column, '0', longest)}, {column}, NULL)"
        for column, longest in columns.items()
        if column in said
    }
    lists = {source.field for source in mapping.fields if source.convert is Convert.LIST}
    return times | {f"Said{field}": text_list(f"Said{field}") for field in sorted(lists)}


def _text(source: FieldSource, places: Places) -> str:
    if source.origin is Origin.EVENT_ATTRIBUTE:
        event = f"`Events.Attributes`[indexOf(`Events.Name`, {quote(source.key)})]"
        condition = limit(source, places.mapping.dialects)
        text = words(f"{event}[{quote(source.path[0])}]")
        return f"if({condition}, {text}, '')" if condition else text
    name, slot = places.slot(source)
    text = attributes.preferred(name, slot)
    return words(text) if slot.shape is Shape.LONG and source.convert is Convert.TEXT else text


def _numbered(source: FieldSource, places: Places) -> str:
    prefix = f"{source.key}."
    condition = limit(source, places.mapping.dialects)
    keys = f"if({condition}, {KEYS}, {NO_KEYS})" if condition else KEYS
    number = f"substringIndex(substring(key, {len(prefix) + 1}), '.', 1)"
    here = f"arrayFilter(key -> startsWith(key, {quote(prefix)}), {keys})"
    return f"nullIf(toUInt64(arrayUniq(arrayMap(key -> {number}, {here}))), 0)"


def _read(sources: list[FieldSource], places: Places) -> str:
    read = list(dict.fromkeys(value(source, places) for source in sources))
    texts = sources[0].convert in {Convert.TEXT, Convert.LIST}
    return first_text(read) if texts else first_present(read)


def _slots(sources: list[FieldSource], places: Places) -> list[tuple[str, Slot]]:
    """The slots of a field, most preferred first."""
    found = [places.slot(source) for source in sources if source.origin in SLOTTED]
    return [slot for place, slot in enumerate(found) if slot not in found[:place]]


def _beside(sources: list[FieldSource], places: Places) -> str:
    """The count that holds is one that leaves out its parts."""
    codes = places.spans.codes()
    apart = [str(codes[places.spans.names[source]]) for source in sources if source.beside]
    if not apart:
        return "false"
    found = [attributes.preferred_code(*slot) for slot in _slots(sources, places)]
    return f"{first_text(found)} IN [{', '.join(dict.fromkeys(apart))}]"


def _differ(sources: list[FieldSource], places: Places) -> str:
    """The two most preferred counts are not the same."""
    found = _slots(sources, places)
    if not found:
        return "false"
    name, slot = found[0]
    place = f"indexOf({name}Slots, {slot.number})"
    another = f"{name}Slots[{place} + 1] = {slot.number}"
    return f"if({another}, {name}Sorted[{place}] != {name}Sorted[{place} + 1], false)"
