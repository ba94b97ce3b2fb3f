"""Which spans pass data on, and which of their attributes hold what they made or were given."""

from __future__ import annotations

import re

import polars as pl

from longpole.core.messages import CALLS_ANSWERED, CALLS_MADE
from longpole.core.semconv.content import CONTENT_KEYS

# Agents and workflows repeat what the spans below them said.
FLOW_KINDS = ("llm", "tool", "retriever", "embedding", "reranker", "memory", "mcp")
_RESULTS = (
    r"gen_ai\.tool\.call\.result|ai\.toolCall\.result|tool_response|mcp\.response\.value|"
    r"gcp\.vertex\.agent\.tool_response"
)
_ANSWERS = r"gen_ai\.(?:choice|content\.completion) .*"
_DETAILS = r"gen_ai\.client\.inference\.operation\.details gen_ai\.{side}\..*"
_QUESTIONS = r"gen_ai\.(?:\w+\.message|content\.prompt) .*"
_MADE_DOCUMENTS = ("retrieval.documents", "gen_ai.retrieval.documents", "reranker.output_documents")


def _pattern(sides: tuple[str, ...], *more: str) -> str:
    keys = [one.pattern for one in CONTENT_KEYS if one.side in sides]
    return f"^(?:{'|'.join((*keys, *more))})$"


_DOCUMENTS = (
    one.pattern for one in CONTENT_KEYS if one.key.startswith(_MADE_DOCUMENTS)
)  # fmt: skip
# RE2 patterns of attribute keys; those of events follow the event's name and a blank.
MADE = _pattern(
    ("output",),
    *_DOCUMENTS,
    _RESULTS,
    _ANSWERS,
    _DETAILS.format(side="output"),
    re.escape(CALLS_MADE),
)
USED = _pattern(
    ("input", "both"), _QUESTIONS, _DETAILS.format(side="input"),
    r".*previous_response_id", re.escape(CALLS_ANSWERED),
)  # fmt: skip


def worth_reading(spans: pl.DataFrame) -> pl.DataFrame:
    """Project and TraceId of the traces in which one span may have passed something to another."""
    flows = spans.filter(pl.col("Kind").is_in(FLOW_KINDS))
    several = flows.group_by("Project", "TraceId").agg(pl.col("SpanId").n_unique().alias("size"))
    return several.filter(pl.col("size") > 1).drop("size")
