"""Who owns tokens and cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.columns import MODEL_KINDS, TOKENS
from longpole.analytics.assembly.copies import Copies, find_copies
from longpole.analytics.assembly.duplicates import same_calls
from longpole.analytics.assembly.engines import find_clients, same_requests
from longpole.analytics.assembly.grown import Grown
from longpole.analytics.assembly.kernels import Bools, Ints

NEVER_COUNTED = "raw_gen_ai_request"  # LiteLLM: the same request once more


@dataclass(frozen=True)
class Ownership:
    """Whose usage enters totals, span by span.

    `scope`: call, aggregate (repeats the spans below it) or none. `owned`: the span whose usage
    stands for this one's, itself where it is counted; negative: none. `tops`: the topmost spans of
    what is counted, each with the one in `owned` that stands for it. `client`: see find_clients.
    `copies`: sums that repeat counted calls which do not lie below them.
    """

    scope: pl.Series
    owned: Ints
    tops: Bools
    client: Ints
    copies: Copies

    @property
    def counted(self) -> Bools:
        """The spans whose usage enters totals."""
        counted: Bools = self.owned == np.arange(self.owned.size)
        return counted


def own_usage(grown: Grown) -> Ownership:
    """Give each token one owner.

    First come calls of clients, of nested ones the topmost, of several reports of one call the
    best; then engines' own calls whose client does not know its usage; then calls that say zero;
    then sums and costs without tokens, of nested ones the topmost, unless they repeat calls beside.
    """
    said = _said(grown)
    own = _Owning(grown)
    own.claim(said["client"])
    own.follow(same_calls(grown, _array(said["client"]), own.owned))
    client = find_clients(grown, own.owned)
    if said["engine"].any():
        before = own.owned.copy()
        own.claim(said["engine"])
        engines = _array(said["engine"]) & (before < 0)
        own.follow(same_requests(grown, engines, own.owned, client))
    own.claim(said["zero_call"])
    if (said["zero_call"] & pl.Series(own.counted)).any():
        own.follow(same_calls(grown, _array(said["client"] | said["zero_call"]), own.owned))
    sums = own.open(said["sum"])
    copies = (
        find_copies(grown, sums, own.counted & _array(said["call"])) if sums.any() else Copies()
    )
    own.repeat(copies)
    own.claim(said["worth"])
    own.claim(said["rest"])
    return Ownership(said["scope"], own.owned, own.tops, client, copies)


class _Owning:
    def __init__(self, grown: Grown) -> None:
        self._grown = grown
        self._itself = np.arange(grown.trace.size)
        self._holds = np.zeros(grown.trace.size, np.bool_)
        self.owned = np.full(grown.trace.size, -1, np.int64)
        self.tops = np.zeros(grown.trace.size, np.bool_)

    @property
    def counted(self) -> Bools:
        counted: Bools = self.owned == self._itself
        return counted

    def claim(self, claims: pl.Series) -> None:
        """Let spans own their usage that have no owner above or below."""
        if not claims.any():
            return
        forest = self._grown.forest
        kernels.own(forest.order, forest.parent, _array(claims), self.owned, self._holds)
        self.tops |= self.counted

    def open(self, spans: pl.Series) -> Bools:
        """Those that have no owner above or below."""
        return _array(spans) & (self.owned < 0) & ~self._holds

    def repeat(self, copies: Copies) -> None:
        """Let sums be owned by the first of the calls that they are over."""
        if not copies.sums.size:
            return
        sums, first = np.unique(copies.sums, return_index=True)
        self.owned[sums] = copies.calls[first]
        self._holds[sums] = True
        forest = self._grown.forest
        none = np.zeros_like(self._holds)
        kernels.own(forest.order, forest.parent, none, self.owned, self._holds)

    def follow(self, same: Ints) -> None:
        """Put what stands for a span in its place as owner."""
        if (same != self._itself).any():
            has = self.owned >= 0
            self.owned[has] = same[self.owned[has]]


def _said(grown: Grown) -> pl.DataFrame:
    """The scope of each span's usage, and with which right it claims to own it."""
    counts = pl.col(*TOKENS, "TotalTokens")
    cost = pl.col("ReportedCostUsd")
    raw = (pl.col("Name") == NEVER_COUNTED) | (pl.col("Operation") == NEVER_COUNTED)
    spans = grown.spans.select(
        used=pl.any_horizontal(counts.is_not_null(), cost.is_not_null()),
        counts=pl.any_horizontal(counts.is_not_null()),
        tokens=pl.any_horizontal((counts > 0).fill_null(False)) & ~raw,
        worth=(cost > 0).fill_null(False) & ~raw,
        model=pl.col("Kind").is_in(MODEL_KINDS) & ~raw,
        is_engine=pl.col("Kind") == "engine",
        raw=raw,
    )
    call = pl.col("tokens") & pl.col("model")
    scope = pl.when(pl.col("used") & pl.col("model")).then(pl.lit("call"))
    return spans.select(
        scope=scope.when("used").then(pl.lit("aggregate")).otherwise(pl.lit("none")),
        client=call & ~pl.col("is_engine"),
        engine=call & pl.col("is_engine"),
        worth=~call & (pl.col("tokens") | pl.col("worth")),
        zero_call=pl.col("counts") & pl.col("model") & ~call,
        rest=pl.col("used") & ~pl.col("raw"),
        call=pl.col("used") & pl.col("model"),
        sum=pl.col("counts") & ~pl.col("model") & ~pl.col("raw"),
    )


def _array(values: pl.Series) -> Bools:
    return values.to_numpy(writable=True)
