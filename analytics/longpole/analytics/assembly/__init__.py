"""Whole traces from spans."""

from longpole.analytics.assembly.assemble import Assembled, assemble, warm_up
from longpole.analytics.assembly.usage import Prices

__all__ = ["Assembled", "Prices", "assemble", "warm_up"]
