"""Small pieces of ClickHouse SQL, as text. Nothing here knows what the fields mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence, Set

MAX_TEXT = 1024
MAX_LONG = 65_536
MAX_ITEMS = 64
MAX_COUNT = 10**12

# Columns are written in CamelCase or backticks, and nothing else in these statements is.
NAMES = re.compile(r"`(?:[^`\\]|\\.)*`|\b[A-Z][a-z]\w*")
STRINGS = re.compile(r"'(?:[^'\\]|\\.)*'")

Columns = dict[str, str]
PACKED_STAGES = 5  # with fewer, a tuple costs more than it saves


def quote(text: str) -> str:
    """A string literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\0", "\\0")
    return f"'{escaped}'"


def array(items: Iterable[str]) -> str:
    """An array literal of strings."""
    return "[" + ", ".join(map(quote, items)) + "]"


def lookup(value: str, table: Mapping[str, str], default: str = "''") -> str:
    """`value` translated through a table of constants."""
    keys = sorted(table)
    return f"transform({value}, {array(keys)}, {array(table[key] for key in keys)}, {default})"


def first_text(options: Sequence[str]) -> str:
    """The first that is not empty."""
    return options[0] if len(options) == 1 else f"firstNonDefault({', '.join(options)})"


def first_present(options: Sequence[str]) -> str:
    """The first that is not null."""
    return options[0] if len(options) == 1 else f"coalesce({', '.join(options)})"


def all_of(*conditions: str) -> str:
    """Every condition holds; null counts as no.

    Not written with AND: ClickHouse's optimiser of AND and OR hashes every sub-select below for
    each of them, which made the analysis of an insert ten times slower.
    """
    *heads, last = conditions
    for head in reversed(heads):
        last = f"if({head}, {last}, false)"
    return last


def any_of(*conditions: str) -> str:
    """At least one condition holds; see `all_of`."""
    *heads, last = conditions
    for head in reversed(heads):
        last = f"if({head}, true, {last})"
    return last


def within(value: str, low: str, high: str) -> str:
    """`value` lies between two others, both included."""
    return all_of(f"{value} >= {low}", f"{value} <= {high}")


def words(value: str) -> str:
    """`value` if it can be stored as a short text, else empty."""
    return f"if({is_clean(value, MAX_TEXT)}, {value}, '')"


def is_clean(text: str, limit: int | str) -> str:
    """No longer than a limit, valid UTF-8, no NUL: what can be shown and grouped by."""
    return all_of(
        f"length({text}) <= {limit}", f"position({text}, '\\0') = 0", f"isValidUTF8({text})"
    )


def nest(source: str, given: Collection[str], stages: Sequence[Columns], where: str = "") -> str:
    """SELECTs inside one another, so that every expression is written and computed once.

    `given` are the columns of the source; `where` filters the outermost SELECT by columns of the
    stage below it. Each stage passes on only what is read above it: ClickHouse analyses the text at
    every insert, and every column costs it time. What only the outermost SELECT reads is passed on
    as one tuple.
    """
    packed = _pack(given, stages)
    layers: list[Columns] = []
    read: set[str] = set()
    filtered = _names(where)
    for columns in reversed(packed):
        passed = {name: name for name in sorted(read) if name not in columns}
        layers.append({**passed, **(_needed(columns, read) if layers else columns)})
        read = _read_below(layers[-1]) | (filtered if len(layers) == 1 else set())
    assert read <= set(given), f"read but nowhere computed: {sorted(read - set(given))}"
    *inner, outer = reversed(layers)
    for columns in inner:
        source = f"(\n{_select(columns, source)}\n)"
    return _select(outer, source) + (f"\nWHERE {where}" if where else "")


def _pack(given: Collection[str], stages: Sequence[Columns]) -> list[Columns]:
    """The stages, with one tuple a stage for what nothing but the last reads."""
    *inner, last = stages
    if len(inner) < PACKED_STAGES:
        return list(stages)
    reads = [_read_below(columns) for columns in inner]
    wanted = _read_below(last)
    packed: list[Columns] = []
    places: dict[str, str] = {}
    for number, columns in enumerate(inner):
        made = {**{name: name for name in given if number == 0}, **columns}
        beside = {name for alias, text in columns.items() for name in _names(text) - {alias}}
        only_last = wanted.difference(*reads[number + 1 :], *inner[number + 1 :])
        kept = [name for name in made if name in only_last - beside and name not in places]
        if len(kept) < 2 or len(inner) - number < 2:
            packed.append(columns)
            continue
        places |= {name: f"Packed{number}.{place}" for place, name in enumerate(kept, start=1)}
        rest = {name: text for name, text in columns.items() if name not in kept}
        items = ", ".join(made[name] for name in kept)
        packed.append({**rest, f"Packed{number}": f"tuple({items})"})
    unpacked = {}
    for name, text in last.items():
        # A name that the last stage gives to a column of its own means that one elsewhere in it.
        own = {one: place for one, place in places.items() if one not in last or one == name}
        unpacked[name] = _replaced(text, own)
    return [*packed, unpacked]


def _replaced(expression: str, places: Mapping[str, str]) -> str:
    """The expression with other words for some names; string literals stay."""
    parts = re.split(f"({STRINGS.pattern})", expression)
    return "".join(
        part if part.startswith("'") else NAMES.sub(lambda m: places.get(m[0], m[0]), part)
        for part in parts
    )


def _names(expression: str) -> set[str]:
    return set(NAMES.findall(STRINGS.sub("''", expression)))


def _needed(columns: Columns, read: Set[str]) -> Columns:
    """The columns that are read above, and those that these are made of."""
    needed, new = set(), set(read)
    while new:
        needed |= new
        made = [columns[name] for name in new if name in columns]
        new = {name for text in made for name in _names(text)} - needed
    return {name: text for name, text in columns.items() if name in needed}


def _read_below(columns: Columns) -> set[str]:
    """Names a stage takes from the stage below: not its own aliases, except within themselves."""
    return {
        name
        for alias, expression in columns.items()
        for name in _names(expression)
        if name not in columns or name == alias
    }


def _select(columns: Columns, source: str) -> str:
    lines = ",\n".join(
        f"    {expression}" if expression == name else f"    {expression} AS {name}"
        for name, expression in columns.items()
    )
    return f"SELECT\n{lines}\nFROM {source}"
