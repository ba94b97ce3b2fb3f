"""What-if: run traces again with something changed, and see when they would have ended."""

from longpole.analytics.whatif.changes import Change, Match, parse_change, write_change
from longpole.analytics.whatif.prepared import Prepared, prepare
from longpole.analytics.whatif.replay import Effect, Replayed, replay
from longpole.analytics.whatif.schedule import Schedule, schedule_of
from longpole.analytics.whatif.set_answer import QuantileChange, SetAnswer, answer_set
from longpole.analytics.whatif.speed import ModelSpeed, TooFew, fit_speeds
from longpole.analytics.whatif.trace_answer import StepTime, TraceAnswer, answer_trace

__all__ = [
    "Change",
    "Effect",
    "Match",
    "ModelSpeed",
    "Prepared",
    "QuantileChange",
    "Replayed",
    "Schedule",
    "SetAnswer",
    "StepTime",
    "TooFew",
    "TraceAnswer",
    "answer_set",
    "answer_trace",
    "fit_speeds",
    "parse_change",
    "prepare",
    "replay",
    "schedule_of",
    "write_change",
]
