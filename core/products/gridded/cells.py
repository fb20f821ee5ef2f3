# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists of cells: of each its longitude, its latitude and its values, which come to lie on the grid of all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from affine import Affine
from rasterio.crs import CRS

from ...base.errors import GridError, InputError
from ...base.progress import Progress
from ...rasters.grid import WGS84, Grid, in_degrees, parse_crs, project
from .axes import array_of
from .cube import Cube, CubeWindow

EASE = "EPSG:6933"  # in which lists of SMAP, SMOS and others are evenly spaced, though they tell degrees
OFF = 0.05  # of a step that a coordinate may lie beside its place
FILLED = 0.01  # of the grid that cells have to fill: fewer are points and no grid


@dataclass(frozen=True)
class ListedCube(Cube):
    """A variable whose cells are a list.

    Attributes
    ----------
    cells : (ndarray, ndarray) of int, shape (n,)
        Row and column of each on the grid.
    values : ndarray, shape (times, n), optional
        What is stored; read from the file, the cells last, where it is None.
    """

    cells: tuple[np.ndarray, np.ndarray] = (np.array([], int), np.array([], int))
    values: np.ndarray | None = None

    def _by_gdal(self, bands: np.ndarray, place: CubeWindow, progress: Progress) -> np.ndarray:
        raise InputError(f"The list of cells of {self.name} cannot be read.")

    def _by_array(self, bands: np.ndarray, place: CubeWindow) -> np.ndarray | None:
        """Return the stored values of some times on a window of the grid, NaN between the cells."""
        top, bottom = place.rows
        left = place.pieces[0].first
        row, column = self.cells[0] - top, self.cells[1] - left
        within = (row >= 0) & (row < bottom - top) & (column >= 0) & (column < place.grid.shape[1])
        out = np.full((len(bands), *place.grid.shape), np.nan, np.float32)
        out[:, row[within], column[within]] = self._listed(bands)[:, within]
        return out

    def _listed(self, bands: np.ndarray) -> np.ndarray:
        """Return the stored values of some times, shape (times, n)."""
        if self.values is not None:
            return self.values[bands - 1]
        with array_of(self.path, self.name, self.order) as found:
            if found is None:
                raise InputError(f"{self.name} is no longer in the file.")
            places = [np.unravel_index(band - 1, self.lead) if self.lead else () for band in bands]
            steps = [found[_one_step(place)] for place in places]
            return np.reshape(steps, (len(bands), -1))


def _one_step(place: tuple) -> tuple[slice, ...]:
    """Return what cuts one step for all cells, which are the last dimension."""
    leading = [slice(int(i), int(i) + 1) for i in place]
    return (*leading, slice(None))


def grid_of_cells(x: np.ndarray, y: np.ndarray, crs: str = "") -> tuple[Grid, tuple[np.ndarray, np.ndarray]]:
    """Return the grid of which points are centres of cells, and the row and column of each.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Degrees, or coordinates of `crs`.
    crs : str
        Reference system of the grid; empty: degrees, or else that of the global EASE-Grid 2.0.

    Raises
    ------
    GridError
        If they lie on no grid.
    """
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise GridError("Some cells of the list have no place.")
    degrees = (np.abs(y) <= 90).all() and (np.abs(x) <= 360).all()
    if not degrees and not crs:
        raise GridError("The places of the cells are no degrees; give their reference system in the settings.")
    tried = []
    if degrees:
        around = np.where(x > 180, x - 360, x)
        tried += [(WGS84, around, y)]
        other = parse_crs(crs or EASE)
        tried += [] if in_degrees(other) else [(other, *project(around, y, WGS84, other))]
    else:
        tried += [(parse_crs(crs), x, y)]
    found = [_grid(*place) for place in tried] if len(x) > 1 else []
    good = [one for one in found if one is not None]
    if good:
        # a small part of an evenly spaced projection is nearly even in degrees too
        return min(good, key=lambda one: one[0])[1:]
    raise GridError(
        f"Its {len(x)} cells are no grid, in degrees or {crs or EASE}: their places are not evenly spaced. Give the "
        "reference system in which they are, or bring them to a grid first."
    )


def _grid(crs: CRS, x: np.ndarray, y: np.ndarray) -> tuple[float, Grid, tuple[np.ndarray, np.ndarray]] | None:
    """Return by how much of a step cells lie beside their places, the grid, and rows and columns; None if on none."""
    across = _line(np.asarray(x))
    down = _line(np.asarray(y))
    if across is None or down is None:
        return None
    left, width, column, off_x = across
    bottom, height, up, off_y = down
    rows, columns = int(up.max()) + 1, int(column.max()) + 1
    if len(x) < FILLED * rows * columns:
        return None
    transform = Affine(width, 0, left - width / 2, 0, -height, bottom + (rows - 0.5) * height)
    return max(off_x, off_y), Grid(crs, transform, (rows, columns)), (rows - 1 - up, column)


def _line(values: np.ndarray) -> tuple[float, float, np.ndarray, float] | None:
    """Return the least coordinate, the step, each one's place, and how far they are beside; None if not even."""
    known = np.unique(values)
    gaps = np.diff(known)
    span = known[-1] - known[0]
    # coordinates that differ by rounding alone are one
    gaps = gaps[gaps > span * 1e-5]
    if not gaps.size:
        return None
    step = float(gaps.min())
    for _ in range(3):  # by the whole width, since a single gap is rounded
        places = np.rint((known - known[0]) / step)
        step = float(span / places[-1])
    places = (known - known[0]) / step
    off = float(np.abs(places - np.rint(places)).max())
    return None if off > OFF else (float(known[0]), step, np.rint((values - known[0]) / step).astype(int), off)
