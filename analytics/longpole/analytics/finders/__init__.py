"""What would make requests faster or cheaper, found in their traces."""

from longpole.analytics.finders.columns import SAID, SPANS
from longpole.analytics.finders.find import NAMES, calm_keys, find_all
from longpole.analytics.finders.findings import FOUND_SCHEMA, Window
from longpole.analytics.finders.limits import FinderLimits

__all__ = [
    "FOUND_SCHEMA", "NAMES", "SAID", "SPANS", "FinderLimits", "Window", "calm_keys", "find_all",
]  # fmt: skip
