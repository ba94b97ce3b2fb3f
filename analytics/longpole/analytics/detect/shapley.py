"""Order-free split of a change over its factors: exact Shapley values (Shapley 1953)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import factorial


def shapley(value: Callable[[tuple[bool, ...]], float], factors: int) -> list[float]:
    """The part of `value(all changed) - value(none changed)` that belongs to each factor.

    `value` takes one flag a factor (True: as after the change) and is called 2^factors times.
    The parts sum to the whole change.
    """
    values = {flags: value(flags) for flags in product((False, True), repeat=factors)}
    parts = [0.0] * factors
    for flags, before in values.items():
        size = sum(flags)
        weight = factorial(size) * factorial(factors - size - 1) / factorial(factors) if (
            size < factors
        ) else 0.0  # fmt: skip
        for i in range(factors):
            if not flags[i]:
                changed = (*flags[:i], True, *flags[i + 1 :])
                parts[i] += weight * (values[changed] - before)
    return parts
