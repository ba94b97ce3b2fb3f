"""A program to plant things in."""

from __future__ import annotations

import pytest
from finder_program import Program


@pytest.fixture
def program() -> Program:
    """An empty one."""
    return Program()
