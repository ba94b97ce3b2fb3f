"""Whole traces from spans."""

from longpole.analytics.assembly.assemble import Assembled, assemble, warm_up
from longpole.analytics.assembly.from_logs import fill_from_logs
from longpole.analytics.assembly.pricing import Prices

__all__ = ["Assembled", "Prices", "assemble", "fill_from_logs", "warm_up"]
