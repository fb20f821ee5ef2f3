# SPDX-License-Identifier: GPL-2.0-or-later
"""Fill values that files do not declare, told by their values: one number, far from all others, again and again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError
from ..rasters.open import Source
from .covariates import COARSE_SM, known_as
from .entries import RasterEntry
from .study import COARSE

MANY = 20  # values that differ, below which they may be classes
FEWEST = 5  # values that are the same number
SHARE = 0.001  # of all values
MORE_OFTEN = 5  # than other numbers on the mean
AWAY = 0.1  # from the nearest other value, as a share of the range of these
FAR_AWAY = 1.0  # the same, where nobody knows what is measured


@dataclass(frozen=True)
class LikelyFill:
    """A number that looks like a fill value: `value` as it is read, its `share` of the values, the range of others."""

    value: float
    share: float
    least: float
    greatest: float

    def sentence(self, source: Source) -> str:
        """Return a sentence on it, for the raster that holds it."""
        return (
            f"{self.value:.6g} stands in {100 * self.share:.2g} % of the values, apart from all others, which run from "
            f"{self.least:.4g} to {self.greatest:.4g}: it looks like a fill value that the file does not declare, and "
            f'would count as a value. If it is one, set "nodata": {source.stored_for(self.value):.9g} in its entry of '
            "the study."
        )


def likely_fill(name: str, entry: RasterEntry, values: np.ndarray) -> LikelyFill | None:
    """Return the fill value that is among the values of a covariate without being declared; None if there is none.

    Parameters
    ----------
    name : str
        Of the covariate, or `COARSE`.
    entry : RasterEntry
    values : ndarray
        NaN where unknown.
    """
    known = COARSE_SM if name == COARSE else known_as(name)
    if entry.classes or (known is not None and known.classes):
        return None
    numbers, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    if len(numbers) < MANY:
        return None
    least = greatest = 0.0
    if known is not None:
        with suppress(InputError):  # a unit that it cannot have is told elsewhere
            least, greatest = known.quantity.limits(entry.unit or known.quantity.unit)
    usual = MORE_OFTEN * counts[1:-1].mean()
    for end, near, rest in ((0, 1, numbers[1:]), (-1, -2, numbers[:-1])):
        value, span = float(numbers[end]), float(rest[-1] - rest[0])
        natural = value in (least, greatest) or (value == 0 and (known is None or least <= 0 <= greatest))
        often = counts[end] >= max(FEWEST, SHARE * counts.sum(), usual)
        away = abs(value - float(numbers[near])) > span * (FAR_AWAY if known is None else AWAY)
        if often and away and not natural:
            return LikelyFill(value, float(counts[end] / counts.sum()), float(rest[0]), float(rest[-1]))
    return None
