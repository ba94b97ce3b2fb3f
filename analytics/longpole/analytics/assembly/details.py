"""What a counted call does not say of itself, from other reports of the same call."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.assembly.columns import CALL_KINDS, PART_TOKENS, PHASES, TEXT, TOKENS
from longpole.analytics.assembly.duplicates import AFTER
from longpole.analytics.assembly.grown import Grown
from longpole.analytics.assembly.kernels import Bools
from longpole.analytics.assembly.owners import NEVER_COUNTED, Ownership

COUNTS = (*TOKENS, *PART_TOKENS)
TEXTS = ("Provider", "ServiceTier", "TtftSource")
VALUES = (*COUNTS, "TtftS", "Streaming", "TpotS", *PHASES)
# A count and what it is a part of: a part taken over never exceeds it.
PARTS_OF = {
    "CacheReadTokens": "InputTokens",
    "CacheWriteTokens": "InputTokens",
    "CacheWrite1hTokens": "CacheWriteTokens",
    "InputAudioTokens": "InputTokens",
    "InputImageTokens": "InputTokens",
    "ReasoningTokens": "OutputTokens",
    "OutputAudioTokens": "OutputTokens",
    "OutputImageTokens": "OutputTokens",
}
FILLED = "details_filled"


def take_details(grown: Grown, usage: Ownership, spans: pl.DataFrame) -> pl.DataFrame:
    """Fill what counted calls leave empty from reports of them that are not counted.

    `spans`: grown.spans, perhaps with better columns. What a span says itself holds, but for its
    model's name where another report adds the date to it. Nothing is added up: each detail is one
    report's, the one nearest in time that has it. Adds the column `details_filled`.
    """
    index = np.flatnonzero(_reports(grown, usage))
    if not index.size:
        return spans.with_columns(pl.lit(False).alias(FILLED))
    told = _nearest(_pairs(grown, usage, spans, index))
    joined = spans.with_row_index("row").join(told, on="row", how="left", maintain_order="left")
    filled = joined.with_columns(
        *(pl.coalesce(name, _told(name)).alias(name) for name in VALUES),
        *(_either(name, _told(name)).alias(name) for name in TEXTS),
        _either(_told("Model"), "Model").alias("Model"),
    )
    return filled.with_columns(
        pl.any_horizontal(
            *(filled[name].ne_missing(joined[name]) for name in (*VALUES, *TEXTS, "Model"))
        ).alias(FILLED)
    ).drop("row", *(_told(name) for name in (*VALUES, *TEXTS, "Model")))


def _told(name: str) -> str:
    return f"{name}_told"


def _of(name: str) -> str:
    return f"{name}_of"


def _either(first: str, second: str) -> pl.Expr:
    one, other = pl.col(first).cast(TEXT), pl.col(second).cast(TEXT)
    return pl.when(one != "").then(one).otherwise(other.fill_null(one)).fill_null("")


def _reports(grown: Grown, usage: Ownership) -> Bools:
    """Model calls with usage for which another span is counted that is a model call too."""
    raw = (grown["Name"] == NEVER_COUNTED) | (grown["Operation"] == NEVER_COUNTED)
    call = grown["Kind"].is_in(CALL_KINDS)
    asked = ((call & (usage.scope == "call")) | raw).to_numpy(writable=True)
    counted = usage.counted
    index = np.flatnonzero(asked & (usage.owned >= 0) & ~counted)
    wanted = np.zeros(counted.size, np.bool_)
    wanted[index] = call.to_numpy()[usage.owned[index]]
    return wanted


def _pairs(grown: Grown, usage: Ownership, spans: pl.DataFrame, index: np.ndarray) -> pl.DataFrame:
    """Each report beside the call it is of (`_of`), with only those details that may be taken."""
    owner = usage.owned[index]
    forest = grown.forest
    late = forest.start[index] - forest.start[owner]
    lasts = forest.end[owner] - forest.start[owner]
    names = ("Name", "Operation", "ResponseId", "TotalTokens", "Model", *VALUES, *TEXTS)
    report = spans[index].select(*names)
    pairs = report.hstack(spans[owner].select(*names).rename(_of)).with_columns(
        pl.Series("row", owner).cast(pl.UInt32),
        pl.Series("apart", np.abs(late) + np.abs(forest.end[index] - forest.end[owner])),
        pl.Series("depth", forest.depth[index]),
        pl.Series("start", forest.start[index]),
        pl.Series("index", index),
        # Counted from the start of the call that takes it.
        TtftS=pl.col("TtftS") + pl.Series(late) / 1e9,
    )
    possible = (pl.col("TtftS") >= 0) & (pl.col("TtftS") <= pl.Series(lasts) / 1e9)
    pairs = pairs.with_columns(TtftS=pl.when(possible).then("TtftS"))
    return _allowed(pairs).with_columns(
        Model=_better_model(),
        TtftSource=pl.when(pl.col("TtftS").is_not_null() & pl.col("TtftS_of").is_null())
        .then("TtftSource")
        .otherwise(pl.lit("")),
    )


def _allowed(pairs: pl.DataFrame) -> pl.DataFrame:
    """Reports of the same call: equal counts; else one response id, and then no counts."""
    raw = (pl.col("Name") == NEVER_COUNTED) | (pl.col("Operation") == NEVER_COUNTED)
    same_id = (pl.col("ResponseId") != "") & (pl.col("ResponseId") == pl.col("ResponseId_of"))
    judged = pairs.with_columns(agree=_same_counts(), same_id=same_id & ~raw)
    return judged.filter(pl.col("agree") | pl.col("same_id")).with_columns(
        pl.when("agree").then(name).alias(name) for name in COUNTS
    )


def _same_counts() -> pl.Expr:
    """Of input and output what both say is equal, and something is; or the call says neither."""
    both = ("InputTokens", "OutputTokens")
    equal = [pl.col(name) == pl.col(_of(name)) for name in both]
    neither = pl.all_horizontal(pl.col(_of(name)).is_null() for name in both)
    total = pl.sum_horizontal(*both) == pl.col("TotalTokens_of")
    agree = pl.all_horizontal(one.fill_null(True) for one in equal)
    some = pl.any_horizontal(one.fill_null(False) for one in equal)
    return (agree & some) | (neither & total.fill_null(True))


def _better_model() -> pl.Expr:
    """The report's model where the call says none, or the same but for the date behind it."""
    own, other = pl.col("Model_of").cast(TEXT), pl.col("Model").cast(TEXT)
    stem = own.str.strip_suffix("-latest")
    rest = other.str.strip_prefix(stem)
    dated = (rest != other) & rest.str.contains(f"^{AFTER}") & rest.str.contains(r"\d")
    return pl.when((own == "") | dated).then(other).otherwise(pl.lit(""))


def _nearest(pairs: pl.DataFrame) -> pl.DataFrame:
    """One row a call (`row`): each detail as the nearest report that has it says it; `_told`."""
    ordered = pairs.sort("row", "apart", "depth", "start", "index")
    texts = (pl.col(name).cast(TEXT) for name in (*TEXTS, "Model"))
    told = ordered.group_by("row", maintain_order=True).agg(
        *(pl.col(name).drop_nulls().first().alias(_told(name)) for name in VALUES),
        *(one.filter(one != "").first().name.suffix("_told") for one in texts),
        *(pl.col(_of(name)).first() for name in COUNTS),
    )
    return _within(told).drop(_of(name) for name in COUNTS)


def _within(told: pl.DataFrame) -> pl.DataFrame:
    """Leave out parts that are more than what the call says that they are a part of."""
    kept = told.with_columns(
        pl.when((_value(part) <= _value(whole)).fill_null(True))
        .then(_told(part))
        .alias(_told(part))
        for part, whole in PARTS_OF.items()
    )
    cached = _value("CacheReadTokens") + _value("CacheWriteTokens")
    fits = (cached <= _value("InputTokens")).fill_null(True)
    return kept.with_columns(
        pl.when(fits).then(_told(name)).alias(_told(name))
        for name in ("CacheReadTokens", "CacheWriteTokens", "CacheWrite1hTokens")
    )


def _value(name: str) -> pl.Expr:
    return pl.coalesce(_of(name), _told(name))
