"""The decorator of compiled functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile with numba; the machine code is kept on disk where a folder for it can be written.

    A read-only installation without a home folder compiles again in each process. The code runs
    without holding up other threads. Two traps: numba watches only the file a function stands in,
    so compiled functions that call each other share a file; and it compiles once more for
    read-only arrays, so give it writable ones.
    """
    try:
        return cast(Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba: "cannot cache function: no locator available"
        return cast(Function, numba.njit(nogil=True)(function))
