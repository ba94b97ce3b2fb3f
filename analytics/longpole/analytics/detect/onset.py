"""Dates a change that another test has confirmed: PELT change points (Killick et al. 2012)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import ruptures

Values = npt.NDArray[np.float64]
LEAST_POINTS = 6


def change_points(values: Values, min_size: int = 2) -> list[int]:
    """Indices at which a new level begins (l2 cost, BIC-type penalty on robust noise).

    The noise is estimated from differences of neighbours, so that the change itself does not
    count as noise.
    """
    if len(values) < LEAST_POINTS:
        return []
    steps = np.diff(values)
    noise = float(np.median(np.abs(steps - np.median(steps)))) / 0.6745 / np.sqrt(2)
    noise = noise or float(np.std(values)) * 0.1 or 1e-12
    penalty = 3 * np.log(len(values))
    search = ruptures.KernelCPD(kernel="linear", min_size=min_size)
    found = search.fit((values / noise).reshape(-1, 1)).predict(pen=penalty)
    return [int(i) for i in found if i < len(values)]


def onset_index(values: Values, first: int, direction: int, reach: int) -> int:
    """Where the change that shows at `first` began: the change point in the wanted direction
    nearest to it and at most `reach` points away; `first` itself if there is none.
    """
    points = [0, *change_points(values), len(values)]
    levels = [float(np.mean(values[a:b])) for a, b in pairwise(points) if b > a]
    moves = [
        points[i]
        for i in range(1, len(levels))
        if (levels[i] - levels[i - 1]) * direction > 0 and abs(points[i] - first) <= reach
    ]
    return min(moves, key=lambda i: abs(i - first), default=first)
