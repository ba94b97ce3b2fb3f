"""What a span says in each field: slots, JSON and events read in order of preference.

A field's column is named `Said<Field>`: text fields are '' and others null when nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping

from longpole.core.semconv.compile.attributes import column
from longpole.core.semconv.compile.slots import KeyTable, Shape
from longpole.core.semconv.compile.sqltext import (
    MAX_COUNT,
    MAX_ITEMS,
    MAX_TEXT,
    Columns,
    all_of,
    any_of,
    array,
    first_present,
    first_text,
    is_clean,
    quote,
    within,
    words,
)
from longpole.core.semconv.model import Convert, FieldSource, Origin, SemanticMapping

SECONDS_PER = {Convert.SECONDS: 1.0, Convert.MILLISECONDS: 1e-3, Convert.NANOSECONDS: 1e-9}
TTFT_SLACK_S = 0.01
HALF_OF_LAST_DIGIT = "5e-10"  # a cast to Decimal cuts off; this makes it round

Tables = Mapping[Origin, tuple[str, KeyTable]]


def inner_stage(mapping: SemanticMapping, tables: Tables) -> Columns:
    """One column for each source inside JSON or an event.

    JSON is parsed only where the attributes preferred to it are empty. The condition picks the
    text, not the result, so that it also saves work where branches are evaluated eagerly.
    """
    columns: Columns = {}
    for sources in _by_field(mapping).values():
        before: list[str] = []
        for source in sources:
            if source.origin is Origin.JSON:
                text = _slot(source, tables)
                needed = f"if({first_text(before)} = '', {text}, '')" if before else text
                path = ", ".join(map(quote, source.path))
                columns[_inner_column(source)] = f"JSONExtractString({needed}, {path})"
            elif source.origin is Origin.EVENT_ATTRIBUTE:
                event = f"`Events.Attributes`[indexOf(`Events.Name`, {quote(source.key)})]"
                columns[_inner_column(source)] = f"{event}[{quote(source.path[0])}]"
            elif source.origin is not Origin.EVENT and _slot(source, tables) not in before:
                before.append(_slot(source, tables))
    return columns


def said_stage(mapping: SemanticMapping, tables: Tables) -> Columns:
    """One column for each field."""
    return {f"Said{field}": _read(sources, tables) for field, sources in _by_field(mapping).items()}


def _by_field(mapping: SemanticMapping) -> dict[str, list[FieldSource]]:
    """Sources of each field that do not need the kind; events count as a field of their own."""
    grouped: dict[str, list[FieldSource]] = {}
    for source in mapping.fields:
        if source.origin is not Origin.NAME:
            event = "Event" if source.origin is Origin.EVENT else ""
            grouped.setdefault(source.field + event, []).append(source)
    return grouped


def _read(sources: list[FieldSource], tables: Tables) -> str:
    read = list(dict.fromkeys(_value(source, tables) for source in sources))
    if sources[0].convert is Convert.TEXT:
        return first_text(read)
    if sources[0].convert is Convert.LIST:
        return _list(first_text(read))
    return first_present(read)


def _value(source: FieldSource, tables: Tables) -> str:
    if source.origin is Origin.EVENT:
        return _plausible_ttft(_since_start(source.key))
    if source.origin in {Origin.JSON, Origin.EVENT_ATTRIBUTE}:
        text, shape = words(_inner_column(source)), Shape.TEXT
    else:
        text = _slot(source, tables)
        shape = tables[source.origin][1].slot_of(source.key).shape
    if shape is Shape.LONG and source.convert is Convert.TEXT:
        text = words(text)
    if source.convert in {Convert.TEXT, Convert.LIST}:
        return text
    if source.convert is Convert.UINT and shape is Shape.WHOLE:
        return f"toUInt64OrNull({text})"
    return _scalar(source.convert, text)


def _slot(source: FieldSource, tables: Tables) -> str:
    name, table = tables[source.origin]
    return column(name, table.slot_of(source.key).number)


def _inner_column(source: FieldSource) -> str:
    name = "/".join(("inner", source.field, source.key, *source.path))
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _list(text: str) -> str:
    items = f"JSONExtract(if(startsWith({text}, '['), {text}, ''), 'Array(String)')"
    no_single = any_of(f"{text} = ''", f"startsWith({text}, '[')")
    one = f"if({no_single}, [], [{text}])"
    keep = all_of("item != ''", is_clean("item", MAX_TEXT))
    return f"arraySlice(arrayFilter(item -> {keep}, arrayConcat({items}, {one})), 1, {MAX_ITEMS})"


def _scalar(convert: Convert, text: str) -> str:
    if convert is Convert.UINT:
        return f"if(toUInt64OrNull({text}) <= {MAX_COUNT}, toUInt64OrNull({text}), NULL)"
    if convert is Convert.BOOL:
        flags = array(("true", "1", "false", "0"))
        number = f"transform(lower({text}), {flags}, [1, 1, 0, 0], NULL)"
        return f"CAST({number}, 'Nullable(Bool)')"
    real = f"toFloat64OrNull({text})"
    if convert is Convert.MONEY:
        rounded = f"accurateCastOrNull({real} + {HALF_OF_LAST_DIGIT}, 'Decimal(18, 9)')"
        return f"if({real} >= 0, {rounded}, NULL)"
    scale = SECONDS_PER[convert]
    return _plausible_ttft(real if scale == 1 else f"({real} * {scale})")


def _plausible_ttft(seconds: str) -> str:
    inside = within(seconds, "0", f"(Duration / 1e9 + {TTFT_SLACK_S})")
    return f"if({inside}, {seconds}, NULL)"


def _since_start(event: str) -> str:
    place = f"indexOf(`Events.Name`, {quote(event)})"
    nanos = f"toUnixTimestamp64Nano(`Events.Timestamp`[{place}]) - toUnixTimestamp64Nano(Timestamp)"
    return f"if({place} = 0, NULL, ({nanos}) / 1e9)"
