"""What is proven about who waited for whom, besides what times say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longpole.analytics.critical_path.forest import Forest
from longpole.analytics.critical_path.tree_kernels import Ints

Bytes = NDArray[np.uint8]

DATA, LINK = 1, 2
EVIDENCE_CODES = {"data": DATA, "link": LINK}


@dataclass(frozen=True)
class Edges:
    """Span i of a forest provably waited for each of `source[begin[i]:begin[i + 1]]`.

    `begin` has one entry more than the forest has spans; `evidence` holds DATA or LINK for each
    source. Both ends of an edge are in one trace.
    """

    begin: Ints
    source: Ints
    evidence: Bytes

    @classmethod
    def none(cls, size: int) -> Self:
        """No edges among `size` spans."""
        return cls(np.zeros(size + 1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint8))

    @classmethod
    def of_columns(cls, forest: Forest, spans: pl.DataFrame) -> Self:
        """Edges from the lists AfterSpanIds and AfterEvidence, if `spans[forest.rows]` has them.

        An id that is not in the span's trace, and evidence of another name, are left out.
        """
        if "AfterSpanIds" not in spans.columns:
            return cls.none(len(spans))
        numbered = spans.select("SpanId", trace=pl.Series(forest.trace)).with_row_index("source")
        said = (
            spans.select(
                AfterSpanIds=pl.col("AfterSpanIds").cast(pl.List(pl.String)),
                AfterEvidence=pl.col("AfterEvidence").cast(pl.List(pl.String)),
                trace=pl.Series(forest.trace),
            )
            .with_row_index("span")
            .explode("AfterSpanIds", "AfterEvidence")
            .with_columns(
                code=pl.col("AfterEvidence").replace_strict(
                    EVIDENCE_CODES, default=None, return_dtype=pl.UInt8
                )
            )
            .join(
                numbered, left_on=["trace", "AfterSpanIds"], right_on=["trace", "SpanId"],
                how="inner",
            )
            .filter(pl.col("code").is_not_null())
            .sort("span", "source", "code")
        )  # fmt: skip
        counts = np.bincount(said["span"].to_numpy(), minlength=len(spans))
        begin = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts))).astype(np.int64)
        source = said["source"].cast(pl.Int64).to_numpy(writable=True)
        return cls(begin, source, said["code"].to_numpy(writable=True))
