# SPDX-License-Identifier: GPL-2.0-or-later
"""How large the coarse cells are that samples lie in."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ...rasters.grid import WGS84, Grid, project
from ...samples.samples import Samples
from .distances import EARTH_KM

FEWEST_PLACES = 15
ROUNDING = 0.05  # of a cell by which a block may be too small: the sides of cells in km are estimates


def whole_cells(km: float, cell_km: float) -> int:
    """Return the side, in whole cells, of a block that is at least so long."""
    return max(1, math.ceil(km / cell_km - ROUNDING))


def cell_km(samples: Samples) -> float | None:
    """Return the side of a coarse cell in the middle of the samples' grid, or about that where they have cells only."""
    if samples.coarse_grid is None:
        return _cell_km_of_places(samples.index)
    grid: Grid = samples.coarse_grid
    row, column = (size // 2 for size in grid.shape)
    x, y = grid.centres()
    beside = min(column + 1, len(x) - 1)
    longitude, latitude = project(x[[column, beside]], y[[row, row]], grid.crs, WGS84)
    east = np.radians(np.diff(longitude)[0]) * np.cos(np.radians(latitude.mean()))
    north = np.radians(np.diff(latitude)[0])
    return float(EARTH_KM * np.hypot(east, north)) or None


def _cell_km_of_places(index: pd.DataFrame) -> float | None:
    """Return how far places lie apart from row to row and column to column of their cells, by least squares."""
    names = ["longitude", "latitude", "cell_row", "cell_column"]
    if not set(names) <= set(index):
        return None
    places = index[names].dropna().drop_duplicates().to_numpy(float)
    places = places[(places[:, 2:] >= 0).all(1)] if len(places) else places  # -1 lies outside of the grid
    if len(places) < FEWEST_PLACES:
        return None
    latitude = np.radians(places[:, 1])
    east = np.radians(places[:, 0]) * np.cos(latitude.mean())
    at = EARTH_KM * np.column_stack([east, latitude])
    steps, _, rank, _ = np.linalg.lstsq(np.column_stack([places[:, 2:], np.ones(len(places))]), at, rcond=None)
    return float(np.sqrt(abs(np.linalg.det(steps[:2])))) if rank == 3 else None
