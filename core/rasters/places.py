# SPDX-License-Identifier: GPL-2.0-or-later
"""Places that a person points at, points, lines and polygons, and the cells of a grid that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from rasterio.crs import CRS
from rasterio.errors import RasterioError
from rasterio.features import bounds, geometry_mask
from rasterio.warp import transform_geom
from rasterio.windows import Window

from ..base.errors import GridError, InputError
from .grid import WGS84, Grid, in_degrees, project, same_coordinates

MOST_CELLS = 4_000_000  # of a polygon: two thousand pixels to each side
PER_CELL = 4  # points along a line in each cell that it crosses
POINT, LINE, POLYGON = "Point", "LineString", "Polygon"


@dataclass(frozen=True)
class Place:
    """A point, line or polygon, with its parts if there are several.

    Attributes
    ----------
    name : str
    geometry : mapping
        As GeoJSON has it, in `crs`.
    crs : CRS
    """

    name: str
    geometry: Mapping
    crs: CRS = WGS84

    @classmethod
    def at(cls, x: float, y: float, crs: CRS = WGS84, name: str = "") -> Place:
        """Return a point."""
        return cls(name, {"type": POINT, "coordinates": (float(x), float(y))}, crs)

    @property
    def kind(self) -> str:
        """`POINT`, `LINE` or `POLYGON`."""
        return str(self.geometry["type"]).replace("Multi", "")

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle of its extent, degrees."""
        left, bottom, right, top = bounds(self.geometry)
        x, y = project([(left + right) / 2], [(bottom + top) / 2], self.crs, WGS84)
        return float(x[0]), float(y[0])

    def cells(self, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows and columns of the cells of a grid that it stands for, each once, none where it lies outside.

        Those of a point are the cell that holds it, those of a line the cells that it crosses, and those of a polygon
        the cells whose centres lie inside; of one so small that there is none, the cell at its middle.

        Raises
        ------
        InputError
            If a polygon holds more than `MOST_CELLS` cells.
        """
        if self.kind == POLYGON:
            rows, columns = self._inside(grid)
            return (rows, columns) if len(rows) else self._at_middle(grid)
        x, y = self._along(grid)[:2]
        rows, columns = grid.cells_at(x, y, grid.crs)
        known = rows >= 0
        both = np.unique(np.stack([rows[known], columns[known]]), axis=1)
        return both[0], both[1]

    def crossed(self, grid: Grid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the rows and columns of the cells that a line crosses, in its order, and how far along, in metres.

        Each stretch within a cell is told by its middle; -1 where it lies outside of the grid.
        """
        x, y, along = self._along(grid)
        rows, columns = grid.cells_at(x, y, grid.crs)
        new = np.flatnonzero(np.diff(rows) | np.diff(columns)) + 1
        starts, ends = np.r_[0, new], np.r_[new, len(rows)] - 1
        return rows[starts], columns[starts], (along[starts] + along[ends]) / 2

    def _at_middle(self, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
        longitude, latitude = self.middle
        rows, columns = grid.cells_at(np.array([longitude]), np.array([latitude]))
        return rows[rows >= 0], columns[rows >= 0]

    def _along(self, grid: Grid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return points of the geometry, close to each other in a line, in the coordinates of a grid, and metres."""
        x, y = np.array(_vertices(self.geometry), float)[:, :2].T
        x, y = project(x, y, self.crs, grid.crs)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise GridError(f"{self.name or 'The place'} lies outside of where {grid.crs.to_string()} is defined.")
        step = min(grid.resolution) / PER_CELL
        if self.kind == LINE:
            x, y = _dense(x, y, step)
        width, height = (metres / size for metres, size in zip(grid.metres, grid.resolution))
        steps = np.hypot(np.diff(x) * width, np.diff(y) * height)
        return x, y, np.r_[0.0, np.cumsum(steps)]

    def _inside(self, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
        geometry = self.geometry
        if not same_coordinates(self.crs, grid.crs):
            try:
                geometry = transform_geom(self.crs, grid.crs, geometry)
            except RasterioError as error:
                raise GridError(f"Cannot bring {self.name or 'the polygon'} to {grid.crs}: {error}.") from error
        left, bottom, right, top = bounds(geometry)
        if in_degrees(grid.crs) and left > grid.bounds[2]:  # of a grid that counts from 0 to 360, or beyond the seam
            return self._at_middle(grid)
        (first_column, last_column), (first_row, last_row) = (
            np.floor(np.clip(edges, 0, size)).astype(int)
            for edges, size in zip(~grid.transform * np.array([[left, right], [top, bottom]]), grid.shape[::-1])
        )
        shape = min(last_row + 1, grid.shape[0]) - first_row, min(last_column + 1, grid.shape[1]) - first_column
        if min(shape) <= 0:
            return np.empty(0, int), np.empty(0, int)
        if shape[0] * shape[1] > MOST_CELLS:
            raise InputError(
                f"{self.name or 'The polygon'} reaches over {shape[0]} x {shape[1]} pixels, more than {MOST_CELLS:,}: "
                "draw a smaller one."
            )
        part = grid.part(Window(first_column, first_row, shape[1], shape[0]))
        rows, columns = np.nonzero(geometry_mask([geometry], shape, part.transform, invert=True))
        return rows + first_row, columns + first_column


def _vertices(geometry: Mapping) -> list:
    """Return the vertices of a point or line; parts of several follow each other."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == POINT:
        return [coordinates]
    if kind == f"Multi{LINE}":
        return [vertex for part in coordinates for vertex in part]
    return list(coordinates)


def _dense(x: np.ndarray, y: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Return points along a line at most a step apart, its vertices among them."""
    lengths = np.hypot(np.diff(x), np.diff(y))
    pieces = np.maximum(1, np.ceil(lengths / step)).astype(int)
    if pieces.sum() > MOST_CELLS:
        raise InputError("The line crosses more than a million pixels: draw a shorter one.")
    at = np.r_[0, np.cumsum(pieces)]
    every = np.arange(at[-1] + 1)
    return np.interp(every, at, x), np.interp(every, at, y)
