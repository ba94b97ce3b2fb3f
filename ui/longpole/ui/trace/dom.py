"""Attributes of HTML elements whose names are no Python names."""

from __future__ import annotations

from typing import Any


def dom(**attributes: object) -> dict[str, Any]:
    """`aria_label="x"` as `{"aria-label": "x"}`, to be passed on as keyword arguments."""
    return {name.replace("_", "-"): value for name, value in attributes.items()}
