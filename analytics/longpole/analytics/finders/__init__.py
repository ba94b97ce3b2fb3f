"""Finders: spans in, findings about time and money that bought nothing out."""

from longpole.analytics.finders.asked import asked_hashes
from longpole.analytics.finders.find import FINDERS, find_all
from longpole.analytics.finders.frames import CALL_SCHEMA, FOUND_SCHEMA, Frames

__all__ = ["CALL_SCHEMA", "FINDERS", "FOUND_SCHEMA", "Frames", "asked_hashes", "find_all"]
