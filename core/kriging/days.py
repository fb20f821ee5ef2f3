# SPDX-License-Identifier: GPL-2.0-or-later
"""Which days have a say: those around a day, and some of many."""

from __future__ import annotations

import numpy as np

MARGIN = 4  # days before and after that have a say in a day


def some_of(count: int, most: int) -> np.ndarray:
    """Return the numbers of at most so many of `count` items, spread evenly from the first to the last; rising."""
    if not count:
        return np.empty(0, int)
    return np.unique(np.linspace(0, count - 1, min(most, count)).astype(int))
