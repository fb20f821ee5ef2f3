# SPDX-License-Identifier: GPL-2.0-or-later
"""EASE-Grid 2.0 as SMAP uses it, and where on it the cells of a file lie."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from affine import Affine
from rasterio.crs import CRS

from ...base.errors import GridError
from ...rasters.grid import WGS84, Grid, parse_crs, project

# reference system, side of a cell (m), rows and columns; all are centred on the origin of their projection
GRIDS = {
    "M36": ("EPSG:6933", 36032.220840584, (406, 964)),
    "M09": ("EPSG:6933", 9008.055210146, (1624, 3856)),
    "N36": ("EPSG:6931", 36000.0, (500, 500)),
    "N09": ("EPSG:6931", 9000.0, (2000, 2000)),
}
GLOBAL, POLAR = ("M36", "M09"), ("N36", "N09")
SLACK = 0.01  # of a cell that a centre may be off: coordinates are kept as float32, and exports round their corner


@cache
def ease_grid(name: str) -> Grid:
    """Return one of the grids of `GRIDS`, whole.

    M36 and M09 are global with cells of 36 and 9 km, N36 and N09 the northern hemisphere.
    Source: Brodzik et al. 2012 and 2014, doi:10.3390/ijgi1010032 and doi:10.3390/ijgi3031154.
    """
    crs, side, (rows, columns) = GRIDS[name]
    return Grid(parse_crs(crs), Affine(side, 0, -columns * side / 2, 0, -side, rows * side / 2), (rows, columns))


def degrees(grid: Grid, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return latitude and longitude (degrees) of the centres of cells."""
    t = grid.transform
    x, y = t.c + t.a * (np.asarray(columns) + 0.5), t.f + t.e * (np.asarray(rows) + 0.5)
    longitude, latitude = project(x, y, grid.crs, WGS84)
    return latitude, longitude


def cells(grid: Grid, latitude: np.ndarray, longitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows and columns whose centres lie at points (degrees), as fractions where they lie elsewhere."""
    x, y = project(longitude, latitude, WGS84, grid.crs)
    t = grid.transform
    return (y - t.f) / t.e - 0.5, (x - t.c) / t.a - 0.5


def locate(latitude: np.ndarray, longitude: np.ndarray, names: tuple[str, ...]) -> tuple[str, np.ndarray, np.ndarray]:
    """Find the grid of which points are the centres of cells.

    Parameters
    ----------
    latitude, longitude : ndarray, shape (n,)
        Degrees; all known.
    names : tuple of str
        The grids that come into question.

    Returns
    -------
    name : str
    rows, columns : ndarray of int, shape (n,)

    Raises
    ------
    GridError
        If there is none.
    """
    off = {}
    for name in names:
        row, column = cells(ease_grid(name), latitude, longitude)
        whole = np.rint(row), np.rint(column)
        off[name] = max(np.abs(row - whole[0]).max(), np.abs(column - whole[1]).max())
        if off[name] <= SLACK:
            return name, whole[0].astype(int), whole[1].astype(int)
    said = ", ".join(f"{value:.2f} cells off on {name}" for name, value in off.items())
    raise GridError(
        f"Latitude and longitude (the first {latitude[0]:.5f}, {longitude[0]:.5f}) are no centres of EASE-Grid 2.0 "
        f"cells: up to {said}. Was the file resampled?"
    )


def check(grid: Grid, rows: np.ndarray, columns: np.ndarray, latitude: np.ndarray, longitude: np.ndarray) -> None:
    """Raise `GridError`, with numbers, unless cells lie where latitude and longitude (degrees) say."""
    row, column = cells(grid, latitude, longitude)
    distance = np.maximum(np.abs(row - rows), np.abs(column - columns))
    worst = int(np.argmax(distance))
    if not distance[worst] <= SLACK:
        right = degrees(grid, rows[worst : worst + 1], columns[worst : worst + 1])
        raise GridError(
            f"Row {rows[worst]}, column {columns[worst]} of EASE-Grid 2.0 with cells of {grid.resolution[0]:.2f} m "
            f"lies at {right[0][0]:.5f}, {right[1][0]:.5f} (latitude, longitude), but the file says "
            f"{latitude[worst]:.5f}, {longitude[worst]:.5f}: {distance[worst]:.2f} cells apart. It is not used."
        )


def snapped(grid: Grid) -> tuple[Grid, tuple[int, int]] | None:
    """Return the EASE-Grid 2.0 that a grid is a part of, and the row and column where it starts; None if of none.

    Exports round the corner and side of a cell and name the reference system in their own words.
    """
    for name in GRIDS:
        whole = ease_grid(name)
        if usual_crs(grid.crs.to_wkt()) is not usual_crs(whole.crs.to_wkt()):
            continue
        side, t = whole.resolution[0], grid.transform
        column, row = (t.c - whole.transform.c) / side, (whole.transform.f - t.f) / side
        # how far the last edge is off counts, since a wrong side adds up
        far = max(abs(t.a / side - 1) * grid.shape[1], abs(-t.e / side - 1) * grid.shape[0])
        if max(abs(column - round(column)), abs(row - round(row)), far) <= SLACK:
            return whole, (round(row), round(column))
    return None


@lru_cache(maxsize=64)
def usual_crs(wkt: str) -> CRS:
    """Return the reference system of EASE-Grid 2.0 for other words for it, else that of the words.

    Kept, because it takes PROJ a quarter of a second to find out whether two texts mean the same.
    """
    crs = CRS.from_wkt(wkt)
    words = {"M36": {"proj": "cea", "lat_ts": 30}, "N36": {"proj": "laea", "lat_0": 90}}
    for name, needed in words.items():
        usual, said = ease_grid(name).crs, crs.to_dict()
        centred = not any(said.get(key) for key in ("lon_0", "x_0", "y_0"))
        centred &= "WGS84" in (said.get("datum"), said.get("ellps"))
        if crs == usual or (centred and all(said.get(key) == value for key, value in needed.items())):
            return usual
    return crs
