"""Compiled code where nothing can be kept on disk."""

from __future__ import annotations

from typing import Any

import numba
import pytest

from longpole.core.compiled import compiled


def test_without_a_folder_for_machine_code_functions_still_compile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    njit = numba.njit

    def refuse(*functions: Any, **options: Any) -> Any:  # noqa: ANN401 - as numba has it
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*functions, **options)

    monkeypatch.setattr(numba, "njit", refuse)

    @compiled
    def twice(x: int) -> int:
        return 2 * x

    assert twice(21) == 42
