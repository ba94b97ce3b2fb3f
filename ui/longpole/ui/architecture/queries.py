"""What the Architecture page and `/api/v1/path-profile` ask; async, over `longpole.ui.queries`."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import polars as pl

from longpole.analytics.profile import (
    Difference,
    TailAttribution,
    attribute_tail,
    compare_profiles,
)
from longpole.ui.architecture import statements
from longpole.ui.architecture.frames import Profile, profile_of, shares_of
from longpole.ui.architecture.selection import MIDDLE, TAIL, Selection
from longpole.ui.architecture.statements import Cut
from longpole.ui.queries import ask_text

ROWS = 1_000
STACKS = 5_000
VARIANT_ROWS = 20_000
BUCKETS = 48
GROUPS = 100
HOUR_NS = 3_600 * 10**9


async def read_profile(
    selection: Selection, by: str = "step", split: str = "", limit: int = ROWS, cost: bool = True
) -> Profile:
    """Time and money of the selected traces by `by`, and in columns by `split`.

    `by`: one of statements.BY; `split`: one of statements.SPLITS or empty. Raises InputError.
    """
    cut = Cut(by, split, bool(selection.band))
    values = {**selection.parameters, "limit": limit}
    paid = statements.costs(cut) if cost else None
    rows, totals, costs = await asyncio.gather(
        ask_text(statements.profile(cut), values),
        ask_text(statements.totals(cut), values),
        ask_text(paid, values) if paid else _nothing(),
    )
    return profile_of(by, split, rows, totals, costs)


async def read_flame(selection: Selection, limit: int = STACKS) -> pl.DataFrame:
    """`Stack` (labels from the root, joined by `;`), `Part`, `SumNs`, `Sections`; largest first."""
    text = statements.other("path_flame", bool(selection.band))
    return await ask_text(text, {**selection.parameters, "limit": limit})


async def read_difference(a: Selection, b: Selection, by: str = "step") -> Difference:
    """What changed from `a` to `b`, row by row; see `compare_profiles`. Raises InputError."""
    before, after = await asyncio.gather(
        read_profile(a, by, cost=False), read_profile(b, by, cost=False)
    )
    return compare_profiles(before.rows, before.totals, after.rows, after.totals)


async def read_tail(
    selection: Selection, tail: str = TAIL, middle: str = MIDDLE
) -> TailAttribution:
    """Why the traces of band `tail` take longer than those of `middle`; see `attribute_tail`."""
    found = await asyncio.gather(
        *(_band(replace(selection, band=band), question)
          for band in (middle, tail) for question in ("path_tail_traces", "path_tail"))
    )  # fmt: skip
    return attribute_tail(found[0], found[1], found[2], found[3], GROUPS)


async def read_variants(selection: Selection) -> pl.DataFrame:
    """One row a variant of a root operation, bucket of time and release, with its shares.

    Columns of path_variants.sql and `Share`, of the traces of the same operation and bucket.
    """
    step = _step_ns(selection)
    text = statements.other("path_variants", bool(selection.band))
    found = await ask_text(text, {**selection.parameters, "step_ns": step, "limit": VARIANT_ROWS})
    return shares_of(found)


async def read_agent_graph(selection: Selection, limit: int = ROWS) -> pl.DataFrame:
    """Edges from an agent to an agent, tool or model; the columns of path_agents.sql."""
    text = statements.other("path_agents", bool(selection.band))
    return await ask_text(text, {**selection.parameters, "limit": limit})


async def _band(selection: Selection, question: str) -> pl.DataFrame:
    values = {**selection.parameters, "groups": GROUPS}
    return await ask_text(statements.other(question, banded=True), values)


async def _nothing() -> pl.DataFrame:
    return pl.DataFrame()


def _step_ns(selection: Selection) -> int:
    """Whole hours, so that there are at most BUCKETS for a range that is named."""
    window = selection.window
    hours = max(1, -(-(window.end_ns - window.start_ns) // (BUCKETS * HOUR_NS)))
    return int(min(hours, 24)) * HOUR_NS
