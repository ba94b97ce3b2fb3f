"""The signature of a path: its steps in order of time, repeats folded, as one readable text."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.profile import fold_kernel as kernel
from longpole.analytics.profile.fold_kernel import Ints

LONGEST_LABEL = 60
SIGNS = {kernel.OPEN: "(", kernel.CLOSE: ")", kernel.PLUS: "+", kernel.NEXT: ">", kernel.MORE: "…"}


def variant_texts(of: Ints, labels: pl.Series, count: int) -> pl.Series:
    """One text for each of `count` sequences; empty for one without steps.

    Element k is a step called `labels[k]` of sequence `of[k]`, in order of sequence, then time.
    `a>b+>(c>d)+` is one a, several b, and c then d several times. Signs of this notation that a
    label contains are replaced. After 48 different places comes `…`.
    """
    names = labels.unique(maintain_order=True)
    numbered = names.to_frame("label").with_row_index("code")
    codes = labels.to_frame("label").join(numbered, on="label", how="left", maintain_order="left")[
        "code"
    ]
    begin = np.searchsorted(of, np.arange(count + 1)).astype(np.int64)
    steps = codes.cast(pl.Int64).to_numpy(writable=True)
    ends, tokens = kernel.fold_all(begin, steps)
    texts = pl.concat([pl.Series(list(SIGNS.values())).reverse(), plain(names)])
    # Signs are -1 to -5, so that they stand before the labels, the last one first.
    spelled = (
        texts[(tokens + len(SIGNS)).tolist()] if tokens.size else pl.Series([], dtype=pl.String)
    )
    sequence = np.repeat(np.arange(count), np.diff(ends))
    joined = (
        pl.DataFrame({"of": sequence, "text": spelled}, schema={"of": pl.Int64, "text": pl.String})
        .group_by("of", maintain_order=True)
        .agg(pl.col("text").str.join(""))
    )
    every = pl.DataFrame({"of": np.arange(count)}, schema={"of": pl.Int64})
    return every.join(joined, on="of", how="left", maintain_order="left")["text"].fill_null("")


def plain(labels: pl.Series) -> pl.Series:
    """Labels without the signs of the notation, bounded; a step without a name is `?`."""
    text = labels.str.replace_all(r"[()+>;…]", "_").str.slice(0, LONGEST_LABEL)
    return pl.select(pl.when(text == "").then(pl.lit("?")).otherwise(text)).to_series()
