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
from ..rasters.raster import AlignedReader, MeanReader, aligned
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


class _Place(NamedTuple):
    """What gets the values of a reading, or the fractions of one of its classes."""

    values: np.ndarray
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
    places: dict[_Reading, list[_Place]] = {}  # rain of 3 and of 10 days share rasters, which are read once
    for i, (entry, rasters, of_class) in enumerate(covariates):
        if isinstance(rasters, Series):
            needed = rasters.needed(entry, days)
            stacks[i] = _Stack(entry, needed.times, np.empty((len(needed), *shape), np.float32))
            own = list(zip(needed.sources, stacks[i].values))
        else:
            own = [(rasters, fixed[i])]
        for source, values in own:
            reading = _Reading(source, entry.resampling, entry.classes)
            places.setdefault(reading, []).append(_Place(values, of_class))

    def read(reading: _Reading) -> None:
        plain = [place.values for place in places[reading] if place.of_class is None]
        classes = [place for place in places[reading] if place.of_class is not None]
        if plain:
            _read(reading, grid, region, plain[0])
        for values in plain[1:]:
            values[...] = plain[0]
        if classes:
            _read_classes(reading, grid, region, classes)

    for _ in ahead(read, places, progress, most=len(places)):  # they take up their places from the beginning
        pass
    dated = {i: apply_rule(s.rule, s.times, s.values, days) for i, s in stacks.items()}
    return Features(fixed, dated)


def _read(reading: _Reading, grid: Grid, region: Region, values: np.ndarray, of_class: float | None = None) -> None:
    """Read a region, or the fractions of a class in it."""
    with aligned(reading.source, grid, reading.resampling, reading.classes, of_class=of_class) as reader:
        _read_by(reader, region, values)


def _read_classes(reading: _Reading, grid: Grid, region: Region, places: Sequence[_Place]) -> None:
    """Read the fractions of classes: those of single pixels are told by their codes, which are read once."""
    source, resampling, classes = reading
    with aligned(source, grid, resampling, classes) as reader:
        # several overpasses or pixels have fractions of their own
        if isinstance(reader, AlignedReader) and classes and not reader.finer:
            codes = np.empty_like(places[0].values)
            _read_by(reader, region, codes)
            for values, code in places:
                values[...] = np.where(np.isfinite(codes), codes == np.float32(code), np.float32(np.nan))
            return
    for values, code in places:
        _read(reading, grid, region, values, code)


def _read_by(reader: AlignedReader | MeanReader, region: Region, values: np.ndarray) -> None:
    if isinstance(region, Window):
        reader.read(region, values)
    else:
        values[...] = reader.read_cells(*region)
