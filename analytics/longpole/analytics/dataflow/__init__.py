"""Who provably waited for whom: ids of tool calls, texts that were passed on, links."""

from longpole.analytics.dataflow.calls import said_in_messages, unread_traces
from longpole.analytics.dataflow.flow import SAID, find_edges
from longpole.analytics.dataflow.keys import FLOW_KINDS, MADE, USED, worth_reading
from longpole.analytics.dataflow.lists import after_lists

__all__ = [
    "FLOW_KINDS",
    "MADE",
    "SAID",
    "USED",
    "after_lists",
    "find_edges",
    "said_in_messages",
    "unread_traces",
    "worth_reading",
]
