"""Conditions that hold for spans of some kinds or dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from longpole.core.semconv.compile.slots import Limit
from longpole.core.semconv.compile.sqltext import Columns, all_of, array
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
    bits = "toUInt64(1)"
    for number, one in enumerate(limits[1:], start=1):
        bits = f"bitOr({bits}, if({condition(one, dialects)}, {2**number}, 0))"
    return {"Allowed": bits}
