"""Spans of inference servers, joined to the client's spans of the same calls."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.columns import CALL_KINDS
from longpole.analytics.assembly.grown import Grown
from longpole.analytics.assembly.kernels import Bools, Ints

# An engine's own number after the id that the client got: vLLM counts choices there.
SUFFIX = r"-[0-9a-z]+$"
SLACK_NS = 5_000_000  # between the clocks of a client and its server


def find_clients(grown: Grown, owned: Ints) -> Ints:
    """For each engine span the client's span of the call; negative: none is known.

    It is the nearest model call above; else the one with the engine's request id as response id;
    else, of all calls in the trace, the only one with the same counts of tokens, around the engine
    in time. `owned` as in same_calls.
    """
    engine = _array(grown["Kind"] == "engine")
    client = np.full(engine.size, -1, np.int64)
    if not engine.any():
        return client
    calls = _array(grown["Kind"].is_in(CALL_KINDS))
    above = kernels.nearest(grown.forest.order, grown.forest.parent, calls)
    client[engine] = above[engine]
    for find in (_by_id, _by_tokens):
        alone = np.flatnonzero(engine & (client < 0))
        if alone.size:
            client[alone] = find(_rows(grown, alone), _rows(grown, np.flatnonzero(calls)), owned)
    return client


def same_requests(grown: Grown, engines: Bools, owned: Ints, client: Ints) -> Ints:
    """For each span the one that stands for its request: the client's call, if that has usage.

    Else, for the parts of one request such as prefill and decode on separate servers, which carry
    one request id, the one with most tokens, then the earliest. Where no engine: the span itself.
    """
    same = np.arange(owned.size)
    mine = np.flatnonzero(engines & (owned == same))
    rows = _rows(grown, mine).filter(pl.col("id") != "")
    tokens = pl.sum_horizontal("InputTokens", "OutputTokens")
    ranked = rows.with_columns(tokens=-tokens.cast(pl.Float64)).sort("tokens", "start", "index")
    found = ranked.select("index", best=pl.col("index").first().over("trace", "id"))
    same[found["index"].to_numpy()] = found["best"].to_numpy()
    told = mine[(client[mine] >= 0) & (owned[client[mine]] >= 0)]
    standing = np.arange(owned.size)
    standing[same[told]] = owned[client[told]]
    itself: Ints = standing[same]
    return itself


def _by_id(engines: pl.DataFrame, calls: pl.DataFrame, owned: Ints) -> Ints:
    """The call whose response id is the engine's request id, whole or but for its suffix.

    Of several reports of one call the one that stands for it, else the first.
    """
    named = calls.filter(pl.col("ResponseId") != "")
    by_id = (
        named.with_columns(other=pl.Series(owned[named["index"].to_numpy()]) != named["index"])
        .sort("other", "start", "index")
        .unique(["trace", "ResponseId"], keep="first", maintain_order=True)
        .select("trace", key="ResponseId", call="index")
    )
    keys = (pl.col("id"), pl.col("ResponseId"), pl.col("id").str.replace(SUFFIX, ""))
    found = [
        engines.select("trace", key=key)
        .join(by_id, on=["trace", "key"], how="left", maintain_order="left")["call"]
        for key in keys
    ]  # fmt: skip
    return _index(pl.select(pl.coalesce(found)).to_series())


def _by_tokens(engines: pl.DataFrame, calls: pl.DataFrame, owned: Ints) -> Ints:
    """The only counted call of the trace with the engine's counts, if it was around the engine."""
    key = ["trace", "InputTokens", "OutputTokens"]
    counted = calls.filter(pl.Series(owned[calls["index"].to_numpy()]) == calls["index"])
    only = counted.unique(key, keep="none").select(*key, call="index", since="start", until="end")
    joined = engines.join(only, on=key, how="left", maintain_order="left")
    around = (pl.col("since") <= pl.col("start") + SLACK_NS) & (
        pl.col("end") <= pl.col("until") + SLACK_NS
    )
    return _index(joined.select(pl.when(around).then("call")).to_series())


def _index(found: pl.Series) -> Ints:
    return found.fill_null(-1).to_numpy(writable=True)


def _array(values: pl.Series) -> Bools:
    return values.to_numpy(writable=True)


def _rows(grown: Grown, index: Ints) -> pl.DataFrame:
    request = pl.when(pl.col("RequestId") != "").then("RequestId").otherwise("ResponseId")
    spans = grown.spans[index].select("InputTokens", "OutputTokens", "ResponseId", id=request)
    return spans.with_columns(
        pl.Series("index", index),
        pl.Series("trace", grown.trace[index]),
        pl.Series("start", grown.forest.start[index]),
        pl.Series("end", grown.forest.end[index]),
    )
