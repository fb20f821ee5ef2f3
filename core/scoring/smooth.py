# SPDX-License-Identifier: GPL-2.0-or-later
"""The coarse product of a comparison as smooth maps on its grid: area-to-point kriging without any covariate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from rasterio.windows import Window

from ..base.progress import SILENT, Progress
from ..kriging.cells import Cells, FineMaps
from ..kriging.field import SmoothField
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.overlap import Overlap
from ..rasters.raster import pick_cells, read_on
from ..units import OF_COARSE

AROUND = 4  # cells around the grid that have a say in it
MOST_CELLS = 100_000  # more take too long, and too much memory, for what is there to compare with


class SmoothProduct:
    """The smooth field of a coarse product, whose means over the cells are the coarse values, less their noise.

    Every cell counts as whole and nothing but the coarse product is asked, neither the land nor what is compared.

    Parameters
    ----------
    rasters : mapping of datetime64[D] to Source
        The coarse product by its days, rising; all on one grid (see `several_grids`).
    grid : Grid
        Of the comparison, finer than the cells.
    progress : Progress, optional

    Raises
    ------
    GridError
        If the two do not overlap.
    ImpossibleValues
        If the coarse product has values that cannot be soil moisture.
    """

    def __init__(self, rasters: Mapping[np.datetime64, Source], grid: Grid, progress: Progress = SILENT):
        coarse = cells_around(rasters, grid)
        self._grid = grid
        # far from the cells there is nothing to know, and nodes would reach there all the same
        self._inner = grid.window_over(coarse)
        overlap = Overlap(coarse, grid.part(self._inner))
        cells = Cells.of(overlap)
        self._maps = FineMaps(cells, overlap)
        values = np.empty((len(rasters), *cells.shape))
        for number, source in enumerate(progress.over(rasters.values())):
            values[number] = read_on(replace(source, moisture=OF_COARSE), coarse)
        self._field = SmoothField(cells, values, np.array(list(rasters)), progress=progress)

    def maps(self, days: np.ndarray, progress: Progress = SILENT) -> Iterator[SmoothMap]:
        """Yield the map of each of some days, rising; the nodes of one day are there at a time."""
        for nodes in self._field.nodes(days, progress=progress):
            yield SmoothMap(self._maps, nodes, self._grid, self._inner)


class SmoothMap:
    """The smooth field of one day, read on the grid of the comparison."""

    def __init__(self, maps: FineMaps, nodes: np.ndarray, grid: Grid, inner: Window):
        self._maps = maps
        self._nodes = nodes
        self._grid = grid
        self._inner = inner

    def read(self, window: Window | None = None) -> np.ndarray:
        """Return the values of a window of the grid, float32, m3 m-3; NaN far from the cells."""
        window = window or self._grid.whole
        out = np.full((int(window.height), int(window.width)), np.nan, np.float32)
        rows = _shared(window.row_off, window.height, self._inner.row_off, self._inner.height)
        columns = _shared(window.col_off, window.width, self._inner.col_off, self._inner.width)
        if rows and columns:
            top, left = rows.start - self._inner.row_off, columns.start - self._inner.col_off
            part = self._maps.read(self._nodes, Window(left, top, len(columns), len(rows)))
            out[_within(rows, window.row_off), _within(columns, window.col_off)] = part
        return out

    def read_cells(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the values of single pixels of the grid, shape (n,)."""
        return pick_cells(self.read, self._grid, rows, columns)


def _shared(start: float, length: float, other: float, others: float) -> range:
    """Return the rows or columns that two windows share."""
    return range(int(max(start, other)), int(min(start + length, other + others)))


def _within(numbers: range, start: float) -> slice:
    """Return where rows or columns of the grid lie in a window."""
    return slice(numbers.start - int(start), numbers.stop - int(start))


def cells_around(rasters: Mapping[np.datetime64, Source], grid: Grid) -> Grid:
    """Return the cells of rasters that lie alike which have a say in a grid."""
    return next(iter(rasters.values())).grid().crop(grid, AROUND)


def several_grids(rasters: Mapping[np.datetime64, Source]) -> list[str]:
    """Return the files that lie on another grid than the first; nothing if all lie alike."""
    files = [replace(s, path=path, also=()) for s in rasters.values() for path in (s.path, *s.also)]
    first = files[0].grid()
    return [file.path for file in files[1:] if not file.grid().same_as(first)]
