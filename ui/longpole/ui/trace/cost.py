"""What a span cost and where the figure comes from, as lines of the drawer. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from longpole.ui import formats

Row = Mapping[str, Any]
Fact = tuple[str, str]


def cost_lines(facts: Row) -> Iterator[Fact]:
    """Cost, its parts, and the figure that does not hold beside it with the difference.

    Of a span that is not counted, a cost that was reported is a fact of that span all the same.
    """
    if not facts["Counted"] and facts["CostUsd"] is None:
        return
    if facts["CostUsd"] is None:
        yield "Cost", "unknown: no price is known for this model"
        return
    yield "Cost", f"{_money(facts, 'CostUsd')}, {_origin(facts)}"
    for label, name in (("of it input", "CostInputUsd"), ("of it output", "CostOutputUsd")):
        if facts[name] is not None:
            yield label, _money(facts, name)
    if facts["ServiceTier"]:
        yield "Service tier", facts["ServiceTier"]
    yield from _other(facts)


def _origin(facts: Row) -> str:
    if facts["CostSource"] == "reported":
        return "as the instrumentation reported it"
    return f"from the price list {facts['PriceSource']}".rstrip()


def _other(facts: Row) -> Iterator[Fact]:
    """The other figure, where there is one."""
    reported, computed = _reported(facts), facts["ComputedCostUsd"]
    if reported is None or computed is None:
        return
    less = float(reported) - float(computed)
    if facts["CostSource"] == "reported":
        yield "By price list", f"{formats.money(float(computed))} ({facts['PriceSource']})"
    else:
        yield "Reported", formats.money(float(reported))
    share = f" ({formats.signed_share(less / float(computed))})" if computed else ""
    sign = "+" if less > 0 else ""
    yield "Reported less computed", f"{sign}{formats.money(less)}{share}"


def _reported(facts: Row) -> Any:  # noqa: ANN401 - a decimal of the store
    """The reported cost; of a sender that reports parts only, their sum."""
    total = facts["ReportedCostUsd"]
    given, answered = facts["ReportedInputCostUsd"], facts["ReportedOutputCostUsd"]
    if total is None and given is not None and answered is not None:
        return given + answered
    return total


def _money(facts: Row, name: str) -> str:
    return formats.money(float(facts[name]))
