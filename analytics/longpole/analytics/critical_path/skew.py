"""How far the clocks of two processes are apart, from all traces given."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.critical_path import skew_kernels as kernels
from longpole.analytics.critical_path.forest import Forest
from longpole.analytics.critical_path.skew_kernels import Bools, Bytes
from longpole.analytics.critical_path.tree_kernels import Ints

MIN_CALLS = 5
PAIR = ["first", "second"]
CLOCK_FLAG = 64


def clock_offsets(
    forest: Forest, kind: Bytes, process: Ints, flags: Bytes
) -> tuple[Ints, Bools]:  # fmt: skip
    """Ns to add to each server's span below a client's of another process, and where that is known.

    A call says that the offset of the two clocks lies in an interval: the server can only have
    worked inside the client's span. Of a pair with MIN_CALLS calls or more, in both directions
    together, the value that satisfies most of them is taken, the middle where many do; 0 if that
    satisfies as many, so that no skew is seen where none is needed. It is not known where that is
    not the greater part of the calls, or beyond MAX_SKEW_NS.
    """
    offset, known = np.zeros(kind.size, np.int64), np.zeros(kind.size, np.bool_)
    server = _calls(forest, kind, process, flags)
    calls = _intervals(forest, process, server)
    numerous = calls.filter(pl.len().over(PAIR) >= MIN_CALLS)
    if numerous.is_empty():
        return offset, known
    pairs = _best(numerous)
    of_call = calls.join(pairs, on=PAIR, how="left", maintain_order="left")
    signed = pl.when("turned").then(-pl.col("offset")).otherwise("offset").fill_null(0)
    offset[server] = of_call.select(signed).to_series().to_numpy()
    known[server] = of_call["offset"].is_not_null().to_numpy()
    return offset, known


def _calls(forest: Forest, kind: Bytes, process: Ints, flags: Bytes) -> Ints:
    """Servers' spans below a client's of another known process, no longer than it."""
    parent = np.maximum(forest.parent, 0)
    length = forest.end - forest.start
    call = (forest.parent >= 0) & (kind == kernels.SERVER) & (kind[parent] == kernels.CLIENT)
    call &= (process > 0) & (process[parent] > 0) & (process != process[parent])
    # A clock that was never set says nothing beside one that was; two of one sort can be compared.
    call &= ((flags ^ flags[parent]) & CLOCK_FLAG) == 0
    return np.flatnonzero(call & (length <= length[parent]))


def _intervals(forest: Forest, process: Ints, server: Ints) -> pl.DataFrame:
    """The offsets that each call allows, of the second process against the first."""
    client = forest.parent[server]
    low = forest.start[client] - forest.start[server]
    high = forest.end[client] - forest.end[server]
    turned = process[client] > process[server]
    return pl.DataFrame(
        {
            "first": np.minimum(process[client], process[server]),
            "second": np.maximum(process[client], process[server]),
            "turned": turned,
            "low": np.where(turned, -high, low),
            "high": np.where(turned, -low, high),
        }
    )


def _best(calls: pl.DataFrame) -> pl.DataFrame:
    """The offset of each pair, null where none holds for most of its calls."""
    of_pair = calls.group_by(PAIR).agg(
        calls=pl.len(), without=((pl.col("low") <= 0) & (pl.col("high") >= 0)).sum()
    )
    edges = pl.concat(
        [
            calls.select(*PAIR, at="low", step=pl.lit(1)),
            calls.select(*PAIR, at="high", step=pl.lit(-1)),
        ]
    ).sort(*PAIR, "at", "step", descending=[False, False, False, True])
    held = edges.with_columns(
        holds=pl.col("step").cum_sum().over(PAIR), until=pl.col("at").shift(-1).over(PAIR)
    )
    best = (
        held.filter(pl.col("holds") == pl.col("holds").max().over(PAIR))
        .with_columns(offset=(pl.col("at") + (pl.col("until") - pl.col("at")) // 2))
        .sort(*PAIR, pl.col("offset").abs(), "offset")
        .unique(PAIR, keep="first", maintain_order=True)
    )
    joined = of_pair.join(best, on=PAIR)
    fits = (pl.col("holds") * 2 > pl.col("calls")) & (pl.col("offset").abs() <= kernels.MAX_SKEW_NS)
    offset = pl.when(pl.col("without") >= pl.col("holds")).then(0).when(fits).then("offset")
    return joined.select(*PAIR, offset=offset)
