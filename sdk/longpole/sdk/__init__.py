"""Longpole SDK: one call to export an agent's spans, and marks for what no library instruments.

    import longpole.sdk as longpole

    longpole.init(service_name="support-bot", release="1.4.0")

    @longpole.agent("planner")
    def plan(question: str) -> str: ...

Every mark (`agent`, `step`, `tool`, `llm`) is a decorator and a context manager. It writes the
OpenTelemetry GenAI attribute names, so any backend that knows them can read the spans.
"""

from longpole.sdk._handles import ModelCall, SpanHandle
from longpole.sdk._marks import Mark, agent, current_call, llm, step, tool
from longpole.sdk._session import Session, session
from longpole.sdk._setup import Longpole, init

__all__ = [
    "Longpole",
    "Mark",
    "ModelCall",
    "Session",
    "SpanHandle",
    "agent",
    "current_call",
    "init",
    "llm",
    "session",
    "step",
    "tool",
]
