"""Conditions that hold for spans of some kinds or dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from longpole.core.semconv.compile.slots import Limit
from longpole.core.semconv.compile.sqltext import Columns, all_of, array, quote
from longpole.core.semconv.model import DialectRule, FieldSource

NO_RANK = 999


def ranks(dialects: Sequence[DialectRule]) -> Mapping[str, tuple[int, ...]]:
    """Dialect -> the places of its rules, counted from one."""
    found: dict[str, tuple[int, ...]] = {}
    for rank, rule in enumerate(dialects, start=1):
        found[rule.dialect] = (*found.get(rule.dialect, ()), rank)
    return found


def is_dialect(names: Sequence[str], dialects: Sequence[DialectRule]) -> str:
    """The span is of one of these dialects; numbers compare faster than names."""
    known = ranks(dialects)
    wanted = [rank for name in names for rank in known.get(name, ())]
    if len(wanted) == 1:
        return f"DialectRank = {wanted[0]}"
    return f"DialectRank IN [{', '.join(map(str, wanted or [0]))}]"


def is_kind(names: Sequence[str]) -> str:
    """The span is of one of these kinds."""
    return f"Kind IN {array(names)}"


def limit(source: FieldSource, dialects: Sequence[DialectRule]) -> str:
    """The condition under which a row of the mapping is read; '' for always."""
    return condition((source.kinds, source.dialects), dialects)


def condition(limit: Limit, dialects: Sequence[DialectRule]) -> str:
    """The span is of the kinds and dialects of a limit; '' for always."""
    kinds, names = limit
    conditions = []
    if names:
        conditions.append(is_dialect(names, dialects))
    if kinds:
        conditions.append(is_kind(kinds))
    return all_of(*conditions) if conditions else ""


def stage(limits: Sequence[Limit], dialects: Sequence[DialectRule]) -> Columns:
    """The column Allowed: bit n says that limit n holds."""
    places = ranks(dialects)
    by_kind = _bits("Kind", [[quote(kind) for kind in kinds] for kinds, _ in limits])
    by_rank = _bits(
        "DialectRank",
        [[str(rank) for name in names for rank in places[name]] for _, names in limits],
    )
    return {"Allowed": f"bitAnd({by_kind}, {by_rank})"}


def _bits(column: str, wanted: Sequence[Sequence[str]]) -> str:
    """The bits of the limits that this column allows; a limit that wants nothing allows all."""
    always = sum(2**number for number, keys in enumerate(wanted) if not keys)
    bits = {key: always for keys in wanted for key in keys}
    for number, keys in enumerate(wanted):
        for key in set(keys):
            bits[key] += 2**number
    if not bits:
        return f"toUInt64({always})"
    numbers = ", ".join(map(str, bits.values()))
    return f"toUInt64(transform({column}, [{', '.join(bits)}], [{numbers}], {always}))"
