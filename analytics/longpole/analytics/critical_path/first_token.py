"""When a model call gave its first token, as far as it says so."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.critical_path.tree_kernels import Ints

MODEL_KINDS = ("llm", "engine")
TTFT_SLACK_S = 0.010


def first_tokens(spans: pl.DataFrame, duration: Ints) -> Ints:
    """Ns from start to first token, -1 where there is none or it cannot be.

    Optional columns: TtftS (seconds, null if unknown) and Kind (else every span may be a model's).
    """
    if "TtftS" not in spans.columns:
        return np.full(len(spans), -1, np.int64)
    ttft = pl.col("TtftS").cast(pl.Float64)
    valid = ttft.is_between(0, pl.Series("s", duration) / 1e9 + TTFT_SLACK_S)
    if "Kind" in spans.columns:
        valid &= pl.col("Kind").is_in(MODEL_KINDS)
    ns = pl.when(valid).then(ttft * 1e9).otherwise(-1).fill_null(-1).round()
    return spans.select(ns.cast(pl.Int64)).to_series().to_numpy(writable=True)
