# SPDX-License-Identifier: GPL-2.0-or-later
"""How a grid of any system lies on the ground: what a step along its columns and rows is in metres east and north."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from rasterio.crs import CRS
from rasterio.windows import Window
from scipy.ndimage import map_coordinates

from ..base.errors import GridError
from .grid import WGS84, Grid, project

SEMI_MAJOR, ECCENTRICITY2 = 6_378_137.0, 0.00669437999014  # of WGS 84, m
NODES = 65  # along each side of a grid; between them steps change evenly
STEP = 0.01  # of a pixel, to both sides
EARTH_KM = 6371.0088  # mean radius


class Ground:
    """The steps of a grid on the ground, by the local scale and the convergence of its projection.

    Parameters
    ----------
    grid : Grid

    Raises
    ------
    GridError
        If the reference system has no scale somewhere in the grid: it reaches a pole, or beyond where it is defined.
    """

    def __init__(self, grid: Grid):
        self._grid = grid
        x, y = grid.centres()
        self._rows, self._columns = (np.linspace(0, n - 1, min(n, NODES)) for n in grid.shape)
        node_x, node_y = np.meshgrid(
            np.interp(self._columns, np.arange(len(x)), x), np.interp(self._rows, np.arange(len(y)), y)
        )
        self._nodes = _steps(grid.crs, node_x, node_y, *grid.resolution)
        if not (np.isfinite(self._nodes).all() and (_areas(self._nodes) > 0).all()):
            raise GridError(
                f"The grid has no scale on the ground everywhere: {grid!r} reaches a pole, or beyond where its "
                "reference system is defined. Cut it to the region, or bring it to a reference system of the region."
            )

    @property
    def distortion(self) -> float:
        """Largest difference from 1 of the scale along columns or rows, or of one to the other."""
        width, height = self._grid.resolution
        along_x = np.hypot(*self._nodes[:2]) / width
        along_y = np.hypot(*self._nodes[2:]) / height
        return float(max(np.abs(scale - 1).max() for scale in (along_x, along_y, along_x / along_y)))

    def steps(self, window: Window | None = None) -> np.ndarray:
        """Return metres east and north from a pixel to the next column, and east and north to the row above.

        Returns
        -------
        ndarray, shape (4, rows, columns)
        """
        w = window or self._grid.whole
        row = np.interp(np.arange(w.row_off, w.row_off + w.height), self._rows, np.arange(len(self._rows)))
        column = np.interp(np.arange(w.col_off, w.col_off + w.width), self._columns, np.arange(len(self._columns)))
        at = np.meshgrid(row, column, indexing="ij")
        return np.stack([map_coordinates(part, at, order=1, mode="nearest") for part in self._nodes])

    def pixel_areas(self, window: Window | None = None) -> np.ndarray:
        """Return the areas of pixels in square metres, shape of the window."""
        return _areas(self.steps(window))


@lru_cache(256)
def pixel_on_ground(grid: Grid) -> tuple[float, float]:
    """Return width and height in metres of the pixel in the middle of a grid.

    Raises
    ------
    GridError
        If the reference system has no scale there.
    """
    rows, columns = grid.shape
    middle = Ground(grid.part(Window(columns // 2, rows // 2, 1, 1))).steps()[:, 0, 0]
    return float(np.hypot(*middle[:2])), float(np.hypot(*middle[2:]))


def pixel_area(grid: Grid) -> float:
    """Return the area in square metres of the pixel in the middle of a grid; see `pixel_on_ground`."""
    width, height = pixel_on_ground(grid)
    return width * height


def _areas(steps: np.ndarray) -> np.ndarray:
    east_x, north_x, east_y, north_y = steps
    return east_x * north_y - north_x * east_y


def _steps(crs: CRS, x: np.ndarray, y: np.ndarray, width: float, height: float) -> np.ndarray:
    """Return what `Ground.steps` does at points, shape (4, *shape of the points)."""
    dx, dy = STEP * width, STEP * height
    longitude, latitude = project(np.stack([x - dx, x + dx, x, x, x]), np.stack([y, y, y - dy, y + dy, y]), crs, WGS84)
    with np.errstate(invalid="ignore"):
        sine2 = np.sin(np.radians(latitude[4])) ** 2
        across = SEMI_MAJOR / np.sqrt(1 - ECCENTRICITY2 * sine2)
        along = across * (1 - ECCENTRICITY2) / (1 - ECCENTRICITY2 * sine2)
        east = (np.diff(longitude[:4], axis=0)[::2] + 180) % 360 - 180
        north = np.diff(latitude[:4], axis=0)[::2]
        east = np.radians(east) * across * np.cos(np.radians(latitude[4])) / (2 * STEP)
        north = np.radians(north) * along / (2 * STEP)
    return np.stack([east[0], north[0], east[1], north[1]])


def distance_km(longitude: float, latitude: float, longitudes: np.ndarray, latitudes: np.ndarray) -> np.ndarray:
    """Return how far places (degrees) are from one, in km along a great circle."""
    east, north, easts, norths = (np.radians(angle) for angle in (longitude, latitude, longitudes, latitudes))
    chord = np.sin((norths - north) / 2) ** 2 + np.cos(north) * np.cos(norths) * np.sin((easts - east) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
