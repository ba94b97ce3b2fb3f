"""Who served a call: time of the caller outside of it is time between the two."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longpole.analytics.critical_path.forest import Forest
from longpole.analytics.critical_path.path_kernels import CLIENT, SERVER, Bytes
from longpole.analytics.critical_path.tree_kernels import Ints

CALL_KINDS = ("llm", "embedding", "reranker")
TOOL_KINDS = ("tool", "mcp")

Bools = NDArray[np.bool_]


def callees(
    forest: Forest, spans: pl.DataFrame, kind: Bytes, process: Ints, awaited: Bools
) -> Ints:
    """For each span the child in another process that served its call; -1: none, or several.

    That is the server's span below a client's; the engine's below a model call; the MCP server's
    below a tool's; and where nothing says what kinds they are, an only child that ran in another
    known process. `kind`: 1 client, 2 server, 0 not said; `process`: 0 is unknown.
    """
    parent = np.maximum(forest.parent, 0)
    is_child = (forest.parent >= 0) & awaited
    known = (process != 0) & (process[parent] != 0)
    same = known & (process == process[parent])
    served = (kind == SERVER) & (kind[parent] == CLIENT) & ~same
    only = np.diff(forest.begin) == 1
    served |= (kind[parent] == 0) & only[parent] & known & ~same
    if "Kind" in spans.columns:
        served |= _of_models(spans["Kind"], parent)
        tools = spans["Kind"].is_in(TOOL_KINDS).to_numpy()
        served |= tools & tools[parent] & (kind == SERVER) & ~same
    index = np.flatnonzero(served & is_child)
    callee = np.full(kind.size, -1, np.int64)
    callee[forest.parent[index]] = index
    several = np.bincount(forest.parent[index], minlength=kind.size) > 1
    callee[several] = -1
    return callee


def _of_models(kinds: pl.Series, parent: Ints) -> Bools:
    """An engine's span below the model call that it served."""
    calls = kinds.is_in(CALL_KINDS).to_numpy()
    found: Bools = (kinds == "engine").to_numpy() & calls[parent]
    return found
