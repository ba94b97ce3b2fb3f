"""From tokens that spans made and were given to the edges between them."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.critical_path import DATA, LINK, Edges, Forest
from longpole.analytics.dataflow.keys import FLOW_KINDS

SAID = pl.Schema(
    {
        "Project": pl.String(),
        "TraceId": pl.String(),
        "SpanId": pl.String(),
        "Made": pl.List(pl.String),
        "Used": pl.List(pl.String),
    }
)
SPAN = ["Project", "TraceId", "SpanId"]
TEXT = "text:"
# Clocks of one process may show a call's successor a little before its end.
TOLERANCE_NS = 2_000_000
TOLERANCE_SHARE_INVERSE = 100
PAIR = ["target", "source"]


def find_edges(forest: Forest, spans: pl.DataFrame, said: pl.DataFrame | None = None) -> Edges:
    """Who waited for whom; row i of `spans` (rows of the table spans) is span i of the forest.

    `said` (columns SAID): what spans made and used, as tokens; see jobs/assemble_said. Data is an
    edge from the span that made a token to one that began after it had ended and used it: of
    several makers the last. Made by a tool is the id of its call too. A text counts only where it
    was new: no span that began before its maker had ended was given it. What follows from other
    edges is left out, so that a loop of n turns has about 2 n edges. Links count in one trace.
    """
    timed = pl.DataFrame(
        {
            "index": np.arange(len(spans)),
            "trace": forest.trace,
            "model": spans["Kind"] == "llm",
            "start": forest.start,
            "end": forest.end,
            "slack": np.minimum(
                (forest.end - forest.start) // TOLERANCE_SHARE_INVERSE, TOLERANCE_NS
            ),
        }
    )
    data = _direct(_data(_tokens(spans, timed, said), timed))
    links = _links(spans, timed)
    coded = [
        data.with_columns(code=pl.lit(DATA, pl.UInt8)),
        links.with_columns(code=pl.lit(LINK, pl.UInt8)),
    ]
    found = pl.concat(coded).sort(*PAIR, "code").unique(PAIR, keep="first", maintain_order=True)
    begin = np.zeros(len(spans) + 1, np.int64)
    begin[1:] = np.cumsum(np.bincount(found["target"].to_numpy(), minlength=len(spans)))
    return Edges(
        begin, found["source"].to_numpy(writable=True), found["code"].to_numpy(writable=True)
    )


def _tokens(spans: pl.DataFrame, timed: pl.DataFrame, said: pl.DataFrame | None) -> pl.DataFrame:
    """One row a span, token and side (`made`), of spans that pass data on."""
    flows = spans.select(*SPAN, "Kind", "ToolCallId", "ResponseId").hstack(timed).filter(
        pl.col("Kind").is_in(FLOW_KINDS)
    )  # fmt: skip
    called = flows.filter(pl.col("ToolCallId") != "").with_columns(
        token="id:" + pl.col("ToolCallId")
    )
    answered = flows.filter((pl.col("Kind") == "llm") & (pl.col("ResponseId") != "")).with_columns(
        token="id:" + pl.col("ResponseId")
    )
    names = ["index", "trace", "start", "end", "slack", "token"]
    parts = [
        called.select(*names, made=pl.lit(True)),
        called.select(*names, made=pl.lit(False)),
        answered.select(*names, made=pl.lit(True)),
    ]
    if said is not None and said.height:
        joined = flows.join(said.select(SAID.names()), on=SPAN, how="inner")
        for column, made in (("Made", True), ("Used", False)):
            listed = joined.with_columns(token=column).explode("token", empty_as_null=False)
            parts.append(listed.select(*names, made=pl.lit(made)).filter(pl.col("token") != ""))
            # A tool that answers to an id was called by it, also where only its result says so.
            replied = listed.filter(
                pl.lit(made) & (pl.col("Kind") == "tool") & pl.col("token").str.starts_with("id:")
            )
            parts.append(replied.select(*names, made=pl.lit(False)))
    return pl.concat(parts).unique(maintain_order=True)


def _data(tokens: pl.DataFrame, timed: pl.DataFrame) -> pl.DataFrame:
    """Target and source of each token that was passed on."""
    made, used = tokens.filter("made"), tokens.filter(~pl.col("made"))
    key = ["trace", "token"]
    both = used.select(key).unique()
    made = made.join(both, on=key, how="semi")
    known = used.group_by(key).agg(known=pl.col("start").min())
    is_text = pl.col("token").str.starts_with(TEXT)
    fresh = made.join(known, on=key, how="left").filter(
        ~is_text | (pl.col("known") >= pl.col("end"))
    )
    pairs = (
        used.select(*key, target="index", began="start", within="slack")
        .join(fresh.select(*key, "end", "slack", source="index"), on=key, how="inner")
        .filter(
            (pl.col("target") != pl.col("source"))
            & (pl.col("end") <= pl.col("began") + pl.min_horizontal("slack", "within"))
        )
    )
    ordered = pairs.sort("target", "token", "end", "source")
    key = ["target", "token"]
    last = ordered.unique(key, keep="last", maintain_order=True)
    # Who asked for a tool is waited for too, and tells which conversation goes on.
    asked = ordered.filter(~is_text).unique(key, keep="first", maintain_order=True)
    # A span may start at the moment its maker ends, both of no length: the order of ids holds then.
    ahead = (
        pl.concat([last, asked])
        .join(timed.select("model", source="index", source_start="start"), on="source")
        .filter((pl.col("source_start") < pl.col("began")) | (pl.col("source") < pl.col("target")))
    )
    return ahead.select(*PAIR, "end", "model").unique(PAIR).sort(*PAIR)


def _direct(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs that do not follow from two others.

    A prompt repeats the whole conversation: first each target drops the sources that its latest
    call of a model has too, which is linear in the pairs; then what is left is looked at in twos.
    """
    if pairs.is_empty():
        return pairs.select(PAIR)
    calls = pairs.filter("model").sort("target", "end", "source")
    latest = calls.group_by("target").agg(via=pl.col("source").last())
    again = (
        pairs.join(latest, on="target")
        .join(pairs.select(via="target", source="source"), on=["via", "source"], how="semi")
        .select(PAIR)
    )
    rest = pairs.join(again, on=PAIR, how="anti").select(PAIR)
    twice = rest.join(
        rest.select(via="target", far="source"), left_on="source", right_on="via"
    ).select("target", source="far")  # fmt: skip
    return rest.join(twice, on=PAIR, how="anti").sort(PAIR)


def _links(spans: pl.DataFrame, timed: pl.DataFrame) -> pl.DataFrame:
    """Target and source of links to spans of the same trace that had ended."""
    nothing = pl.DataFrame(schema={"target": pl.Int64(), "source": pl.Int64()})
    if "LinkedSpanIds" not in spans.columns:
        return nothing
    linking = (
        spans.select("LinkedSpanIds").hstack(timed).filter(pl.col("LinkedSpanIds").list.len() > 0)
    )
    if linking.is_empty():
        return nothing
    ends = (
        spans.select("SpanId")
        .hstack(timed)
        .select("trace", "end", "slack", SpanId="SpanId", source="index")
    )
    asked = linking.select("trace", "start", SpanId="LinkedSpanIds", target="index").explode(
        "SpanId"
    )
    found = asked.join(ends, on=["trace", "SpanId"], how="inner")
    return found.filter(
        (pl.col("end") <= pl.col("start") + pl.col("slack"))
        & (pl.col("target") != pl.col("source"))
    ).select(PAIR)
