from __future__ import annotations

import polars as pl
import pytest

from longpole.analytics.critical_path import PathOptions, find_paths
from longpole.analytics.localise_path import charge, rank_nodes_and_edges
from longpole.core.errors import InputError


def requests(count: int, network_ns: int = 10, work_ns: int = 50) -> pl.DataFrame:
    """Requests in which `web` calls `shop`, which calls `cart`, a network between."""
    rows = []
    for number in range(count):
        trace, at = f"{number}", number * 10_000
        served = work_ns + 2 * network_ns + 40
        spans = [
            ("1", "", "web", at, served + 20),
            ("2", "1", "web", at + 10, served),
            ("3", "2", "shop", at + 10 + network_ns, served - 2 * network_ns),
            ("4", "3", "cart", at + 10 + network_ns + 20, work_ns),
        ]
        rows += [(trace, *span) for span in spans]
    names = ["TraceId", "SpanId", "ParentSpanId", "Service", "StartNs", "DurationNs"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        SpanKind=pl.lit(""), Process=pl.col("Service"), Operation=pl.lit("GET /")
    )


def charged(spans: pl.DataFrame) -> pl.DataFrame:
    return charge(spans, find_paths(spans, PathOptions()).sections)


def test_waiting_for_one_other_service_is_the_edges() -> None:
    found = charged(requests(1))
    rows = found.select("Service", "Callee", "PathNs").rows()
    assert rows == [
        ("cart", "", 50), ("shop", "cart", 40), ("web", "", 20), ("web", "shop", 20),
    ]  # fmt: skip


def test_a_slower_network_is_an_edge_and_slower_work_a_node() -> None:
    before = charged(requests(5))
    network = rank_nodes_and_edges(before, charged(requests(3, network_ns=210)))
    assert network.edges.row(0) == ("web", "shop", 400.0)
    assert network.nodes.row(0) == ("web", 400.0)
    work = rank_nodes_and_edges(before, charged(requests(3, work_ns=950)))
    assert work.nodes.row(0) == ("cart", 900.0)
    assert work.edges["GrowthNs"].to_list() == [0.0, 0.0]


def test_only_alike_requests_are_compared() -> None:
    other = requests(4, work_ns=5_000).with_columns(Operation=pl.lit("POST /"))
    ranked = rank_nodes_and_edges(charged(requests(4)), charged(other))
    assert ranked.nodes.is_empty()
    assert ranked.edges.is_empty()


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(InputError, match="Callee"):
        rank_nodes_and_edges(charged(requests(1)).drop("Callee"), charged(requests(1)))
