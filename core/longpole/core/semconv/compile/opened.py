"""What is inside the JSON and the literals that some attributes hold, as further keys.

Each such attribute is opened once, whatever the number of fields that read from it; spans without
one pay nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from longpole.core.semconv.compile.attributes import translate
from longpole.core.semconv.compile.slots import INTO, ITEMS, SUMMED, USE, KeyTable, Shape
from longpole.core.semconv.compile.sqltext import MAX_LONG, Columns, all_of, quote
from longpole.core.semconv.model import Origin

# A count under a quoted name. Nothing is evaluated, so it may be anybody's text.
COUNT_IN_LITERAL = r"""['"](\w+)['"]:\s*(\d+)"""
TEXT = "text"
FIRST_ITEM = "1/"


def late_stage(table: KeyTable) -> Columns:
    """Whether plain attributes say already what else would be taken out of a list of messages."""
    return {
        column: f"hasAny(SpanKnown, [{', '.join(map(str, codes))}])"
        for column, codes in _late(table).items()
    }


def stage(table: KeyTable) -> Columns:
    """The column SpanInside: pairs of a code and a text."""
    inner = {key: code for key, code in table.codes().items() if INTO in key}
    if not inner:
        return {"SpanInside": "CAST([], 'Array(Tuple(UInt64, String))')"}
    paths = {
        f"{table.code_of(outer)}{INTO}{path}": code
        for key, code in inner.items()
        for outer, _, path in [key.partition(INTO)]
    }
    found = translate(f"concat(toString(code), {quote(INTO)}, pair.1)", paths)
    each = f"arrayMap(pair -> (toUInt64({found}), pair.2), {_pairs(table)})"
    first = table.end(Shape.LONG)
    codes = f"arrayFilter(code -> code >= {first}, SpanKnown)"
    texts = f"arrayFilter((text, code) -> code >= {first}, SpanTexts, SpanKnown)"
    short = f"arrayMap(text -> if(length(text) <= {MAX_LONG}, text, ''), {texts})"
    flat = f"arrayFlatten(arrayMap((code, text) -> {each}, {codes}, {short}))"
    return {"SpanInside": f"arrayFilter(pair -> pair.1 != 0, {flat})"}


def _pairs(table: KeyTable) -> str:
    """Every way to open an attribute, each for the attributes that are opened so."""
    ways = [
        (_keys(table, (Origin.JSON,)), _objects(TEXT)),
        (_keys(table, (Origin.REPR,)), _literals(TEXT)),
        (_keys(table, (Origin.LENGTH,)), _lengths(TEXT)),
        (_keys(table, (Origin.SUM,)), _sums(TEXT)),
        (_used_twice(table), _uses(TEXT, _most_uses(table))),
    ]
    parts = [f"if({_is(table, keys)}, {pairs}, [])" for keys, pairs in ways if keys]
    if first := _first_items(table, TEXT):
        parts.append(first)
    return f"arrayConcat({', '.join(parts)})"


def _objects(text: str) -> str:
    """Members of a JSON object and of objects in it; or the scalar that it is."""
    members = f"JSONExtractKeysAndValues({text}, 'String')"
    inner = "arrayMap(low -> (concat(up.1, '/', low.1), low.2), "
    inner += "JSONExtractKeysAndValues(up.2, 'String'))"
    nested = f"arrayFlatten(arrayMap(up -> {inner}, arrayFilter(up -> startsWith(up.2, '{{'), "
    nested += f"{members})))"
    scalar = f"if(startsWith({text}, '\"'), JSONExtract({text}, 'String'), {text})"
    is_scalar = f"NOT has(['{{', '['], substring({text}, 1, 1))"
    return f"arrayConcat({members}, {nested}, if({is_scalar}, [('', {scalar})], []))"


def _literals(text: str) -> str:
    groups = f"extractAllGroupsVertical({text}, {quote(COUNT_IN_LITERAL)})"
    return f"arrayMap(group -> (group[1], group[2]), {groups})"


def _lengths(text: str) -> str:
    count = f"toString(JSONLength({text}))"
    return f"if(startsWith({text}, '['), [({quote(ITEMS)}, {count})], [])"


def _sums(text: str) -> str:
    members = f"JSONExtractKeysAndValues({text}, 'Float64')"
    total = f"toString(arraySum(member -> member.2, {members}))"
    return f"if({members} = [], [], [({quote(SUMMED)}, {total})])"


def _uses(text: str, most: int) -> str:
    return "[" + ", ".join(f"({quote(f'{USE}{n + 1}')}, {text})" for n in range(most)) + "]"


def _first_items(table: KeyTable, text: str) -> str:
    """Members of the first object of a list, where they are needed at all."""
    keys = [key for key in _keys(table, (Origin.JSON,)) if _is_list(table, key)]
    if not keys:
        return ""
    needed = all_of(_is(table, keys), *(f"NOT {column}" for column in _late(table)))
    first = f"JSONExtractRaw(if(startsWith({text}, '['), {text}, ''), 1)"
    pairs = f"arrayMap(pair -> (concat({quote(FIRST_ITEM)}, pair.1), pair.2), "
    pairs += f"JSONExtractKeysAndValues({first}, 'String'))"
    return f"if({needed}, {pairs}, [])"


def _keys(table: KeyTable, origins: Iterable[Origin]) -> list[str]:
    return list(dict.fromkeys(source.key for source in table.names if source.origin in origins))


def _used_twice(table: KeyTable) -> list[str]:
    named = (name.partition(INTO) for name in table.names.values())
    return list(dict.fromkeys(key for key, _, path in named if path.startswith(USE)))


def _most_uses(table: KeyTable) -> int:
    paths = (name.partition(INTO)[2] for name in table.names.values())
    return max((int(path[1:]) for path in paths if path.startswith(USE)), default=0)


def _is_list(table: KeyTable, key: str) -> bool:
    return any(name.startswith(f"{key}{INTO}{FIRST_ITEM}") for name in table.names.values())


def _is(table: KeyTable, keys: Iterable[str]) -> str:
    codes = [str(table.code_of(key)) for key in keys]
    return f"code = {codes[0]}" if len(codes) == 1 else f"code IN [{', '.join(codes)}]"


def _late(table: KeyTable) -> dict[str, list[int]]:
    """Columns that tell whether a field of first items has a plain attribute, with its codes."""
    codes = table.codes()
    fields = {source.field for source, name in table.names.items() if f"{INTO}{FIRST_ITEM}" in name}
    return {
        f"Has{field}": [
            codes[name]
            for source, name in table.names.items()
            if source.field == field and INTO not in name
        ]
        for field in sorted(fields)
    }
