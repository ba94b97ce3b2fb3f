"""The own time of a model call, split at its first token."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.critical_path import path_kernels as kernels
from longpole.analytics.critical_path.path_kernels import Bytes
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


def split_sections(
    sections: tuple[Ints, Ints, Ints, Bytes, Bytes], start: Ints, first_token: Ints
) -> tuple[Ints, Ints, Ints, Bytes, Bytes]:
    """Sections (span, start, end, phase, evidence), `self` of model calls as `decode`, `ttft`."""
    span, starts, ends, phase, evidence = sections
    token = first_token[span]
    split = (phase == kernels.SELF) & (token >= 0) & (starts < ends)
    if not split.any():
        return sections
    at = np.clip(start[span] + token, starts, ends)
    late, early = split & (at < ends), split & (starts < at)
    rows = np.repeat(np.arange(span.size), 1 + (late & early))
    second = np.concatenate((np.zeros(1, np.bool_), rows[1:] == rows[:-1]))
    is_late, is_early = late[rows] & ~second, early[rows] & (second | ~late[rows])
    return (
        span[rows],
        np.where(is_late, at[rows], starts[rows]),
        np.where(is_early, at[rows], ends[rows]),
        np.where(
            is_late, kernels.DECODE, np.where(is_early, kernels.TTFT, phase[rows])
        ).astype(np.uint8),
        evidence[rows],
    )  # fmt: skip
