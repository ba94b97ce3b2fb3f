"""Which spans a change is about."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.analytics.whatif.changes import Match
from longpole.analytics.whatif.replay_kernels import Bools
from longpole.core.compiled import compiled

FIELDS = {
    "span": "SpanId", "step": "Step", "kind": "Kind", "model": "Model", "tool": "ToolName",
    "agent": "Agent", "name": "Name", "service": "Service",
}  # fmt: skip


def matching(spans: pl.DataFrame, match: Match) -> Bools:
    """Whether each span fits every given field exactly."""
    fits = np.ones(len(spans), np.bool_)
    for name, text in match.given.items():
        fits &= (spans[FIELDS[name]].cast(pl.String) == text).to_numpy()
    return fits


@compiled
def inside(order: Ints, parent: Ints, marked: Bools) -> Bools:
    """Whether a span that is marked stands anywhere above each span."""
    below = np.zeros(marked.size, np.bool_)
    for i in order:
        p = parent[i]
        if p >= 0:
            below[i] = marked[p] or below[p]
    return below
