"""The exact critical path of traces: sections that never overlap and sum to the root's duration."""

from longpole.analytics.critical_path.edges import DATA, LINK, Edges
from longpole.analytics.critical_path.forest import Forest, plant
from longpole.analytics.critical_path.options import PathOptions
from longpole.analytics.critical_path.paths import Paths, find_paths
from longpole.analytics.critical_path.swept import Swept, sweep_forest
from longpole.analytics.critical_path.totals import completion_ns, work_ns

__all__ = [
    "DATA",
    "LINK",
    "Edges",
    "Forest",
    "PathOptions",
    "Paths",
    "Swept",
    "completion_ns",
    "find_paths",
    "plant",
    "sweep_forest",
    "work_ns",
]
