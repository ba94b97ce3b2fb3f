from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from agent_paths import kind_of, read, summary
from agent_traces import files

from longpole.analytics.critical_path import PathOptions, Paths, find_paths

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "agent_traces"
GOLDEN = Path(__file__).parents[1] / "data" / "paths" / "agent_traces.json"
MODES = [
    PathOptions(),
    PathOptions(overlap_tolerance=0, outliving="clip", skew="none"),
    PathOptions(outliving="detach", streaming=True),
]


@pytest.fixture(scope="module")
def runs() -> dict[str, pl.DataFrame]:
    if not FOLDER.is_dir():
        pytest.skip(f"the recorded agent runs are not at {FOLDER}")
    return {f"{file.parent.name}/{file.name}": read(file) for file in files(FOLDER)}


def holds(paths: Paths) -> None:
    """Sections of each root touch, do not overlap, and cover it from end to start."""
    for key, found in paths.sections.group_by("TraceId", "RootSpanId", maintain_order=True):
        starts, ends = found["StartNs"].to_list(), found["EndNs"].to_list()
        assert starts[:-1] == ends[1:], key
        root = paths.roots.filter(TraceId=key[0], RootSpanId=key[1])
        assert root.select("StartNs", "DurationNs").row(0) == (starts[-1], ends[0] - starts[-1])
    assert paths.sections.select("TraceId", "RootSpanId").n_unique() == paths.roots.height


@pytest.mark.parametrize("options", MODES)
def test_the_path_covers_every_root(runs: dict[str, pl.DataFrame], options: PathOptions) -> None:
    for spans in runs.values():
        paths = find_paths(spans, options)
        holds(paths)
        backwards = find_paths(spans.reverse(), options)
        assert backwards.sections.equals(paths.sections)


def test_time_by_kind_is_as_it_was(runs: dict[str, pl.DataFrame]) -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))
    known = {name: spans for name, spans in runs.items() if name in golden}
    assert known
    for name, spans in known.items():
        assert summary(spans, find_paths(spans, PathOptions())) == golden[name], name


def test_the_kind_is_what_the_attributes_name() -> None:
    assert kind_of({"openinference.span.kind": "LLM"}) == "llm"
    assert kind_of({"gen_ai.operation.name": "chat", "x": 1}) == "chat"
    assert kind_of({}) == "other"
