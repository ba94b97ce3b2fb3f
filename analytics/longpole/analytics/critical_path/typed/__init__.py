"""What the time of each section of a path was spent on: a pass of its own after the sweep."""

from longpole.analytics.critical_path.typed.split import Typed, type_time

__all__ = ["Typed", "type_time"]
