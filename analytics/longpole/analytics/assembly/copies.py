"""Sums over calls that another instrumentation reports beside them, in a tree of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.grown import Grown
from longpole.analytics.assembly.kernels import Bools, Ints

SLACK_NS = 20_000_000
MOST = 2**53  # tokens; more are nonsense
# How often each call of a trace may be looked at; bounds the work on any input.
LOOKS = 64
BOTH = ("InputTokens", "OutputTokens")
NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Copies:
    """Sums that only repeat counted calls: `sums[k]` is over `calls[k]` and perhaps more."""

    sums: Ints = field(default_factory=NONE.copy)
    calls: Ints = field(default_factory=NONE.copy)


def find_copies(grown: Grown, sums: Bools, calls: Bools) -> Copies:
    """The spans of `sums` that say exactly what `calls` of other instrumentations add up to.

    Those are all whose middle lies in the sum's time; else those of one agent, those right below
    one span, or one call, in its time. An instrumentation sums a call up once, so a call accounts
    for one sum of each, and for those nested in it.
    """
    at, leaf = _of_shared_traces(grown, np.flatnonzero(sums), np.flatnonzero(calls))
    if not at.size:
        return Copies()
    claims, leaves = _claims(grown, at), _leaves(grown, leaf)
    dialects = pl.concat([claims["dialect"], leaves["dialect"]]).rank("dense").cast(pl.Int64)
    claims = claims.with_columns(dialect=dialects[: at.size])
    leaves = leaves.with_columns(dialect=dialects[at.size :])
    if dialects.n_unique() < 2 or claims.is_empty():
        return Copies()
    taking = _Taking(grown, leaves)
    for claim, own in _in_time(claims, leaves):
        taking.take(claim, own)
    for group in _groups(grown, leaves["index"].to_numpy()):
        rest = taking.rest(claims)
        if not rest.is_empty():
            for claim, own in _in_groups(rest, leaves.with_columns(pl.Series("group", group))):
                taking.take(claim, own)
    return taking.copies


def _of_shared_traces(grown: Grown, sums: Ints, calls: Ints) -> tuple[Ints, Ints]:
    sums = sums[np.isin(grown.trace[sums], grown.trace[calls])]
    return sums, calls[np.isin(grown.trace[calls], grown.trace[sums])]


class _Taking:
    """Gives each claim its calls, unless its instrumentation has summed them up already."""

    def __init__(self, grown: Grown, leaves: pl.DataFrame) -> None:
        self._grown = grown
        self._place, self._end = kernels.preorder(grown.forest.order, grown.forest.parent)
        self._leaf = leaves["index"].to_numpy()
        self._used: dict[int, Bools] = {}
        self._inside = np.zeros(grown.trace.size, np.bool_)  # by place: in a sum that is a copy
        self._found: list[tuple[int, Ints]] = []
        self._taken = np.zeros(grown.trace.size, np.bool_)

    @property
    def copies(self) -> Copies:
        if not self._found:
            return Copies()
        sizes = [own.size for _, own in self._found]
        sums = np.repeat(np.array([index for index, _ in self._found], np.int64), sizes)
        return Copies(sums, self._leaf[np.concatenate([own for _, own in self._found])])

    def take(self, claim: dict[str, int], own: Ints) -> None:
        """`own`: rows of the leaves."""
        index = claim["index"]
        used = self._used.setdefault(claim["dialect"], np.zeros(self._leaf.size, np.bool_))
        nested = self._inside[self._place[index]]
        if self._taken[index] or (not nested and used[own].any()):
            return
        used[own] = True
        self._taken[index] = True
        self._inside[self._place[index] : self._end[index]] = True
        self._found.append((index, own))

    def rest(self, claims: pl.DataFrame) -> pl.DataFrame:
        """The topmost claims of those without calls yet."""
        left = np.zeros(self._taken.size, np.bool_)
        left[claims["index"].to_numpy()] = True
        left &= ~self._taken
        forest = self._grown.forest
        above = kernels.nearest_below(forest.order, forest.parent, left, np.zeros_like(left))
        top = left & (above < 0)
        return claims.filter(pl.Series(top[claims["index"].to_numpy()]))


def _claims(grown: Grown, index: Ints) -> pl.DataFrame:
    """What the sums say, topmost first; `total` is -1 where it says no lone total."""
    place, _ = kernels.preorder(grown.forest.order, grown.forest.parent)
    index = index[np.argsort(place[index])]
    lone = pl.all_horizontal(pl.col(*BOTH).is_null())
    number = pl.col(*BOTH, "TotalTokens").clip(0, MOST).cast(pl.Int64)
    return _timed(grown, index, grown.spans[index].select(number)).with_columns(
        pl.col(*BOTH).fill_null(-1),
        TotalTokens=pl.when(lone).then("TotalTokens").otherwise(None).fill_null(-1),
    )


def _leaves(grown: Grown, index: Ints) -> pl.DataFrame:
    number = pl.col(*BOTH).clip(0, MOST).cast(pl.Int64).fill_null(0)
    middle = (pl.col("start") + (pl.col("end") - pl.col("start")) // 2).alias("middle")
    leaves = _timed(grown, index, grown.spans[index].select(number)).with_columns(middle)
    return leaves.sort("trace", "middle", "index")


def _timed(grown: Grown, index: Ints, said: pl.DataFrame) -> pl.DataFrame:
    return said.with_columns(
        pl.Series("index", index),
        pl.Series("trace", grown.trace[index]),
        pl.Series("start", grown.forest.start[index]),
        pl.Series("end", grown.forest.end[index]),
        dialect=grown["Dialect"][index].cast(pl.String),
    )


def _equal(claims: pl.DataFrame, sums: Ints) -> Bools:
    """Claims that say something, and nothing else than the sums of input and output."""
    said = claims.select(*BOTH, "TotalTokens").to_numpy()
    true = np.column_stack([sums, sums.sum(axis=1)])
    equal: Bools = ((said < 0) | (said == true)).all(axis=1) & (said > 0).any(axis=1)
    return equal


def _in_time(claims: pl.DataFrame, leaves: pl.DataFrame) -> Iterator[tuple[dict[str, int], Ints]]:
    """Claims equal to all calls of others in their time, with these.

    Differences of running sums, over all calls and over those of one instrumentation, tell it of
    every claim at once.
    """
    since, until = (claims["start"] - SLACK_NS).to_numpy(), (claims["end"] + SLACK_NS).to_numpy()
    times = np.concatenate([leaves["middle"].to_numpy(), since, until])
    _, ranks = np.unique(times, return_inverse=True)
    middle, since, until = np.split(ranks, [leaves.height, leaves.height + claims.height])
    width = int(ranks.max()) + 1
    base, own = (frame["trace"].to_numpy() * width for frame in (leaves, claims))
    first, last, sums = _ranges(leaves, base + middle, own + since, own + until)
    apart = int(max(base.max(), own.max())) + width
    by_dialect = leaves["dialect"].to_numpy() * apart, claims["dialect"].to_numpy() * apart
    *_, mine = _ranges(
        leaves, by_dialect[0] + base + middle, by_dialect[1] + own + since,
        by_dialect[1] + own + until,
    )  # fmt: skip
    code = leaves["dialect"].to_numpy()
    sizes = leaves.group_by("trace").agg(pl.len())
    looks = {trace: LOOKS * size for trace, size in sizes.iter_rows()}
    for row in np.flatnonzero(_equal(claims, sums - mine)):
        claim = claims.row(int(row), named=True)
        looks[claim["trace"]] -= int(last[row] - first[row])
        if looks[claim["trace"]] < 0:
            continue
        inside = np.arange(first[row], last[row])
        yield claim, inside[code[inside] != claim["dialect"]]


def _ranges(leaves: pl.DataFrame, key: Ints, since: Ints, until: Ints) -> tuple[Ints, Ints, Ints]:
    """Which leaves by key lie in each range, and what they add up to."""
    order = np.argsort(key, kind="stable")
    sums = np.zeros((key.size + 1, len(BOTH)), np.int64)
    np.cumsum(leaves.select(*BOTH).to_numpy()[order], axis=0, out=sums[1:])
    first = np.searchsorted(key[order], since, "left")
    last = np.searchsorted(key[order], until, "right")
    return first, last, sums[last] - sums[first]


def _groups(grown: Grown, leaf: Ints) -> Iterator[Ints]:
    """What calls may be summed up by: the agent above, the span right above, each for itself."""
    forest = grown.forest
    agents = (grown["Kind"] == "agent").to_numpy(writable=True)
    yield kernels.nearest(forest.order, forest.parent, agents)[leaf]
    yield forest.parent[leaf]
    yield leaf


def _in_groups(claims: pl.DataFrame, leaves: pl.DataFrame) -> Iterator[tuple[dict[str, int], Ints]]:
    """Claims equal to one `group` of calls in their time; of equal ones the first to the first."""
    key = ["trace", *BOTH]
    groups = (
        leaves.with_row_index("row")
        .filter(pl.col("group") >= 0)
        .group_by("trace", "group")
        .agg(
            pl.col(*BOTH).sum(), pl.col("row"), pl.col("middle").min().alias("first"),
            pl.col("middle").max().alias("last"), pl.col("dialect").unique().alias("by"),
        )
        .sort("first", "group")
        .with_columns(number=pl.int_range(pl.len()).over(key))
    )  # fmt: skip
    ranked = claims.filter(pl.all_horizontal(pl.col(*BOTH) >= 0)).sort("start", "index")
    ranked = ranked.with_columns(number=pl.int_range(pl.len()).over(*key, "dialect"))
    in_time = (pl.col("first") >= pl.col("start") - SLACK_NS) & (
        pl.col("last") <= pl.col("end") + SLACK_NS
    )
    worth = pl.sum_horizontal(*BOTH) > 0
    found = ranked.join(groups, on=[*key, "number"], how="inner").filter(
        in_time & worth & ~pl.col("by").list.contains(pl.col("dialect"))
    )
    for claim in found.sort("start", "index").to_dicts():
        yield claim, np.array(claim["row"], np.int64)
