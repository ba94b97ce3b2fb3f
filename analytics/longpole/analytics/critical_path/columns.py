"""The columns that go in and come out, in one place."""

from __future__ import annotations

import polars as pl

from longpole.analytics.critical_path.path_kernels import EVIDENCE, FLAGS, PHASES
from longpole.core.errors import InputError

Columns = dict[str, tuple[type[pl.DataType], ...]]
TREE_COLUMNS: Columns = {
    "TraceId": (pl.String,),
    "SpanId": (pl.String,),
    "ParentSpanId": (pl.String,),
    "StartNs": (pl.Int64,),
    "DurationNs": (pl.UInt64, pl.Int64),
}
PATH_COLUMNS: Columns = {**TREE_COLUMNS, "SpanKind": (pl.String,), "Process": (pl.String,)}

SECTIONS = pl.Schema(
    {
        "TraceId": pl.String(),
        "RootSpanId": pl.String(),
        "SpanId": pl.String(),
        "StartNs": pl.Int64(),
        "EndNs": pl.Int64(),
        "Phase": pl.Enum(PHASES),
        "Evidence": pl.Enum(EVIDENCE),
    }
)
SPANS = pl.Schema(
    {
        "TraceId": pl.String(),
        "SpanId": pl.String(),
        "RootSpanId": pl.String(),
        "Depth": pl.UInt32(),
        "IsRoot": pl.Boolean(),
        "PathNs": pl.UInt64(),
        "SelfNs": pl.UInt64(),
        "SlackNs": pl.UInt64(),
        "DragNs": pl.UInt64(),
        "Flags": pl.List(pl.String()),
    }
)
ROOTS = pl.Schema(
    {
        "TraceId": pl.String(),
        "RootSpanId": pl.String(),
        "StartNs": pl.Int64(),
        "DurationNs": pl.UInt64(),
        "WorkNs": pl.UInt64(),
        "CompletionNs": pl.UInt64(),
    }
)


def check_columns(spans: pl.DataFrame, wanted: Columns) -> None:
    """Raise InputError naming the first column that is missing, of another type, or has nulls."""
    for name, types in wanted.items():
        dtype = spans.schema.get(name)
        expected = " or ".join(one.__name__ for one in types)
        if dtype is None:
            raise InputError(f"the spans have no column {name}; add it as {expected}")
        if not isinstance(dtype, types):
            raise InputError(f"column {name} is {dtype}; cast it to {expected}")
        if spans[name].null_count():
            raise InputError(f"column {name} has nulls; fill them (unknown text is '')")


def flag_lists(bits: pl.Series, flags: tuple[str, ...] = FLAGS) -> pl.Series:
    """The names of the flags set in each number; bit 0 is the first flag."""
    known = bits.unique()
    names = [[name for bit, name in enumerate(flags) if one >> bit & 1] for one in known]
    table = pl.DataFrame({"bits": known, "Flags": pl.Series(names, dtype=pl.List(pl.String))})
    joined = pl.DataFrame({"bits": bits}).join(table, on="bits", how="left", maintain_order="left")
    return joined["Flags"]
