"""Model calls as metrics tell of them: data points to five-minute rows."""

from longpole.analytics.metrics.deltas import with_deltas
from longpole.analytics.metrics.intervals import counter_cells, explicit_cells, exponential_cells
from longpole.analytics.metrics.measured import KEY, Measured, measure, merge
from longpole.analytics.metrics.rows import build_rows
from longpole.analytics.metrics.spread import spread

__all__ = [
    "KEY",
    "Measured",
    "build_rows",
    "counter_cells",
    "explicit_cells",
    "exponential_cells",
    "measure",
    "merge",
    "spread",
    "with_deltas",
]
