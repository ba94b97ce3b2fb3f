"""The cost lines of the drawer: the figure that holds, its source, and the other beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from longpole.ui.trace.cost import cost_lines

NOTHING: dict[str, Any] = {
    "Counted": True, "CostUsd": None, "CostSource": "none", "CostInputUsd": None,
    "CostOutputUsd": None, "ComputedCostUsd": None, "PriceSource": "", "ServiceTier": "",
    "ReportedCostUsd": None, "ReportedInputCostUsd": None, "ReportedOutputCostUsd": None,
}  # fmt: skip


def lines(**facts: Any) -> dict[str, str]:  # noqa: ANN401 - columns of several types
    money = {name: Decimal(value) for name, value in facts.items() if name.endswith("Usd")}
    return dict(cost_lines({**NOTHING, **facts, **money}))


def test_a_computed_cost_names_its_list_and_parts() -> None:
    said = lines(
        CostUsd="0.3", CostSource="computed", CostInputUsd="0.1", CostOutputUsd="0.2",
        ComputedCostUsd="0.3", PriceSource="genai-prices 0.2.3", ServiceTier="flex",
    )  # fmt: skip
    assert said == {
        "Cost": "$0.300, from the price list genai-prices 0.2.3",
        "of it input": "$0.100",
        "of it output": "$0.200",
        "Service tier": "flex",
    }


def test_a_reported_cost_stands_beside_the_list() -> None:
    said = lines(
        CostUsd="0.5", CostSource="reported", ReportedCostUsd="0.5", ComputedCostUsd="0.4",
        PriceSource="litellm",
    )  # fmt: skip
    assert said == {
        "Cost": "$0.500, as the instrumentation reported it",
        "By price list": "$0.400 (litellm)",
        "Reported less computed": "+$0.100 (+25 %)",
    }


def test_a_computed_cost_stands_beside_what_was_reported_in_parts() -> None:
    said = lines(
        CostUsd="0.4", CostSource="computed", ComputedCostUsd="0.4", PriceSource="user",
        ReportedInputCostUsd="0.1", ReportedOutputCostUsd="0.1",
    )  # fmt: skip
    assert said == {
        "Cost": "$0.400, from the price list user",
        "Reported": "$0.200",
        "Reported less computed": "-$0.200 (-50 %)",
    }


def test_a_free_model_has_no_share() -> None:
    said = lines(
        CostUsd="0", CostSource="reported", ReportedCostUsd="0", ComputedCostUsd="0",
        PriceSource="user",
    )  # fmt: skip
    assert said["Reported less computed"] == "$0"


@pytest.mark.parametrize("counted", [True, False])
def test_unknown_is_said_of_counted_calls_only(counted: bool) -> None:
    said = lines(Counted=counted)
    assert said == ({"Cost": "unknown: no price is known for this model"} if counted else {})
    reported = lines(Counted=counted, CostUsd="1", CostSource="reported", ReportedCostUsd="1")
    assert reported == {"Cost": "$1.00, as the instrumentation reported it"}
