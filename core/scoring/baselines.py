# SPDX-License-Identifier: GPL-2.0-or-later
"""The coarse product as the baseline that a fine map must beat: as it is, and interpolated between its cells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from rasterio.windows import Window

from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import AlignedReader, MeanReader, aligned
from ..units import OF_COARSE

MAP = "SoilSharp map"
AS_IS = "Coarse as is"
BILINEAR = "Coarse bilinear"
BASELINES = (AS_IS, BILINEAR)


class CoarseReader:
    """A coarse raster read on a fine grid in both ways, which are known at the same pixels.

    Parameters
    ----------
    nearest, bilinear : AlignedReader or MeanReader
        Of the same raster on the same grid.
    """

    def __init__(self, nearest: AlignedReader | MeanReader, bilinear: AlignedReader | MeanReader):
        self._nearest = nearest
        self._bilinear = bilinear

    def read(self, window: Window | None = None) -> dict[str, np.ndarray]:
        """Return the values of a window by the names `AS_IS` and `BILINEAR`, each (rows, columns), m3 m-3."""
        return _both(self._nearest.read(window), self._bilinear.read(window))

    def read_cells(self, rows: np.ndarray, columns: np.ndarray) -> dict[str, np.ndarray]:
        """Return the values of single cells by the names `AS_IS` and `BILINEAR`, each of shape (n,), m3 m-3."""
        return _both(self._nearest.read_cells(rows, columns), self._bilinear.read_cells(rows, columns))


def _both(nearest: np.ndarray, bilinear: np.ndarray) -> dict[str, np.ndarray]:
    """Give both baselines the same pixels: bilinear is unknown in gaps, and as is where a neighbour is unknown."""
    bilinear = np.where(np.isfinite(bilinear), bilinear, nearest)
    return {AS_IS: nearest, BILINEAR: np.where(np.isfinite(nearest), bilinear, np.nan)}


@contextmanager
def coarse_reader(source: Source, grid: Grid) -> Iterator[CoarseReader]:
    """Open a coarse raster for reading on a fine grid as both baselines.

    Nearest gives a pixel the value of the cell that holds its centre; bilinear is GDAL's, between the centres of
    the cells. GDAL leaves unknown cells out of the four and lets values reach half a cell into gaps; both are mended
    so that the two baselines are known at the same pixels: bilinear is NaN where nearest is, and falls back to
    nearest where only bilinear is NaN.
    """
    source = replace(source, moisture=OF_COARSE)
    with aligned(source, grid) as nearest, aligned(source, grid, "bilinear") as bilinear:
        yield CoarseReader(nearest, bilinear)
