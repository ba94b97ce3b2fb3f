"""What a span takes from the spans around it: agent, step, session, user, workflow, model."""

from __future__ import annotations

import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.columns import CALL_KINDS
from longpole.analytics.assembly.grown import Grown, take
from longpole.analytics.assembly.owners import Ownership


def inherit(grown: Grown, usage: Ownership, engine_models: tuple[str, ...]) -> dict[str, pl.Series]:
    """The columns Agent, Step, SessionId, UserId, Workflow, Provider and Model.

    `engine_models`: `service=model` for engines of which nothing says what they run.
    """
    return {
        "Agent": _agent(grown),
        "Step": _step(grown),
        "SessionId": _from_above_or_trace(grown, "SessionId"),
        "UserId": _from_above_or_trace(grown, "UserId"),
        "Workflow": _from_above_or_trace(grown, "Workflow"),
        "Provider": _of_client(grown, usage, "Provider"),
        "Model": _known_model(grown, _of_client(grown, usage, "Model"), engine_models),
    }


def _agent(grown: Grown) -> pl.Series:
    """The nearest agent span's name; else the name the span itself carries.

    An agent's name on another kind of span is no proof: instrumentations copy it down.
    """
    named = (grown["Kind"] == "agent") & (grown["AgentName"] != "")
    agent = kernels.nearest(grown.forest.order, grown.forest.parent, named.to_numpy(writable=True))
    return _either(take(grown["AgentName"], agent), grown["AgentName"])


def _step(grown: Grown) -> pl.Series:
    """A model call belongs to the step (chain span) of its agent that made it."""
    kind = grown["Kind"]
    chain = (kind == "chain") & (grown["Step"] != "")
    forest, agent = grown.forest, (kind == "agent").to_numpy(writable=True)
    step = kernels.nearest_below(forest.order, forest.parent, chain.to_numpy(writable=True), agent)
    step[~kind.is_in(CALL_KINDS).to_numpy(writable=True)] = -1
    return _either(take(grown["Step"], step), grown["Step"])


def _of_client(grown: Grown, usage: Ownership, column: str) -> pl.Series:
    """An engine's span often says neither model nor provider; its client's does.

    Where the engine's tokens are counted, the client's word holds: it is what the call is paid as.
    """
    engine = grown["Kind"] == "engine"
    if not engine.any():
        return grown[column]
    client = take(grown[column], usage.client)
    counted = pl.Series(usage.counted)
    told = _either(client, grown[column]).zip_with(counted, _either(grown[column], client))
    return _either(told, _from_above(grown, column)).zip_with(engine, grown[column])


def _known_model(grown: Grown, model: pl.Series, engine_models: tuple[str, ...]) -> pl.Series:
    known = dict(one.split("=", 1) for one in engine_models)
    if not known:
        return model
    nameless = (grown["Kind"] == "engine") & (model == "")
    told = grown["Service"].cast(pl.String).replace_strict(known, default="")
    return told.zip_with(nameless, model)


def _from_above(grown: Grown, column: str) -> pl.Series:
    said = (grown[column] != "").to_numpy(writable=True)
    source = kernels.nearest(grown.forest.order, grown.forest.parent, said)
    return take(grown[column], source)


def _from_above_or_trace(grown: Grown, column: str) -> pl.Series:
    """The span, else its nearest ancestor, else the main root, else all that say agree."""
    own = grown[column]
    empty = own == ""
    if empty.all() or not empty.any():
        return own
    of_root = take(own, grown.main[grown.trace])
    return _either(_either(_from_above(grown, column), of_root), _agreed(grown, column))


def _agreed(grown: Grown, column: str) -> pl.Series:
    """For each span the one value its whole trace knows, else ''."""
    said = pl.DataFrame({"trace": grown.trace, "value": grown[column]}).filter(
        pl.col("value") != ""
    )
    one = (
        said.group_by("trace").agg(pl.col("value").unique()).filter(pl.col("value").list.len() == 1)
    )
    agreed = pl.DataFrame({"trace": grown.trace}).join(
        one.with_columns(pl.col("value").list.first()),
        on="trace", how="left", maintain_order="left",
    )  # fmt: skip
    return agreed["value"].fill_null("")


def _either(first: pl.Series, second: pl.Series) -> pl.Series:
    return pl.select(pl.when(first != "").then(first).otherwise(second)).to_series()
