"""From a change to what it does to each span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.analytics.whatif.changes import Change
from longpole.analytics.whatif.matching import inside, matching
from longpole.analytics.whatif.replay import Effect
from longpole.analytics.whatif.replay_kernels import Bools, Floats
from longpole.analytics.whatif.schedule import Schedule
from longpole.analytics.whatif.speed import ModelSpeed, TooFew
from longpole.core.errors import InputError

MODEL_KINDS = ("llm", "engine")
ATTEMPT = ("Kind", "Step", "Name", "Model", "ToolName")
Speeds = Mapping[str, ModelSpeed | TooFew]


@dataclass(frozen=True)
class Effects:
    """The effect of all changes. `affected`: spans that a change is about. `free`: no longer paid.

    `fresh_share` (of the input that was not cached, what still is not) and `model` (another model's
    name or "") decide the new cost. `unknown` counts matching model calls that stay as they were,
    since what the change needs of them (first token, tokens) is not known.
    """

    effect: Effect
    affected: Bools
    free: Bools
    fresh_share: Floats
    model: pl.Series
    unknown: int


def effects_of(
    schedule: Schedule, spans: pl.DataFrame, changes: Sequence[Change], speeds: Speeds
) -> Effects:
    """All changes together. Raises InputError for a model without a fitted speed."""
    size = len(spans)
    effect, affected, free = Effect.none(size), np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    fresh, model, unknown = np.ones(size, np.float64), np.full(size, "", object), 0
    for change in changes:
        matched = matching(spans, change.match)
        part, about, missing = _one(schedule, spans, change, matched, speeds)
        effect, affected, unknown = effect.and_also(part), affected | about, unknown + missing
        if change.what in ("removed", "hit", "no_retry"):
            free |= about | inside(schedule.forest.order, schedule.forest.parent, about)
        elif change.what == "cached":
            fresh[about] *= change.number
        elif change.what == "model":
            model[about] = change.text
    return Effects(
        effect, affected, free, fresh, pl.Series(model.tolist(), dtype=pl.String), unknown
    )


def _one(
    schedule: Schedule, spans: pl.DataFrame, change: Change, matched: Bools, speeds: Speeds
) -> tuple[Effect, Bools, int]:
    """The effect of one change, the spans it is about, and how many it cannot be told of."""
    effect = Effect.none(len(spans))
    parent = schedule.forest.parent
    if change.what == "parallel":
        about = _serial(schedule, matched)
        effect.by_start[:] = about
        return effect, about, 0
    if change.what == "no_retry":
        failed, following = _attempts(schedule, spans, matched)
        effect.removed[:] = failed
        effect.gap_scale[following] = 0.0
        return effect, failed, 0
    about = matched & ~inside(schedule.forest.order, parent, matched)
    if change.what == "removed":
        about &= parent >= 0
        effect.removed[:] = about
        return effect, about, 0
    length = (schedule.end - schedule.start).astype(np.float64)
    new = _new_length(spans, change, length, speeds)
    known = about & ~np.isnan(new)
    scale = np.divide(new, length, out=np.ones_like(length), where=length > 0)
    effect.scale[known] = scale[known]
    return effect, known, int((about & _is_model(spans) & ~known).sum())


def _new_length(spans: pl.DataFrame, change: Change, length: Floats, speeds: Speeds) -> Floats:
    """New length of each span in ns, not a number where it cannot be told."""
    if change.what == "faster":
        return length / change.number
    if change.what == "hit":
        return np.minimum(length, change.number)
    if change.what == "cached":
        prefill = np.minimum(_prefill_s(spans) * 1e9, length)
        return np.where(_is_model(spans), length - prefill * (1 - change.number), np.nan)
    speed = speeds.get(change.text)
    if not isinstance(speed, ModelSpeed):
        raise InputError(
            speed.reason
            if speed
            else f"no call of model {change.text[:100]!r} is in the last days, so its speed is not "
            "known; choose a model that was called"
        )
    queue = _floats(spans, "QueueS", 0.0)
    seconds = speed.seconds(_fresh_tokens(spans), _floats(spans, "OutputTokens"))
    return np.where(_is_model(spans), (np.nan_to_num(queue) + seconds) * 1e9, np.nan)


def _is_model(spans: pl.DataFrame) -> Bools:
    return spans["Kind"].cast(pl.String).is_in(MODEL_KINDS).to_numpy()


def _floats(spans: pl.DataFrame, name: str, missing: float = np.nan) -> Floats:
    return spans[name].cast(pl.Float64).fill_null(missing).to_numpy(writable=True)


def _fresh_tokens(spans: pl.DataFrame) -> Floats:
    return np.maximum(_floats(spans, "InputTokens") - _floats(spans, "CacheReadTokens", 0.0), 0.0)


def _prefill_s(spans: pl.DataFrame) -> Floats:
    """As the engine said, else up to the first token without the queue."""
    first = np.maximum(_floats(spans, "TtftS") - _floats(spans, "QueueS", 0.0), 0.0)
    said = _floats(spans, "PrefillS")
    return np.where(np.isnan(said), first, said)


def _serial(schedule: Schedule, matched: Bools) -> Bools:
    """Matched spans that waited only for matched siblings, without a proof that they had to."""
    joins = schedule.time.size
    slots = np.repeat(np.arange(joins), np.diff(schedule.member_begin))
    others = np.bincount(slots[~matched[schedule.member]], minlength=joins) > 0
    may = ~(others | schedule.is_proven)
    has_join = schedule.join >= 0
    fits = has_join & matched & schedule.awaited
    fits[has_join] &= may[schedule.join[has_join]]
    return fits


def _attempts(schedule: Schedule, spans: pl.DataFrame, matched: Bools) -> tuple[Bools, Ints]:
    """Failed spans with a later sibling that does the same, and the attempts after them."""
    table = spans.select(ATTEMPT).with_columns(
        parent=pl.Series(schedule.forest.parent),
        start=pl.Series(schedule.start),
        end=pl.Series(schedule.end),
        failed=spans["IsError"] & pl.Series(matched),
    )
    key = ["parent", *ATTEMPT]
    pairs = (
        table.with_row_index("row")
        .filter((pl.col("parent") >= 0) & pl.Series(schedule.awaited))
        .sort(*key, "start", "row")
        .with_columns(pl.col("row", "start").shift(-1).over(key).name.prefix("next_"))
        .filter("failed", pl.col("next_row").is_not_null(), pl.col("next_start") >= pl.col("end"))
    )
    failed = np.zeros(len(spans), np.bool_)
    failed[pairs["row"].to_numpy()] = True
    return failed, pairs["next_row"].cast(pl.Int64).to_numpy()
