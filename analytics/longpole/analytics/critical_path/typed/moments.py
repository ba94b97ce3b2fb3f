"""When a model call left the queue and gave its first token."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from longpole.analytics.critical_path.first_token import MODEL_KINDS, TTFT_SLACK_S
from longpole.analytics.critical_path.forest import Forest
from longpole.analytics.critical_path.path_kernels import Bytes
from longpole.analytics.critical_path.tree_kernels import Ints

# Some servers send nanoseconds under a name that once meant seconds; no call waits for so long.
LONGEST_S = 1e6
MODEL_TIMES = ("TtftS", "QueueS", "PrefillS", "DecodeS")
CLIENT = 1


@dataclass(frozen=True)
class Moments:
    """Of each span, ns from its start: the end of its queue (0: none known), and its first token.

    `token` is -1 where none is known.
    """

    queue: Ints
    token: Ints

    @property
    def known(self) -> np.ndarray:
        """Spans of which one of both is known."""
        return np.asarray((self.queue > 0) | (self.token >= 0))


def moments(spans: pl.DataFrame, duration: Ints) -> Moments:
    """Read TtftS, QueueS, PrefillS and DecodeS (seconds, null if unknown), where there are any.

    The first token is as said; else after queue and prefill; else before the decode. A time that
    is longer than its span counts for nothing, unless it fits when read as nanoseconds. Kind, if
    there, says which spans are a model's; else each may be.
    """
    asked = [name for name in MODEL_TIMES if name in spans.columns]
    said = [name for name in asked if spans[name].null_count() < len(spans)]
    if not said:
        return Moments(np.zeros(duration.size, np.int64), np.full(duration.size, -1, np.int64))
    seconds = pl.Series("s", duration) / 1e9
    times = spans.select(
        *(_fits(name, seconds).alias(name) for name in said),
        *(pl.lit(None, pl.Float64).alias(name) for name in MODEL_TIMES if name not in said),
    ).with_columns(s=seconds)
    after_prefill = pl.col("QueueS").fill_null(0) + pl.col("PrefillS")
    token = pl.coalesce("TtftS", after_prefill, pl.col("s") - pl.col("DecodeS"))
    is_model = pl.Series(np.ones(len(spans), np.bool_))
    if "Kind" in spans.columns:
        is_model = spans["Kind"].is_in(MODEL_KINDS)
    found = times.with_columns(token=token, is_model=is_model).select(
        token=_ns(pl.when("is_model").then("token"), -1),
        queue=_ns(pl.when("is_model").then("QueueS"), 0),
    )
    tokens = np.minimum(found["token"].to_numpy(writable=True), duration)
    queue = np.minimum(found["queue"].to_numpy(writable=True), duration)
    return Moments(np.where(tokens >= 0, np.minimum(queue, tokens), queue), tokens)


def carried(forest: Forest, spans: pl.DataFrame, kind: Bytes, start: Ints, own: Moments) -> Moments:
    """The same with the moments of a model call given to the HTTP requests that it is made of."""
    if "Kind" not in spans.columns or not own.known.any():
        return own
    parent = np.maximum(forest.parent, 0)
    carries = (forest.parent >= 0) & own.known[parent] & ~own.known & (kind == CLIENT)
    carries &= (spans["Kind"] == "other").to_numpy()
    late = start - start[parent]
    token = np.where(own.token[parent] >= 0, np.maximum(own.token[parent] - late, 0), -1)
    return Moments(
        np.where(carries, np.maximum(own.queue[parent] - late, 0), own.queue),
        np.where(carries, token, own.token),
    )


def _fits(name: str, seconds: pl.Series) -> pl.Expr:
    said = pl.col(name).cast(pl.Float64)
    most = seconds + TTFT_SLACK_S
    as_ns = said / 1e9
    return (
        pl.when(said.is_between(0, most))
        .then(said)
        .when((said > LONGEST_S) & (as_ns <= most))
        .then(as_ns)
    )


def _ns(value: pl.Expr, unknown: int) -> pl.Expr:
    return (value * 1e9).round().cast(pl.Int64).fill_null(unknown).clip(unknown)
