"""Tool spans that do not say which call they answer: found by the tool's name and arguments.

Several instrumentations record the id of a call in the messages only, and some record messages in
log records. Reading those takes Python, so it is done for the traces that need it alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import polars as pl

from longpole.analytics.dataflow.flow import SAID, SPAN, TOLERANCE_NS
from longpole.analytics.dataflow.pairing import Ask, Run, pair
from longpole.core.messages import Conversation, Log, Message, ToolCall, ToolResult, read_row

TRACE = ["Project", "TraceId"]
Key = tuple[str, str, str]
_PIECES = re.compile(r"""\\+[nrt/"']?|["'\n\r\t]+""")
_NO_LETTERS = re.compile(r"[\W_]+")
# A result without an id is known by its words: fewer letters than these say nothing.
MIN_LETTERS = 8
# Agents are handed over to by a tool whose span is named after the agent only.
_HANDOFF = re.compile(r"^(?:transfer_to_|handoff to )")


@dataclass
class _Said:
    """Tokens of one span."""

    made: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)


def unread_traces(spans: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """Project and TraceId where a tool's span is not tied to the model's calls on both sides.

    `spans` are rows of the table spans, `said` what their attributes say (columns SAID). A tool
    after which no model was called needs no second side.
    """
    start = pl.col("Start").dt.epoch("ns")
    models = spans.filter(pl.col("Kind") == "llm").select(*SPAN, start=start)
    tools = spans.filter(pl.col("Kind") == "tool").select(
        *SPAN, "ToolCallId", end=start + pl.col("DurationNs").cast(pl.Int64)
    )
    latest = models.group_by(TRACE).agg(latest=pl.col("start").max())
    tools = tools.join(latest, on=TRACE, how="inner")
    by_model = said.join(models.select(SPAN).unique(), on=SPAN, how="semi")
    own = said.join(tools.select(SPAN).unique(), on=SPAN, how="semi")
    ids = pl.concat(
        [
            tools.select(*SPAN, token="id:" + pl.col("ToolCallId")),
            _tokens(own, "Made").select(*SPAN, "token"),
        ]
    )
    for name, column in (("asked", "Made"), ("told", "Used")):
        known = _tokens(by_model, column).select(*TRACE, "token").unique()
        tied = ids.join(known, on=[*TRACE, "token"], how="semi").select(SPAN).unique()
        tools = tools.join(tied.with_columns(pl.lit(True).alias(name)), on=SPAN, how="left")
    missing = pl.col("asked").is_null() | (
        pl.col("told").is_null() & (pl.col("latest") >= pl.col("end"))
    )
    return tools.filter(missing).select(TRACE).unique()


def _tokens(said: pl.DataFrame, column: str) -> pl.DataFrame:
    exploded = said.select(*SPAN, token=column).explode("token", empty_as_null=False)
    return exploded.filter(pl.col("token").str.starts_with("id:"))


def said_in_messages(rows: pl.DataFrame, logs: pl.DataFrame) -> pl.DataFrame:
    """What model calls and tools said, as SAID, with the call of each tool's span.

    `rows` are those of jobs/flow_calls, `logs` those of jobs/flow_logs.
    """
    records = _records(logs)
    said: dict[Key, _Said] = defaultdict(_Said)
    asks: dict[tuple[str, str], list[Ask]] = defaultdict(list)
    runs: dict[tuple[str, str], list[Run]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        span: Key = (row["Project"], row["TraceId"], row["SpanId"])
        conversation = read_row(row, records.get(span, ()))
        if row["Kind"] == "llm":
            asks[span[:2]] += _model(row, conversation, said[span])
        else:
            runs[span[:2]] += _tool(row, conversation, said[span])
    for trace, waiting in runs.items():
        for span_id, call_id in pair(asks[trace], waiting, TOLERANCE_NS):
            both = said[(*trace, span_id)]
            both.made.append(f"id:{call_id}")
            both.used.append(f"id:{call_id}")
    found = [(*span, one.made, one.used) for span, one in said.items() if one.made or one.used]
    return pl.DataFrame(found, schema=SAID, orient="row")


def _records(logs: pl.DataFrame) -> dict[Key, list[Log]]:
    found: dict[Key, list[Log]] = defaultdict(list)
    for row in logs.iter_rows(named=True):
        attributes = dict(zip(row["Keys"], row["Values"], strict=True))
        key = (row["Project"], row["TraceId"], row["SpanId"])
        found[key].append(Log(row["Event"], row["Body"], attributes))
    return found


def _parts(messages: Sequence[Message]) -> Iterator[ToolCall | ToolResult]:
    for message in messages:
        for part in message.parts:
            if isinstance(part, ToolCall | ToolResult):
                yield part


def _model(row: Mapping[str, Any], said: Conversation, tokens: _Said) -> list[Ask]:
    """The calls it asked for; adds ids made and results given to `tokens`."""
    asks = []
    calls = [part for part in _parts(said.output) if isinstance(part, ToolCall)]
    for number, call in enumerate(calls):
        call_id = call.id or f"{row['SpanId']}:{number}"
        tokens.made.append(f"id:{call_id}")
        asks.append(Ask(call_id, row["SpanId"], _name(call.name), call.arguments, row["EndNs"]))
    for part in _parts(said.input):
        if isinstance(part, ToolResult):
            tokens.used += [f"id:{part.id}"] if part.id else _words(part.content)
    return asks


def _tool(row: Mapping[str, Any], said: Conversation, tokens: _Said) -> list[Run]:
    """The run, where its call is still to be found; adds its result to `tokens`."""
    results = [part for part in _parts(said.output) if isinstance(part, ToolResult)]
    for part in results:
        tokens.made += _words(part.content)
    calls = [part for part in _parts(said.input) if isinstance(part, ToolCall)]
    ids = [row["ToolCallId"], *(part.id for part in calls), *(part.id for part in results)]
    known = next(filter(None, ids), "")
    if known:
        tokens.made.append(f"id:{known}")
        tokens.used.append(f"id:{known}")
        return []
    call = calls[0] if calls else None
    name = row["ToolName"] or (call.name if call else "") or row["Name"]
    return [Run(row["SpanId"], _name(name), call.arguments if call else None, row["StartNs"])]


def _name(name: str) -> str:
    """The tool's name, alike for a call and its span."""
    return _HANDOFF.sub("to ", name.strip())


def _words(content: object) -> list[str]:
    """Tokens of the pieces of a short result; see assemble_said for where pieces end."""
    text = content if isinstance(content, str) else repr(content)
    pieces = (_NO_LETTERS.sub("", piece) for piece in _PIECES.split(text))
    return [
        f"text:result:{blake2b(piece.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"
        for piece in dict.fromkeys(pieces)
        if len(piece) >= MIN_LETTERS
    ]
