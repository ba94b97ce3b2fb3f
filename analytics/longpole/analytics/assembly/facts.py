"""One row a span: its own facts and what only the whole trace can tell."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.assembly.columns import AFTER, FACTS, PHASES
from longpole.analytics.assembly.details import FILLED, take_details
from longpole.analytics.assembly.grown import Grown
from longpole.analytics.assembly.inherit import inherit
from longpole.analytics.assembly.owners import Ownership
from longpole.analytics.assembly.phases import phases
from longpole.analytics.assembly.pricing import Prices, price
from longpole.analytics.critical_path import Swept
from longpole.analytics.critical_path.columns import flag_lists
from longpole.analytics.critical_path.path_kernels import CLOCK, FLAGS
from longpole.core.settings import Settings

TTFT_SLACK_S = 0.010
FACT_FLAGS = (*FLAGS, "ttft_rejected", "aggregate_counted", "details_from_duplicate")
TTFT_REJECTED, AGGREGATE_COUNTED, DETAILS = (1 << len(FLAGS) + bit for bit in range(3))


def build_facts(
    grown: Grown, swept: Swept, usage: Ownership, prices: Prices, settings: Settings, version: int
) -> pl.DataFrame:
    """The rows of span_facts in the order of the forest, but for AfterSpanIds and AfterEvidence."""
    forest = grown.forest
    known = grown.spans.with_columns(
        **inherit(grown, usage, settings.jobs.engine_models),
        **phases(grown, usage.client),
    )
    spans = take_details(grown, usage, known).with_columns(
        UsageScope=usage.scope,
        Counted=pl.Series(usage.counted),
        # Cut where a point in time no longer fits into 64 bits, as the path is.
        DurationNs=pl.Series(forest.end - forest.start).cast(pl.UInt64),
        RootName=grown["Name"][grown.main[grown.trace]],
        **swept.span_columns(),
        Depth=pl.Series(forest.depth),
        IsRoot=pl.Series(forest.parent < 0),
        Version=pl.lit(version, pl.UInt64),
    )
    timed = _times(spans)
    flagged = timed.with_columns(Flags=_with_notes(_flags(timed, swept.flags), timed["Notes"]))
    known_columns = [name for name in FACTS if name not in AFTER]
    return price(flagged, prices).select(known_columns)


def _times(spans: pl.DataFrame) -> pl.DataFrame:
    """Keep a possible time to first token only; add the time an output token took after it."""
    seconds = pl.col("DurationNs") / 1e9
    ttft = pl.col("TtftS")
    possible = (ttft >= 0) & (ttft <= seconds + TTFT_SLACK_S) & ttft.is_not_nan()
    tokens = pl.col("OutputTokens").cast(pl.Float64)
    decode = (seconds - ttft).clip(0) / (tokens - 1).clip(1)
    return spans.with_columns(
        *(_possible(name).alias(name) for name in PHASES),
        TtftS=pl.when(possible).then(ttft),
        TtftSource=pl.when(possible).then("TtftSource").otherwise(pl.lit("")),
        ttft_rejected=ttft.is_not_null() & ~possible,
    ).with_columns(TpotS=pl.coalesce(_possible("TpotS"), pl.when(tokens >= 1).then(decode)))


def _possible(name: str) -> pl.Expr:
    """A time as sent, unless none can be so."""
    return pl.when((pl.col(name) >= 0) & pl.col(name).is_finite()).then(pl.col(name))


def _flags(spans: pl.DataFrame, path_flags: np.ndarray) -> pl.Series:
    bits = path_flags.astype(np.uint16)
    bits[spans["EndsBeforeStart"].to_numpy()] |= CLOCK
    bits[spans["ttft_rejected"].to_numpy()] |= TTFT_REJECTED
    aggregate = spans.select(pl.col("Counted") & (pl.col("UsageScope") == "aggregate"))
    bits[aggregate.to_series().to_numpy()] |= AGGREGATE_COUNTED
    bits[spans[FILLED].to_numpy()] |= DETAILS
    return flag_lists(pl.Series(bits), FACT_FLAGS)


def _with_notes(flags: pl.Series, notes: pl.Series) -> pl.Series:
    if not (notes.list.len() > 0).any():
        return flags
    return flags.list.concat(notes).list.unique(maintain_order=True)
