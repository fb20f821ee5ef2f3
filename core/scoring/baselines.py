# SPDX-License-Identifier: GPL-2.0-or-later
"""The coarse product as the baseline that a fine map must beat: as it is, and interpolated in two ways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import repeat

import numpy as np
from rasterio.windows import Window

from ..base.progress import SILENT, Progress
from ..kriging.days import MARGIN
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import AlignedReader, MeanReader, aligned, interpolates
from ..rasters.series import Series
from ..units import OF_COARSE
from .smooth import MOST_CELLS, SmoothMap, SmoothProduct, cells_around, several_grids

MAP = "SoilSharp map"
AS_IS = "Coarse as is"
BILINEAR = "Coarse bilinear"
SMOOTH = "Coarse smooth"
BASELINES = (AS_IS, BILINEAR, SMOOTH)
NO_DAY = np.datetime64(0, "D")  # stands for that of a raster without date


class CoarseProduct:
    """The coarse product of a comparison as baselines on its grid.

    `Coarse smooth` learns from all rasters around the days that are compared: ten or more are a series, fewer are
    taken one by one, and so is a raster without a date. Their cells are read when it is made; maps are made day by
    day.

    Parameters
    ----------
    coarse : Series or Source, optional
        m3 m-3. Without it there are no baselines.
    grid : Grid
    days : ndarray of datetime64[D], optional
        That are compared, rising; of a series.
    progress : Progress, optional

    Attributes
    ----------
    names : tuple of str
        The baselines that there are: no smooth one if the rasters lie on different grids or have too many cells.
    warnings : list of str
    """

    def __init__(
        self,
        coarse: Series | Source | None,
        grid: Grid,
        days: np.ndarray | None = None,
        progress: Progress = SILENT,
    ):
        self._grid = grid
        self.warnings: list[str] = []
        self.names: tuple[str, ...] = () if coarse is None else BASELINES
        self._rasters: dict[np.datetime64, Source] = {}
        self._smooth: Iterator[tuple[np.datetime64, SmoothMap | None]] = iter(())
        if isinstance(coarse, Source):
            self._rasters = {NO_DAY: coarse}
            days = np.array([NO_DAY])
        elif coarse is not None:
            self._rasters = dict(zip(coarse.days, coarse.sources))
        if self._rasters and days is not None:
            self._prepare(days[np.isin(days, list(self._rasters))], progress)

    def _prepare(self, days: np.ndarray, progress: Progress) -> None:
        """Read the cells of the rasters that have a say in the days."""
        first, last = days[0] - MARGIN, days[-1] + MARGIN
        rasters = {day: source for day, source in self._rasters.items() if first <= day <= last}
        why_not = _too_hard(rasters, self._grid)
        if why_not:
            self.names = (AS_IS, BILINEAR)
            self.warnings.append(f"{SMOOTH} is left out: {why_not}")
        elif interpolates(next(iter(rasters.values())).grid(), self._grid):
            smooth = SmoothProduct(rasters, self._grid, progress)
            self._smooth = zip(days, smooth.maps(days, progress))
        else:
            self._smooth = zip(days, repeat(None))

    def __contains__(self, day: np.datetime64) -> bool:
        return day in self._rasters

    @contextmanager
    def opened(self, day: np.datetime64 | None) -> Iterator[CoarseReader]:
        """Open the raster of a day (None without dates) for reading; days must be asked for in their order."""
        day = NO_DAY if day is None else day
        smooth = None
        if SMOOTH in self.names:
            smooth = next(map_ for own, map_ in self._smooth if own == day)
        source = replace(self._rasters[day], moisture=OF_COARSE)
        with aligned(source, self._grid) as nearest, aligned(source, self._grid, "bilinear") as bilinear:
            yield CoarseReader(self.names, nearest, bilinear, smooth)


def _too_hard(rasters: dict[np.datetime64, Source], grid: Grid) -> str:
    """Return why rasters cannot be interpolated smoothly; '' if they can."""
    others = several_grids(rasters)
    if others:
        return (
            f"{len(others)} of {len(rasters)} coarse rasters lie on another grid than the first, as {others[0]}. Bring "
            "them to one grid (Align rasters)."
        )
    cells = cells_around(rasters, grid).size
    if cells > MOST_CELLS:
        return f"the comparison covers {cells} coarse cells, and the most is {MOST_CELLS}. Compare on a smaller area."
    return ""


class CoarseReader:
    """A coarse raster read on a fine grid as every baseline; all are known at the same pixels.

    Nearest gives a pixel the value of the cell that holds its centre; bilinear is GDAL's, between the centres of
    the cells. GDAL leaves unknown cells out of the four and lets values reach half a cell into gaps; both are mended:
    bilinear and smooth are NaN where nearest is, and fall back to nearest where only they are NaN. On a grid that is
    not finer than the cells all three are the same.

    Parameters
    ----------
    names : tuple of str
        The baselines that are wanted.
    nearest, bilinear : AlignedReader or MeanReader
        Of the same raster on the same grid.
    smooth : SmoothMap, optional
        Of its day on that grid.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        nearest: AlignedReader | MeanReader,
        bilinear: AlignedReader | MeanReader,
        smooth: SmoothMap | None = None,
    ):
        self._readers = dict(zip(names, (nearest, bilinear, smooth or bilinear)))

    def read(self, window: Window | None = None) -> dict[str, np.ndarray]:
        """Return the values of a window by the names of the baselines, each (rows, columns), m3 m-3."""
        return _alike({name: reader.read(window) for name, reader in self._readers.items()})

    def read_cells(self, rows: np.ndarray, columns: np.ndarray) -> dict[str, np.ndarray]:
        """Return the values of single pixels by the names of the baselines, each of shape (n,), m3 m-3."""
        return _alike({name: reader.read_cells(rows, columns) for name, reader in self._readers.items()})


def _alike(values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Give all baselines the pixels of nearest."""
    nearest = values[AS_IS]
    known = np.isfinite(nearest)
    return {name: np.where(known & np.isfinite(own), own, nearest) for name, own in values.items()}
