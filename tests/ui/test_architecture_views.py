"""The Architecture page's pure parts: address, flame graph, variants, layers of agents."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
from dash.development.base_component import Component
from hypothesis import given
from hypothesis import strategies as st

from longpole.ui.architecture.flame import EVERYTHING, Box, flame_of
from longpole.ui.architecture.flame_view import describe
from longpole.ui.architecture.found import finding_cards
from longpole.ui.architecture.graph import START, placed
from longpole.ui.architecture.profile_view import row_name, traces_href
from longpole.ui.architecture.selection import Selection
from longpole.ui.architecture.variants import summed
from longpole.ui.architecture.view_state import (
    BANDS,
    View,
    comparison,
    filtered,
    read_view,
)
from longpole.ui.state import Window

HOUR = 3_600 * 10**9
NAMES = st.sampled_from(["agent", "plan", "search", "x" * 30])
STACKS = st.lists(
    st.tuples(
        st.lists(NAMES, min_size=1, max_size=6),
        st.sampled_from(["work", "edge", "gap"]),
        st.integers(1, 10**9),
    ),
    min_size=1,
    max_size=30,
)


def stacks(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    schema = ["Stack", "Part", "SumNs", "Sections"]
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def text_of(component: Component) -> str:
    return str(component)


def test_the_address_restores_the_view() -> None:
    view = View(Selection(since="7d", root_name="a & b", band="p95-p99"), "kind", BANDS)
    assert view.href.startswith("/architecture?")
    query = dict(pair.split("=") for pair in view.href.split("?")[1].split("&"))
    assert query["by"] == "kind" and query["compare"] == "bands"
    again = read_view({**query, "root_name": "a & b"})
    assert again == view
    assert read_view({"by": "nonsense", "compare": "nonsense"}) == View()


def test_another_root_operation_drops_the_variant() -> None:
    view = View(Selection(root_name="a", variant="77"))
    assert filtered(view, {"root_name": "b"}).selection.variant == ""
    assert filtered(view, {"service": "s"}).selection.variant == "77"


def test_what_is_compared() -> None:
    chosen = Selection(from_ns=10 * HOUR, to_ns=12 * HOUR, release="2")
    before = comparison(View(chosen)).before
    assert before.window == Window(8 * HOUR, 10 * HOUR)
    bands = comparison(View(chosen, compare=BANDS))
    assert (bands.before.band, bands.after.band) == ("p40-p60", "p95-p99")
    releases = comparison(View(chosen, compare="release:1"))
    assert (releases.before.release, releases.after.release) == ("1", "2")
    assert "same release" in comparison(View(chosen, compare="release:2")).why_not
    assert "nothing before" in comparison(View(Selection(since="all"))).why_not


@given(STACKS, st.integers(3, 40))
def test_boxes_lie_inside_the_box_above(rows: list[tuple[list[str], str, int]], most: int) -> None:
    flame = flame_of(
        stacks(*((";".join(names), part, ns, 1) for names, part, ns in rows)), most=most
    )
    assert flame.total_ns == sum(ns for _, _, ns in rows)
    assert 1 <= len(flame.boxes) <= most
    above: list[Box] = []
    for box in flame.boxes:
        above = above[: box.depth]
        if above:
            last = above[-1]
            assert last.left - 1e-9 <= box.left
            assert box.left + box.width <= last.left + last.width + 1e-9
        above.append(box)
    for depth in {box.depth for box in flame.boxes}:
        row = sorted((box.left, box.width) for box in flame.boxes if box.depth == depth)
        for (left, width), (after, _) in pairwise(row):
            assert left + width <= after + 1e-9


def test_edges_and_gaps_are_boxes_of_their_own_and_the_past_is_known() -> None:
    now = stacks(("a;b", "work", 60, 2), ("a;b", "edge", 30, 1), ("a", "gap", 10, 1))
    flame = flame_of(now, stacks(("a;b", "work", 20, 1)))
    names = {box.name: box for box in flame.boxes}
    assert names[EVERYTHING].ns == 100
    assert names["b"].ns == 90 and names["b"].before_ns == 20
    assert names["edge (caller to callee)"].before_ns == 0
    assert names["no span says what ran"].depth == 2
    said = describe(names["b"], 10, 2)
    assert said == "b: 9 ns a trace, 90 % of the path, 3 sections; -1 ns against 10 ns before"
    assert flame_of(now.clear()).boxes == ()


def test_a_rare_late_variant_is_new() -> None:
    rows = [
        ("run", "v1", "a b", 0, 10, 100, 0, HOUR - 1, 9, 30),
        ("run", "v1", "a b", 3 * HOUR, 6, 60, 3 * HOUR, 4 * HOUR, 9, 30),
        ("run", "v2", "a (b)+", 3 * HOUR, 4, 80, 4 * HOUR - 9, 4 * HOUR - 1, 19, 21),
    ]
    schema = [
        "RootName",
        "Variant",
        "VariantText",
        "BucketNs",
        "Traces",
        "SumNs",
        "FirstNs",
        "LastNs",
        "VariantP50Ns",
        "VariantP95Ns",
    ]
    found = summed(pl.DataFrame(rows, schema=schema, orient="row")).to_dicts()
    assert [row["Variant"] for row in found] == ["v1", "v2"]
    assert [row["IsNew"] for row in found] == [False, True]
    assert [row["Share"] for row in found] == [0.8, 0.2]
    assert [row["Bars"] for row in found] == [[10, 6], [0, 4]]
    assert found[1]["MeanNs"] == 20
    assert [(row["P50Ns"], row["P95Ns"]) for row in found] == [(9, 30), (19, 21)]


def test_agents_are_in_layers_also_in_a_circle() -> None:
    pairs = [("", "agent", "a"), ("a", "agent", "b"), ("b", "agent", "a"), ("b", "tool", "t")]
    edges = pl.DataFrame(
        [
            {"Source": s, "TargetKind": k, "Target": t, "Calls": n}
            for n, (s, k, t) in enumerate(pairs)
        ]
    )
    layer = {node: at[0] for node, at in placed(edges).place.items()}
    assert layer == {("start", START): 0, ("agent", "a"): 1, ("agent", "b"): 2, ("tool", "t"): 3}
    circle = edges.filter(pl.col("Target").is_in(["a", "b"]) & (pl.col("Source") != ""))
    assert sorted(at[0] for at in placed(circle).place.values()) == [0, 1]


def test_a_row_has_a_name_and_a_link_to_its_traces() -> None:
    row = {"Row": "plan", "Step": "plan", "Agent": "desk", "Part": "gap"}
    assert row_name(row) == "plan (desk) · no span"
    edge = {**row, "Service": "api", "Row": "api → search", "Part": "edge"}
    assert row_name(edge) == "plan (desk) · edge api → search"
    assert row_name({**edge, "Row": "plan"}) == "plan (desk) · edge"
    chosen = Selection(since="7d", root_name="r")
    assert traces_href(row, "step", chosen) == "/traces?since=7d&step=plan&root_name=r"
    assert traces_href(row, "phase", chosen) is None


def test_only_open_findings_of_the_area_show() -> None:
    other = {"Area": "tuning", "State": "firing"}
    assert "No open findings" in text_of(finding_cards([other]))
