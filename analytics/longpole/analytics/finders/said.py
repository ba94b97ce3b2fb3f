"""What spans said, as hashes that are equal where the same was asked or answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import polars as pl

from longpole.analytics.finders.columns import SAID
from longpole.core.messages import Conversation, ToolCall, ToolResult, prompt_budget, read_row
from longpole.core.messages.frames import COLUMNS, content_hashes

FIXED = ("system", "tools")


def read_said(rows: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """SAID out of rows of `jobs/find_said` (columns of messages.frames.COLUMNS, Kind and Model).

    A tool is known by its name and arguments, whatever the id of the call. The tokens of
    instructions and tools are counted once for each beginning.
    """
    hashed = content_hashes(rows.select(COLUMNS), key)
    prompts = hashed.with_columns(
        AskedHash=pl.col("PrefixHashes").list.last().fill_null(""), Kind=rows["Kind"]
    )
    tools = [_tool(row) for row in rows.iter_rows(named=True)]
    both = prompts.with_columns(
        pl.DataFrame(tools, schema={"_asked": pl.String, "_answer": pl.String}, orient="row")
    )
    is_tool = pl.col("_asked") != ""
    said = both.select(
        "TraceId",
        "SpanId",
        AskedHash=pl.when(is_tool).then("_asked").otherwise("AskedHash"),
        AnswerHash=pl.when(is_tool).then("_answer").otherwise("ContentHash"),
        Prefixes="PrefixHashes",
    )
    typed = (pl.col(name).cast(kind) for name, kind in SAID.items())
    return _with_fixed(said, rows).select(typed)


def _tool(row: Mapping[str, Any]) -> tuple[str, str]:
    """Hashes of a tool span's call and result; empty for other spans and where it says nothing."""
    if row["Kind"] != "tool":
        return "", ""
    said = read_row(row)
    parts = [part for message in (*said.input, *said.output) for part in message.parts]
    asked = [(part.name, part.arguments) for part in parts if isinstance(part, ToolCall)]
    answer = [part.content for part in parts if isinstance(part, ToolResult)]
    return _hash(asked), _hash(answer)


def _hash(values: list[Any]) -> str:
    if not values:
        return ""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _with_fixed(said: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """FixedTokens: of instructions and tools, from one call of each beginning."""
    beginnings = (
        said.with_row_index("row")
        .filter(pl.col("Prefixes").list.len() > 0)
        .with_columns(first=pl.col("Prefixes").list.first())
        .unique("first", keep="first", maintain_order=True)
    )
    counted = [
        (first, _fixed_tokens(read_row(row), str(row["Model"])))
        for first, row in zip(
            beginnings["first"], rows[beginnings["row"]].iter_rows(named=True), strict=True
        )
    ]
    table = pl.DataFrame(
        counted, schema={"first": pl.String, "FixedTokens": pl.Int64}, orient="row"
    )
    keyed = said.with_columns(first=pl.col("Prefixes").list.first())
    return keyed.join(table, on="first", how="left", maintain_order="left")


def _fixed_tokens(said: Conversation, model: str) -> int | None:
    budget = prompt_budget(said, None, model, {})
    if budget is None:
        return None
    return sum(share.tokens for share in budget.shares if share.part in FIXED)
