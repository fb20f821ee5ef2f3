# SPDX-License-Identifier: GPL-2.0-or-later
"""The values of covariates on the target grid: every raster that they need is read once, in parallel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Union

import numpy as np
from rasterio.windows import Window

from ..base.progress import SILENT, Progress
from ..base.threads import ahead
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import aligned
from ..rasters.series import Series, apply_rule
from ..rasters.settings import Rule
from .entries import RasterEntry

Region = Union[Window, "tuple[np.ndarray, np.ndarray]"]  # a window of a grid, or rows and columns of its cells


class Covariate(NamedTuple):
    """How a covariate is read: its entry, and its rasters, a series if it is dated; of a class, its fraction."""

    entry: RasterEntry
    rasters: Series | Source
    of_class: float | None = None


class Features(NamedTuple):
    """What covariates are in a region.

    Attributes
    ----------
    fixed : ndarray, shape (features, ...), float32
        What holds for all days; what is dated is left open.
    dated : dict of ndarray, shape (days, ...)
        What changes with the day, by the number of its feature.
    """

    fixed: np.ndarray
    dated: dict[int, np.ndarray]

    def minus_last(self, numbers: Sequence[int]) -> Features:
        """Return the features without the last ones, which are subtracted from those of the numbers."""
        n = len(self.fixed) - len(numbers)
        dated = {i: values for i, values in self.dated.items() if i < n}
        for i, j in zip(numbers, range(n, len(self.fixed))):
            difference = self.dated.get(i, self.fixed[i]) - self.dated.get(j, self.fixed[j])
            if i in self.dated or j in self.dated:
                dated[i] = difference
            else:
                self.fixed[i] = difference
        return Features(self.fixed[:n], dated)

    def by_day(self, n_days: int) -> Iterator[np.ndarray]:
        """Yield the features of each day in an array of its own."""
        for day in range(n_days):
            block = self.fixed.copy() if day < n_days - 1 else self.fixed  # nobody needs it after the last day
            for i, values in self.dated.items():
                block[i] = values[day]
            yield block


class _Reading(NamedTuple):
    """A raster as it is read on the target grid."""

    source: Source
    resampling: str
    classes: bool
    of_class: float | None


class _Stack(NamedTuple):
    """Dated rasters of a covariate, shape (times, ...), and the rule that makes days of them."""

    rule: Rule
    times: np.ndarray
    values: np.ndarray


def read_features(
    grid: Grid,
    covariates: Sequence[Covariate],
    days: np.ndarray,
    region: Region,
    progress: Progress = SILENT,
) -> Features:
    """Read covariates in a region of a grid.

    Parameters
    ----------
    grid : Grid
    covariates : sequence of Covariate
    days : ndarray of datetime64[D]
    region : Window, or (rows, columns) of cells, each of shape (n,)
    progress : Progress
        Only asked whether to go on.
    """
    shape = (int(region.height), int(region.width)) if isinstance(region, Window) else region[0].shape
    fixed = np.empty((len(covariates), *shape), np.float32)
    stacks: dict[int, _Stack] = {}
    places: dict[_Reading, list[np.ndarray]] = {}  # rain of 3 and of 10 days share rasters, which are read once
    for i, (entry, rasters, of_class) in enumerate(covariates):
        if isinstance(rasters, Series):
            needed = rasters.needed(entry, days)
            stacks[i] = _Stack(entry, needed.times, np.empty((len(needed), *shape), np.float32))
            own = list(zip(needed.sources, stacks[i].values))
        else:
            own = [(rasters, fixed[i])]
        for source, place in own:
            reading = _Reading(source, entry.resampling, entry.classes, of_class)
            places.setdefault(reading, []).append(place)

    def read(reading: _Reading) -> None:
        first, *others = places[reading]
        _read(reading, grid, region, first)
        for place in others:
            place[...] = first

    for _ in ahead(read, places, progress, most=len(places)):  # they take up their places from the beginning
        pass
    dated = {i: apply_rule(s.rule, s.times, s.values, days) for i, s in stacks.items()}
    return Features(fixed, dated)


def _read(reading: _Reading, grid: Grid, region: Region, place: np.ndarray) -> None:
    """Read a region into its place."""
    source, resampling, classes, of_class = reading
    with aligned(source, grid, resampling, classes, of_class=of_class) as reader:
        if isinstance(region, Window):
            reader.read(region, place)
        else:
            place[...] = reader.read_cells(*region)
