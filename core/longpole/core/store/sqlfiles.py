"""Statements live in `core/longpole/core/sql/<area>/<question>.sql`; this loads them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def load_sql(name: str) -> str:
    """The text of `sql/<name>.sql`, such as `load_sql("ui/trace_search")`."""
    return files("longpole.core").joinpath("sql", f"{name}.sql").read_text("utf-8")
