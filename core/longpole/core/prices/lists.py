"""What the price book needs of a price list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import polars as pl


class PriceList(Protocol):
    """Dated prices of models.

    `source` names the list in PriceSource. `rows` are those of `rows.price_frame`; PriceId stands
    for a model at a service tier.
    """

    source: str
    rows: pl.DataFrame

    def find(self, provider: str, model: str, tier: str) -> Sequence[int]:
        """PriceIds that the list has for a model at a tier; empty where it has none."""
        ...
