"""Sections of the sweep, split and named by what their time was spent on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longpole.analytics.critical_path import path_kernels as kernels
from longpole.analytics.critical_path.first_token import MODEL_KINDS
from longpole.analytics.critical_path.forest import Forest
from longpole.analytics.critical_path.path_kernels import Bytes
from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.analytics.critical_path.typed.edge_time import callees
from longpole.analytics.critical_path.typed.moments import carried, moments
from longpole.analytics.critical_path.typed.retries import Attempts, find_attempts

Bools = NDArray[np.bool_]
Sections = tuple[Ints, Ints, Ints, Bytes]


@dataclass(frozen=True)
class Typed:
    """Sections, latest first: the parts of section `row[i]` of the sweep, with their phase.

    `peer` is the span that was called, for phase `edge`, else -1. Parts of a section touch and
    cover it exactly.
    """

    row: Ints
    starts: Ints
    ends: Ints
    phase: Bytes
    peer: Ints


def type_time(
    forest: Forest,
    spans: pl.DataFrame,
    sections: Sections,
    times: tuple[Ints, Ints],
    codes: tuple[Bytes, Ints],
    awaited: Bools,
) -> Typed:
    """Name the time of each section (span, start, end, phase); row i of `spans` is span i.

    `times`: start and end of each span after skew correction; `codes`: its kind (1 client, 2
    server) and process (0 unknown). Columns that are not there say nothing: Kind, TtftS, QueueS,
    PrefillS, DecodeS, IsError, ErrorType, StatusMessage, Name, Model, ToolName, ToolCallId.
    """
    span, starts, ends, phase = sections
    start, end = times
    peer = _peers(callees(forest, spans, *codes, awaited), span, phase)
    own = carried(forest, spans, codes[0], start, moments(spans, end - start))
    named = np.where(peer >= 0, kernels.EDGE, phase).astype(np.uint8)
    typed = Typed(np.arange(span.size), starts, ends, named, peer)
    splits = (peer < 0) & (starts < ends) & own.known[span] & _may_split(forest, spans, span, phase)
    if splits.any():
        queue = start[span] + own.queue[span]
        token = np.where(own.token[span] >= 0, start[span] + own.token[span], kernels.LIMIT_NS)
        typed = _split(typed, splits, queue, token)
    attempts = find_attempts(forest, spans, start, end, awaited)
    return typed if attempts is None else _retried(typed, span, attempts)


def _peers(callee: Ints, span: Ints, phase: Bytes) -> Ints:
    """The callee of each section that is a caller's own time around it; else -1."""
    on_path = np.zeros(callee.size, np.bool_)
    on_path[span] = True
    peer = callee[span]
    found: Ints = np.where((phase != kernels.SELF) & (peer >= 0) & on_path[peer], peer, -1)
    return found


def _may_split(forest: Forest, spans: pl.DataFrame, span: Ints, phase: Bytes) -> Bools:
    """A model call's own time, unless another report of the call is below it and has that time."""
    if "Kind" not in spans.columns:
        return np.asarray(phase == kernels.SELF)
    around = np.zeros(len(spans), np.bool_)
    model = np.flatnonzero(spans["Kind"].is_in(MODEL_KINDS).to_numpy() & (forest.parent >= 0))
    around[forest.parent[model]] = True
    return np.asarray((phase == kernels.SELF) | ~around[span])


def _split(typed: Typed, splits: Bools, queue: Ints, token: Ints) -> Typed:
    """Cut sections at the end of the queue and at the first token."""
    until_token = splits & (token < kernels.LIMIT_NS)
    queue, token = (np.clip(at, typed.starts, typed.ends) for at in (queue, token))
    first_token = np.where(splits & (token < typed.ends), token, typed.ends)
    waited = np.where(splits, queue, typed.starts)
    # Latest first: from the token on, from the queue to the token, the queue.
    lows = np.stack((first_token, waited, typed.starts), axis=1)
    highs = np.stack((typed.ends, first_token, waited), axis=1)
    middle = np.where(until_token, kernels.PREFILL, typed.phase)
    phases = np.stack(
        (np.full_like(middle, kernels.DECODE), middle, np.full_like(middle, kernels.QUEUE)), axis=1
    )
    kept = lows < highs
    kept[~kept.any(axis=1), 1] = True
    row = np.repeat(typed.row, kept.sum(axis=1))
    return Typed(row, lows[kept], highs[kept], phases[kept].astype(np.uint8), typed.peer[row])


def _retried(typed: Typed, span: Ints, attempts: Attempts) -> Typed:
    """Name the time of failed attempts, and of their callers between them."""
    within = attempts.code[span[typed.row]]
    asked = np.flatnonzero((within == 0) & (typed.phase == kernels.BETWEEN))
    gaps = pl.DataFrame(
        {"parent": span[typed.row[asked]], "lo": typed.starts[asked], "hi": typed.ends[asked],
         "at": asked}
    ).sort("lo")  # fmt: skip
    waits = gaps.join_asof(
        attempts.waits, left_on="lo", right_on="since", by="parent", strategy="backward",
        check_sortedness=False,
    ).filter(pl.col("hi") <= pl.col("until"))  # fmt: skip
    code = within.copy()
    code[waits["at"].to_numpy()] = waits["wait"].to_numpy()
    phase = np.where(code > 0, code, typed.phase).astype(np.uint8)
    peer = np.where(code > 0, -1, typed.peer)
    return Typed(typed.row, typed.starts, typed.ends, phase, peer)
