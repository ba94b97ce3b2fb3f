"""The command's answer for random small traces against the rules written plainly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_rules import PlainRules

from longpole.analytics.critical_path import PathOptions
from longpole.analytics.critical_path.options import Outliving
from longpole.cli.critical_path import find_in_table
from longpole.cli.spanfiles.reading import of_content

GONE = 99


@st.composite
def traces(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One trace: its first span spans all of it, others may stick out, touch, or have no length."""
    size, longest = draw(st.integers(1, 9)), draw(st.sampled_from([4, 12, 1_000]))
    ids = draw(st.permutations(range(size)))
    time = st.integers(0, longest)
    spans = [
        {"id": ids[0], "parent": None, "start": longest // 4, "end": longest, "kind": "", "ref": "",
         "host": draw(st.sampled_from(["", "a"]))}
    ]  # fmt: skip
    for at in range(1, size):
        start, end = sorted((draw(time), draw(time)))
        parents = [*(ids[before] for before in range(at)), GONE]
        kind = draw(st.sampled_from(["internal", "producer", "consumer"]))
        spans.append(
            {"id": ids[at], "parent": draw(st.sampled_from(parents)), "start": start, "end": end,
             "kind": kind, "host": draw(st.sampled_from(["", "a", "b"])),
             "ref": draw(st.sampled_from(["", "", "", "FOLLOWS_FROM"]))}
        )  # fmt: skip
    return draw(st.permutations(spans))


@pytest.mark.parametrize("share", [None, 0, 0.05, 0.3])
@pytest.mark.parametrize("outliving", ["auto", "clip", "detach"])
@given(spans=traces())
@settings(max_examples=60, deadline=None)
def test_the_answer_is_that_of_the_rules(
    spans: list[dict[str, Any]], outliving: Outliving, share: float | None
) -> None:
    options = PathOptions(overlap_tolerance=share, outliving=outliving)
    answer, _ = find_in_table(of_content({"spans": spans}, "case"), options)
    sections = [
        [(one["span"], one["start"], one["end"]) for one in root["sections"]]
        for root in answer["roots"]
    ]
    rules = PlainRules(share, outliving, {span["id"]: span for span in spans})
    assert sections == rules.roots()
