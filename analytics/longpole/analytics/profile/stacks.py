"""For each span the labels of the spans around it, from the root down, as one text."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.profile.stack_kernel import LEVELS, Ints, find_stacks
from longpole.analytics.profile.variants import plain


def stack_texts(order: Ints, parent: Ints, labels: pl.Series, wanted: Ints) -> pl.Series:
    """The stack of each span of `wanted`: labels joined by `;`.

    Levels of the same label that follow each other are one. Below LEVELS levels a span has the
    stack of the one above it. `order` lists parents before children; a root has no parent (< 0).
    """
    names = labels.unique(maintain_order=True)
    numbered = names.to_frame("label").with_row_index("code")
    codes = labels.to_frame("label").join(numbered, on="label", how="left", maintain_order="left")[
        "code"
    ]
    stack, levels = find_stacks(order, parent, codes.cast(pl.Int64).to_numpy(writable=True))
    used, place = np.unique(stack[wanted], return_inverse=True)
    # One column a level; null below the last.
    spelled = pl.concat([plain(names), pl.Series([None], dtype=pl.String)])
    last = len(names)
    columns = [
        spelled[np.where(levels[used, k] < 0, last, levels[used, k]).tolist()].alias(str(k))
        for k in range(LEVELS)
    ]
    texts = pl.DataFrame(columns).select(pl.concat_str(pl.all(), separator=";", ignore_nulls=True))
    return texts.to_series()[place.tolist()] if used.size else pl.Series([], dtype=pl.String)
