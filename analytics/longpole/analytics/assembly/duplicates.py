"""Model calls that several spans report which are not nested: two instrumentations, a gateway."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.assembly import duplicate_kernels as kernels
from longpole.analytics.assembly.columns import TOKENS
from longpole.analytics.assembly.grown import Grown
from longpole.analytics.assembly.kernels import Bools, Ints

FETCHES = ("fetch_response",)
DIALECTS = 62  # bits of a number; more of them share bits, and then seem one
# Of a model's name: what stands before the model, then its date, number or state of release.
BEFORE = r"^(?:.*/)?(?:(?:us|eu|apac|global)\.)?(?:(?:anthropic|amazon|meta|mistral|cohere)\.)?"
AFTER = r"(?:[-@:.]v?(?:\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|\d{3,8}|\d+:\d+|latest|preview|exp))+$"


def same_calls(grown: Grown, calls: Bools, owned: Ints) -> Ints:
    """For each span the span that reports its call best; itself where nothing else reports it.

    `calls` report usage, `owned[i]` is the topmost of those that i is nested in, else negative.
    Best is what says more than zero, then what knows all counts, is highest, earliest, longest.
    """
    itself = np.arange(owned.size)
    mixed = _mixed(grown, calls)
    if not mixed.any():
        return itself
    dialect = _bits(grown["Dialect"])
    reports = _reports(grown, mixed, owned, dialect)
    joined = itself.copy()
    _join_by_id(reports.filter(pl.col("id") != ""), joined)
    seen = kernels.gather(joined, np.where(calls, owned, -1), dialect)
    _join_by_tokens(reports.filter(pl.col("call") == pl.col("index")), seen, joined)
    return kernels.best_of_each(joined, _by_rank(grown, reports["call"].unique()))


def _mixed(grown: Grown, calls: Bools) -> Bools:
    """The calls of traces in which another instrumentation or service might report them too."""
    mixed = np.zeros(calls.size, np.bool_)
    trace = grown.trace[calls]
    if not trace.size:
        return mixed
    begin = np.flatnonzero(np.diff(trace, prepend=-1))
    several = np.zeros(begin.size, np.bool_)
    for name in ("Dialect", "Service"):
        codes = _codes(grown[name])[calls]
        several |= np.maximum.reduceat(codes, begin) != np.minimum.reduceat(codes, begin)
    fetched = grown["Operation"].is_in(FETCHES).to_numpy(writable=True)[calls]
    several |= np.maximum.reduceat(fetched, begin)
    mixed[calls] = np.repeat(several, np.diff(begin, append=trace.size))
    return mixed


def _codes(texts: pl.Series) -> Ints:
    return texts.rank("dense").cast(pl.Int64).to_numpy(writable=True)


def _bits(texts: pl.Series) -> Ints:
    return np.int64(1) << (_codes(texts) % DIALECTS)


def _reports(grown: Grown, mixed: Bools, owned: Ints, dialect: Ints) -> pl.DataFrame:
    """The spans that might report one call, by trace, start and place."""
    index = np.flatnonzero(mixed)
    spans = grown.spans[index].select(
        "InputTokens", "OutputTokens", "Service", id="ResponseId",
        fetches=pl.col("Operation").is_in(FETCHES), family=_family(pl.col("Model")),
    )  # fmt: skip
    return spans.with_columns(
        pl.Series("index", index),
        pl.Series("trace", grown.trace[index]),
        pl.Series("call", owned[index]),
        pl.Series("start", grown.forest.start[index]),
        pl.Series("end", grown.forest.end[index]),
        pl.Series("dialect", dialect[index]),
        service=pl.col("Service").rank("dense").cast(pl.Int64),
        family=pl.when(pl.col("family") == "").then(-1).otherwise(_dense("family")),
    )


def _dense(name: str) -> pl.Expr:
    return pl.col(name).rank("dense").cast(pl.Int64)


def _family(model: pl.Expr) -> pl.Expr:
    """A model's name without provider, date and release: one model has many names."""
    name = model.cast(pl.String).str.to_lowercase()
    return name.str.replace(BEFORE, "").str.replace(AFTER, "")


def _join_by_id(reports: pl.DataFrame, joined: Ints) -> None:
    rows, offsets = _buckets(reports, ["trace", "id"])
    if rows.height:
        kernels.join_by_id(
            offsets,
            _array(rows, "start"),
            _array(rows, "end"),
            _array(rows, "dialect"),
            _array(rows, "service"),
            rows["fetches"].to_numpy(writable=True),
            _array(rows, "call"),
            joined,
        )


def _join_by_tokens(reports: pl.DataFrame, seen: Ints, joined: Ints) -> None:
    known = reports.filter(pl.col("InputTokens").is_not_null()).with_columns(
        pl.col("OutputTokens").fill_null(0)  # an embedding has none, or says so
    )
    rows, offsets = _buckets(known, ["trace", "InputTokens", "OutputTokens"])
    if rows.height:
        kernels.join_by_tokens(
            offsets,
            _array(rows, "start"),
            _array(rows, "end"),
            _array(rows, "family"),
            _array(rows, "call"),
            seen,
            joined,
        )


def _buckets(reports: pl.DataFrame, key: list[str]) -> tuple[pl.DataFrame, Ints]:
    """The reports that share a key with others, by key and time; where each key begins."""
    rows = reports.filter(pl.len().over(key) > 1).sort(*key, "start", "end", "index")
    sizes = rows.select(pl.struct(key).rle().struct.field("len")).to_series()
    return rows, np.concatenate([[0], np.cumsum(sizes.to_numpy())]).astype(np.int64)


def _array(rows: pl.DataFrame, name: str) -> Ints:
    return rows[name].to_numpy(writable=True)


def _by_rank(grown: Grown, calls: pl.Series) -> Ints:
    index = calls.sort().to_numpy()
    ranked = grown.spans[index].select(
        zero=~pl.any_horizontal((pl.col(*TOKENS, "TotalTokens") > 0).fill_null(False)),
        partly=pl.col("InputTokens").is_null()
        | (pl.col("OutputTokens").is_null() & (pl.col("Kind") == "llm")),
        depth=pl.Series(grown.forest.depth[index]),
        start=pl.Series(grown.forest.start[index]),
        end=-pl.Series(grown.forest.end[index]),
        index=pl.Series(index),
    )
    return _array(ranked.sort(pl.all()), "index")
