"""Small programs whose traces have, or do not have, what a finder looks for."""

from __future__ import annotations

import itertools
from typing import Any

import polars as pl

from longpole.analytics.finders import SAID, SPANS, Window, find_all
from longpole.core.prices import load_prices
from longpole.core.settings import Settings

BEGAN = 1_773_144_000 * 10**9
MS = 1_000_000


class Program:
    """Builds traces span by span; times in ms from the start of the trace."""

    def __init__(self) -> None:
        self.spans: list[dict[str, Any]] = []
        self.said: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)
        self._trace = 0

    def trace(self, ms: int) -> str:
        """A new trace; returns its root's id."""
        self._trace += 1
        return self.span("agent", "run", 0, ms, IsRoot=True, path=0)

    def span(
        self, kind: str, name: str, start: int, end: int, parent: str = "", path: int | None = None,
        after: tuple[str, ...] = (), asked: str = "", answer: str = "",
        prefixes: tuple[str, ...] = (), fixed: int | None = None, **more: Any,  # noqa: ANN401 - any column
    ) -> str:  # fmt: skip
        own = f"{next(self._numbers):016x}"
        trace = f"{self._trace:032x}"
        row: dict[str, Any] = {name: "" for name, kind in SPANS.items() if kind == pl.String()}
        row |= {
            "Project": "default", "TraceId": trace, "SpanId": own, "ParentSpanId": parent,
            "RootName": "run", "Service": "api", "Agent": "helper", "Kind": kind, "Name": name,
            "Step": name, "ToolName": name if kind == "tool" else "",
            "Start": BEGAN + self._trace * 10**11 + start * MS, "DurationNs": (end - start) * MS,
            "PathNs": (end - start if path is None else path) * MS,
            "IsRoot": False, "IsError": False, "Counted": kind == "llm",
            "AfterSpanIds": list(after), "AfterEvidence": ["data"] * len(after), **more,
        }  # fmt: skip
        self.spans.append(row)
        if asked or prefixes:
            self.said.append(
                {
                    "TraceId": trace, "SpanId": own, "AskedHash": asked, "AnswerHash": answer,
                    "Prefixes": list(prefixes), "FixedTokens": fixed,
                }
            )  # fmt: skip
        return own

    def find(self) -> pl.DataFrame:
        """What all finders say of it, as if it were a day's traffic."""
        spans = pl.DataFrame(self.spans, schema=SPANS, orient="row")
        said = pl.DataFrame(self.said, schema=SAID, orient="row")
        window = Window(to_ms=BEGAN // MS + 86_400_000, seconds=86_400)
        return find_all(spans, said, load_prices(Settings()), window)
