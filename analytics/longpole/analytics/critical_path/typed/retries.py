"""Attempts that failed and were made again, and the waits between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longpole.analytics.critical_path.forest import Forest
from longpole.analytics.critical_path.path_kernels import RATE_LIMIT, RETRY, Bytes
from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.core.compiled import compiled

Bools = NDArray[np.bool_]

TOO_MUCH = (
    r"(?i)(^|[^0-9])(429|529)($|[^0-9])|rate.?limit|too.?many.?requests|overloaded|throttl|"
    r"resource.?exhausted|quota"
)
SAYS_WHY = ("ErrorType", "StatusMessage")
SAME = ("Name", "Model", "ToolName")


@dataclass(frozen=True)
class Attempts:
    """`code` of each span within a failed attempt: RETRY or RATE_LIMIT, else 0.

    `waits`: one row an attempt, sorted by `since`: `parent`, the ns `since` its end `until` the
    next attempt's start, and `wait`, its code.
    """

    code: Bytes
    waits: pl.DataFrame


def find_attempts(
    forest: Forest, spans: pl.DataFrame, start: Ints, end: Ints, awaited: Bools
) -> Attempts | None:
    """Failed children whose next sibling does the same again; None where there are none.

    The next sibling is the first that starts after the attempt's end. It does the same if it has
    the same model, tool and name, numbers in it aside. Calls of one tool for two calls of a model
    are two calls, not an attempt and another.
    """
    if "IsError" not in spans.columns or not spans["IsError"].any():
        return None
    failed = spans["IsError"].to_numpy()
    known = _with_keys(forest, spans, start, end)
    tried = known.filter(pl.Series(failed & awaited & (forest.parent >= 0)))
    if tried.is_empty():
        return None
    siblings = known.filter(pl.col("parent").is_in(tried["parent"].unique().implode()))
    pairs = tried.sort("again").join_asof(
        siblings.sort("start"), left_on="again", right_on="start", by="parent",
        strategy="forward", suffix="_next", check_sortedness=False,
    )  # fmt: skip
    one_call = (
        (pl.col("call") == pl.col("call_next"))
        | (pl.col("call") == "")
        | (pl.col("call_next") == "")
    )
    found = pairs.filter((pl.col("key") == pl.col("key_next")) & one_call)
    return _coded(forest, spans, failed, found) if found.height else None


def _with_keys(forest: Forest, spans: pl.DataFrame, start: Ints, end: Ints) -> pl.DataFrame:
    names = [name for name in SAME if name in spans.columns]
    texts = [pl.col(name).cast(pl.String).str.replace_all(r"\d+", "#") for name in names]
    call = spans["ToolCallId"] if "ToolCallId" in spans.columns else pl.lit("")
    return spans.select(key=pl.concat_str(texts, separator="\0") if texts else pl.lit("")).select(
        "key",
        call=call,
        index=pl.Series(np.arange(len(spans))),
        parent=pl.Series(forest.parent),
        start=pl.Series(start),
        end=pl.Series(end),
        # An attempt of no length is not its own successor.
        again=pl.Series(np.maximum(end, start + 1)),
    )


def _coded(forest: Forest, spans: pl.DataFrame, failed: Bools, found: pl.DataFrame) -> Attempts:
    limited = _rate_limited(spans)
    spread_up(forest.order, forest.parent, failed, limited)
    index = found["index"].to_numpy()
    code = np.zeros(len(spans), np.uint8)
    code[index] = np.where(limited[index], RATE_LIMIT, RETRY)
    waits = found.select(
        "parent", since="end", until="start_next", wait=pl.Series(code[index])
    ).sort("since")  # fmt: skip
    spread_down(forest.order, forest.parent, code)
    return Attempts(code, waits)


def _rate_limited(spans: pl.DataFrame) -> Bools:
    said = [pl.col(name).cast(pl.String) for name in SAYS_WHY if name in spans.columns]
    if not said:
        return np.zeros(len(spans), np.bool_)
    told = pl.any_horizontal(one.str.contains(TOO_MUCH) for one in said).fill_null(False)
    return spans.select(told & pl.col("IsError")).to_series().to_numpy(writable=True)


@compiled
def spread_up(order: Ints, parent: Ints, failed: Bools, limited: Bools) -> None:
    """A call that failed because of one below it failed for the same reason."""
    for k in range(order.size - 1, -1, -1):
        i = order[k]
        p = parent[i]
        if p >= 0 and limited[i] and failed[p]:
            limited[p] = True


@compiled
def spread_down(order: Ints, parent: Ints, code: Bytes) -> None:
    """All below a failed attempt was done for it."""
    for i in order:
        p = parent[i]
        if p >= 0 and code[p]:
            code[i] = code[p]
