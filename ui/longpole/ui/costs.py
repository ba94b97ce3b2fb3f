"""Where costs come from, which models have none, and how lists and senders differ."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from longpole.core.prices.repricing import Repricing, list_repricings
from longpole.ui import queries
from longpole.ui.state import Window

Row = dict[str, Any]
LIMIT = 200


@dataclass(frozen=True)
class Costs:
    """Rows of costs_sources.sql, costs_unpriced.sql, costs_differences.sql, and repricings."""

    sources: list[Row]
    unpriced: list[Row]
    differences: list[Row]
    repricings: list[Repricing]


async def costs(window: Window) -> Costs:
    """Everything that the page shows of a time range."""
    sources, unpriced_rows, difference_rows, anew = await asyncio.gather(
        queries.ask("costs_sources", window.parameters),
        unpriced(window),
        differences(window),
        repricings(),
    )
    return Costs(sources.to_dicts(), unpriced_rows, difference_rows, anew)


async def unpriced(window: Window, limit: int = LIMIT) -> list[Row]:
    """Models without a price."""
    found = await queries.ask("costs_unpriced", {**window.parameters, "limit": limit})
    return found.to_dicts()


async def differences(window: Window, limit: int = LIMIT) -> list[Row]:
    """Reported beside computed, by model."""
    found = await queries.ask("costs_differences", {**window.parameters, "limit": limit})
    return found.to_dicts()


async def repricings() -> list[Repricing]:
    """What was priced anew of this project, the newest first."""
    project = await queries.project()
    found = await queries.within(list_repricings)
    return [one for one in found if one.project in ("", project)]
