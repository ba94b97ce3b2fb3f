"""What the server did during a model call, told to the client's span of it."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.columns import PHASES
from longpole.analytics.assembly.grown import Grown
from longpole.analytics.assembly.kernels import Ints

# Spans of SGLang's stages below its request.
STAGES = {
    "prefill_waiting": "QueueS",
    "prefill_forward": "PrefillS",
    "chunked_prefill": "PrefillS",
    "decode_forward": "DecodeS",
    "decode_loop": "DecodeS",
}
TOLD = (*PHASES, "TtftS", "TtftSource", "TpotS")


def phases(grown: Grown, client: Ints) -> dict[str, pl.Series]:
    """The columns QueueS, PrefillS, DecodeS, TtftS, TtftSource and TpotS; see find_clients.

    An engine takes phases that it does not say from the spans of its stages. A client's span takes
    what it does not say from its engine's: phases, time a token, and the time to the first token,
    counted from the client's own start.
    """
    if not (grown["Kind"] == "engine").any():
        return {name: grown[name] for name in TOLD}
    staged = grown.spans.select(*TOLD, "OutputTokens", "DurationNs").with_columns(
        **_of_stages(grown)
    )
    engines = _of_engines(grown, staged, client)
    is_new = pl.col("TtftS").is_null() & pl.col("TtftS_told").is_not_null()
    filled = staged.hstack(engines).with_columns(
        *(pl.coalesce(name, f"{name}_told").alias(name) for name in (*PHASES, "TtftS")),
        TtftSource=pl.when(is_new).then(pl.lit("engine")).otherwise("TtftSource"),
    )
    tokens = pl.coalesce("OutputTokens", "OutputTokens_told").cast(pl.Float64)
    decoded = pl.when(tokens >= 1).then(pl.col("DecodeS") / (tokens - 1).clip(1))
    told = filled.with_columns(TpotS=pl.coalesce("TpotS", decoded, "TpotS_told"))
    return {name: told[name] for name in TOLD}


def _of_stages(grown: Grown) -> dict[str, pl.Series]:
    """Phases as the engine says, else from the first start to the last end of their stages."""
    stage = grown["Name"].is_in(list(STAGES))
    own = {name: grown[name] for name in PHASES}
    if not stage.any():
        return own
    index = np.flatnonzero(stage.to_numpy())
    forest = grown.forest
    engine = kernels.nearest(
        forest.order, forest.parent, (grown["Kind"] == "engine").to_numpy(writable=True)
    )[index]
    spans = pl.DataFrame(
        {
            "engine": engine,
            "phase": grown["Name"][index].replace_strict(STAGES, return_dtype=pl.String),
            "start": forest.start[index],
            "end": forest.end[index],
        }
    ).filter(pl.col("engine") >= 0)
    lasted = spans.group_by("engine", "phase").agg(
        seconds=(pl.col("end").max() - pl.col("start").min()) / 1e9
    )
    for name in PHASES:
        of_phase = lasted.filter(pl.col("phase") == name)
        staged = np.full(stage.len(), np.nan)
        staged[of_phase["engine"].to_numpy()] = of_phase["seconds"].to_numpy()
        own[name] = own[name].zip_with(own[name].is_not_null(), pl.Series(staged, nan_to_null=True))
    return own


def _of_engines(grown: Grown, staged: pl.DataFrame, client: Ints) -> pl.DataFrame:
    """For each span what the engines of its call say, the highest and earliest first; `_told`."""
    engines = np.flatnonzero(client >= 0)
    wait = grown.forest.start[engines] - grown.forest.start[client[engines]]
    said = staged[engines].with_columns(
        pl.Series("client", client[engines]),
        pl.Series("depth", grown.forest.depth[engines]),
        pl.Series("start", grown.forest.start[engines]),
        TtftS=pl.col("TtftS") + pl.Series(wait) / 1e9,
    )
    names = (*PHASES, "TtftS", "TpotS", "OutputTokens")
    first = (
        said.sort("client", "depth", "start", maintain_order=True)
        .group_by("client")
        .agg(pl.col(*names).drop_nulls().first().name.suffix("_told"))
    )
    spans = pl.DataFrame({"client": np.arange(client.size)})
    joined = spans.join(first, on="client", how="left", maintain_order="left").drop("client")
    seconds = pl.Series(grown.forest.end - grown.forest.start) / 1e9
    possible = (joined["TtftS_told"] >= 0) & (joined["TtftS_told"] <= seconds)
    return joined.with_columns(TtftS_told=pl.when(possible).then(pl.col("TtftS_told")))
