"""Critical paths of many traces: what differs, why the tail is slow, which paths there are."""

from longpole.analytics.profile.difference import Difference, compare_profiles
from longpole.analytics.profile.tail import TailAttribution, attribute_tail

__all__ = [
    "Difference",
    "TailAttribution",
    "attribute_tail",
    "compare_profiles",
]
