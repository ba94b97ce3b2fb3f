from __future__ import annotations

from pathlib import Path

import pytest
from evaluate_nezha import Result, evaluate, service_of, table

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "nezha"


@pytest.fixture(scope="module")
def results() -> list[Result]:
    if not FOLDER.is_dir():
        pytest.skip(f"the Nezha captures are not at {FOLDER}")
    return [result for folder in sorted(FOLDER.iterdir()) for result in evaluate(folder)]


def test_network_delay_is_found_on_the_edge_and_not_at_the_node(results: list[Result]) -> None:
    delays = [result for result in results if result.fault.kind == "network_delay"]
    assert len(delays) >= 3
    assert [result.edge for result in delays] == [1] * len(delays)
    assert all(result.node != 1 for result in delays)


def test_every_fault_with_traces_is_in_the_table(results: list[Result]) -> None:
    counts = [int(line.split("|")[3]) for line in table(results).splitlines()[2:]]
    assert sum(counts) == len(results)


def test_a_pod_is_named_after_its_service() -> None:
    assert service_of("ts-food-service-f5756978c-k8vqf") == "ts-food-service"
    assert service_of("frontend-579b9bff58-t2dbm") == "frontend"
    assert service_of("frontend") == "frontend"
