"""The critical paths of OTLP files, found as a running Longpole finds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from longpole.analytics.critical_path import Paths
from longpole.cli.offline.files import read_bodies
from longpole.cli.offline.load import loaded
from longpole.cli.path_document import Document, Terms, document, path_warnings
from longpole.core.errors import InputError
from longpole.core.settings import Settings, load
from longpole.core.store import Store, load_sql


def find_in_otlp(
    config: Path | None, file: Path, modes: dict[str, Any]
) -> tuple[Document, dict[object, str]]:
    """The document for OTLP in a file or folder, in ns since 1970, and the spans' names by id.

    Raises InputError when it cannot be read or holds no spans.
    """
    settings = with_modes(load(file=config).settings, modes)
    bodies, notes = read_bodies(file)
    with loaded(bodies, settings) as (store, rejected):
        paths, names = stored_paths(store)
    if paths.spans.is_empty():
        raise InputError(f"{file} has no spans; give at least one request with spans")
    warnings = [*notes, *rejected, *path_warnings(paths)]
    return document(paths, Terms(), warnings), names


def with_modes(settings: Settings, modes: dict[str, Any]) -> Settings:
    """Settings under which paths are found in these modes."""
    jobs = settings.jobs.model_copy(update=modes)
    return settings.model_copy(update={"jobs": jobs})


def stored_paths(store: Store) -> tuple[Paths, dict[object, str]]:
    """The paths of all traces of an assembled store, and the names of spans by id."""
    sections = store.frame(load_sql("offline/path_sections"))
    spans = store.frame(load_sql("offline/path_spans"))
    names: dict[object, str] = dict(zip(spans["SpanId"], spans["Name"], strict=True))
    roots = store.frame(load_sql("offline/path_roots"))
    return Paths(sections, _with_roots(spans), roots), names


def _with_roots(spans: pl.DataFrame) -> pl.DataFrame:
    """Adds RootSpanId: found by climbing, a generation of all spans at a time."""
    on = ["TraceId", "SpanId"]
    parent = pl.when("IsRoot").then("SpanId").otherwise("ParentSpanId")
    above = spans.select(*on, RootSpanId=parent)
    while True:
        higher = above.join(
            above.rename({"SpanId": "RootSpanId", "RootSpanId": "next"}),
            on=["TraceId", "RootSpanId"], how="left", maintain_order="left",
        ).select(*on, RootSpanId=pl.coalesce("next", "RootSpanId"))  # fmt: skip
        if higher.equals(above):
            return spans.with_columns(above["RootSpanId"])
        above = higher
