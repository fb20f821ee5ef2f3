# SPDX-License-Identifier: GPL-2.0-or-later
"""A raster grid on Earth: reference system, place of its cells, number of rows and columns."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import rasterio
from affine import Affine
from rasterio._err import CPLE_BaseError  # what GDAL and PROJ say, where rasterio hands it on as it is
from rasterio.crs import CRS
from rasterio.errors import CRSError
from rasterio.warp import transform as warp_points
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from ..base.errors import GridError
from ..base.own_data import use_own_data
from .turn import ROUND, rounds, span_of

TILE = 256  # side of a tile in the files that we write, in pixels
WIDEST = 4096  # widest window, in pixels: a tall narrow window would read striped files again and again
MOST_CELLS = 10**11  # of a grid to be made: 10 m over a continent; a map of it takes 400 GB
A_DEGREE = 111_195.0  # m, along a meridian
# parallels run from west to east, and pixels are the smaller on the ground the farther from the equator
STRETCHED = re.compile(r'(?:PROJECTION|METHOD)\["(?:Mercator|Popular|Equirectangular|Equidistant.Cyl|Miller)', re.I)
use_own_data("rasterio")  # before the first reference system is asked for
WGS84 = CRS.from_epsg(4326)


@dataclass(frozen=True)
class Grid:
    """A north-up grid: `crs`, `transform` (pixel to map units) and `shape` (rows, columns)."""

    crs: CRS
    transform: Affine
    shape: tuple[int, int]

    @classmethod
    def of(cls, source: rasterio.DatasetReader, crs: CRS | None = None) -> Grid:
        """Return the grid of an open raster file, of another reference system than its own if one is given.

        Raises
        ------
        GridError
            If the file has no reference system, or none on Earth, or is rotated or flipped.
        """
        crs = crs or source.crs
        if crs is None or not (crs.is_geographic or crs.is_projected):
            what = "no coordinate reference system" if crs is None else "a reference system without a place on Earth"
            raise GridError(
                f"{source.name} has {what}; assign the right one: to the file (Raster > Projections > Assign "
                "Projection in QGIS, or gdal_edit.py -a_srs), or to its layer in the project (Layer > Set CRS), which "
                "is then to be chosen instead of a folder."
            )
        t = source.transform
        if t.b or t.d or t.a <= 0 or t.e >= 0:
            raise GridError(f"{source.name} is rotated, flipped or has no place; warp it to a north-up grid first.")
        return cls(crs, t, source.shape)

    @classmethod
    def from_bounds(cls, crs: str | CRS, resolution: float, bounds: tuple[float, float, float, float]) -> Grid:
        """Return the grid of square cells that starts at the upper left of the bounds and covers them.

        Parameters
        ----------
        crs : str or CRS
            As "EPSG:6933".
        resolution : float
            Side of a cell in units of the reference system.
        bounds : (left, bottom, right, top)
            In units of the reference system.
        """
        left, bottom, right, top = bounds
        if not (resolution > 0 and right > left and top > bottom):
            raise GridError(
                f"A grid of resolution {resolution} within {tuple(bounds)} has no cells; give left, bottom, right, "
                "top and a resolution above 0."
            )
        _refuse_huge((top - bottom) / resolution, (right - left) / resolution)
        # a hair of slack, so that 120.0000001 columns are 120
        columns = math.ceil((right - left) / resolution - 1e-6)
        rows = math.ceil((top - bottom) / resolution - 1e-6)
        if not (rows and columns):
            raise GridError(f"A resolution of {resolution:g} is far more than the extent {tuple(bounds)}; lower it.")
        return cls(parse_crs(crs), Affine(resolution, 0, left, 0, -resolution, top), (rows, columns))

    def __repr__(self) -> str:
        rows, columns = self.shape
        sizes = dict.fromkeys(f"{size:.6g}" for size in self.resolution)  # one if the cells are square
        linear = "m" if self.crs.linear_units in ("metre", "meter") else self.crs.linear_units
        unit = "°" if self.crs.is_geographic else f" {linear}"
        crs = self.crs.to_string()
        name = crs.split('"')[1] if '"' in crs else crs  # of one without a code the name that its WKT begins with
        return f"{rows} x {columns} pixels of {' x '.join(sizes)}{unit} ({name})"

    @property
    def resolution(self) -> tuple[float, float]:
        """Width and height of a cell in units of the reference system."""
        return self.transform.a, -self.transform.e

    @property
    def metres(self) -> tuple[float, float]:
        """Width and height of a cell in metres, of a grid in degrees at its middle latitude."""
        width, height = self.resolution
        if not self.crs.is_geographic:
            factor = self.crs.linear_units_factor[1]
            return width * factor, height * factor
        _, bottom, _, top = self.bounds
        return width * A_DEGREE * math.cos(math.radians((bottom + top) / 2)), height * A_DEGREE

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top in units of the reference system."""
        t, (rows, columns) = self.transform, self.shape
        return t.c, t.f + rows * t.e, t.c + columns * t.a, t.f

    @property
    def span(self) -> tuple[float, float]:
        """Longitude of the west and the east, the latter beyond 180 where the grid reaches over the seam."""
        left, _, right, _ = self.bounds
        return (left, right) if in_degrees(self.crs) else _span(self)

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.shape[0] * self.shape[1]

    @property
    def whole(self) -> Window:
        """The window that holds every cell."""
        return Window(0, 0, self.shape[1], self.shape[0])

    def edges(self, window: Window | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return x of the column edges (columns + 1) and y of the row edges (rows + 1) of a window."""
        w, t = window or self.whole, self.transform
        x = t.c + t.a * (w.col_off + np.arange(w.width + 1))
        y = t.f + t.e * (w.row_off + np.arange(w.height + 1))
        return x, y

    def centres(self, window: Window | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return x of the column centres and y of the row centres of a window."""
        x, y = self.edges(window)
        return (x[:-1] + x[1:]) / 2, (y[:-1] + y[1:]) / 2

    def shares_cells(self, other: Grid) -> bool:
        """Return whether the cells of another grid are cells of this one, were it large enough; to 1/100 of a cell."""
        if self.crs != other.crs:
            return False
        left, bottom, right, top = other.bounds
        columns, rows = ~self.transform * np.array([[left, right], [top, bottom]], float)
        whole = np.allclose([columns, rows], np.round([columns, rows]), rtol=0, atol=0.01)
        size = round(rows[1] - rows[0]), round(columns[1] - columns[0])
        return bool(whole) and size == tuple(other.shape)

    def part(self, window: Window) -> Grid:
        """Return the grid of a window of this one."""
        shift = Affine.translation(window.col_off, window.row_off)
        return Grid(self.crs, self.transform * shift, (int(window.height), int(window.width)))

    def windows(self, pixels: int = 1 << 20) -> Iterator[Window]:
        """Return windows of at most about so many pixels that cover the grid; see `parts_of`."""
        return parts_of(self.whole, pixels)

    def cells_at(self, x: np.ndarray, y: np.ndarray, crs: CRS = WGS84) -> tuple[np.ndarray, np.ndarray]:
        """Return the row and column of the cells that hold the points; -1 for points outside.

        Parameters
        ----------
        x, y : ndarray, shape (n,)
            Coordinates in `crs`; longitude and latitude in degrees by default.
        """
        x, y = project(x, y, crs, self.crs)
        if in_degrees(self.crs):
            x = self.bounds[0] + np.mod(x - self.bounds[0], ROUND)
        column = np.floor((x - self.transform.c) / self.transform.a)
        row = np.floor((y - self.transform.f) / self.transform.e)
        inside = (row >= 0) & (row < self.shape[0]) & (column >= 0) & (column < self.shape[1])
        return np.where(inside, row, -1).astype(int), np.where(inside, column, -1).astype(int)

    def thinned(self, most: int = 500) -> Grid:
        """Return a grid over the same ground with at most `most` cells along a side: what a figure can show."""
        every = -(-max(self.shape) // most)
        height, width = self.shape
        shape = -(-height // every), -(-width // every)
        return Grid(self.crs, self.transform * Affine.scale(every), shape) if every > 1 else self

    def crop(self, other: Grid, margin: int = 0) -> Grid:
        """Return the part of this grid that covers another, with so many cells around it; see `window_over`."""
        return self.part(self.window_over(other, margin))

    def window_over(self, other: Grid, margin: int = 0) -> Window:
        """Return the window of this grid that covers another, with so many cells around it.

        Raises
        ------
        GridError
            If the two do not overlap.
        """
        left, bottom, right, top = other.bounds_in(self.crs)
        if in_degrees(self.crs):
            left, right = self._seen(left, right)
        t, slack = self.transform, 1e-6
        first_column = math.floor((left - t.c) / t.a + slack) - margin
        last_column = math.ceil((right - t.c) / t.a - slack) + margin
        first_row = math.floor((top - t.f) / t.e + slack) - margin
        last_row = math.ceil((bottom - t.f) / t.e - slack) + margin
        rows = max(first_row, 0), min(last_row, self.shape[0])
        columns = max(first_column, 0), min(last_column, self.shape[1])
        if rows[0] >= rows[1] or columns[0] >= columns[1]:
            raise GridError(
                f"The grids do not overlap: {_corners(self.bounds_in(WGS84))} against "
                f"{_corners(other.bounds_in(WGS84))} (longitude, latitude). Check the reference systems."
            )
        return Window(columns[0], rows[0], columns[1] - columns[0], rows[1] - rows[0])

    def _seen(self, left: float, right: float) -> tuple[float, float]:
        """Return degrees as this grid counts them; all that it has, if they are on both of its ends."""
        west, _, east, _ = self.bounds
        turns = [k for k in rounds(left, right, west, east) if min(right + k, east) - max(left + k, west) > 1e-6]
        if len(turns) > 1:
            return west, east
        return (left + turns[0], right + turns[0]) if turns else (left, right)

    def bounds_in(self, crs: CRS) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top in another reference system."""
        if same_coordinates(self.crs, crs):
            return self.bounds
        try:
            bounds = transform_bounds(self.crs, crs, *self.bounds, densify_pts=21)
        except (CRSError, rasterio.errors.RasterioError, CPLE_BaseError) as error:
            raise GridError(f"Cannot bring the grid from {self.crs} to {crs}: {error}.") from error
        if not np.isfinite(bounds).all():
            raise GridError(f"The grid lies outside of where {crs.to_string()} is defined.")
        left, bottom, right, top = bounds
        over_the_seam = right < left and in_degrees(crs)
        return left, bottom, right + ROUND if over_the_seam else right, top

    def same_as(self, other: Grid) -> bool:
        """Whether both have the same cells, to a thousandth of a cell."""
        if self.shape != other.shape or not same_coordinates(self.crs, other.crs):
            return False
        step = min(self.resolution) * 1e-3
        return bool(np.allclose(self.bounds, other.bounds, rtol=0, atol=step))

    def pixel_areas(self, window: Window | None = None) -> np.ndarray:
        """Return the area of a pixel in every row of a window, shape (rows, 1), in a unit of no meaning.

        On a grid of degrees or in Mercator's projection areas shrink with latitude; on others they count as equal.
        """
        return np.abs(np.diff(self.area_edges(window)[1]))[:, None]

    def area_edges(self, window: Window | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the edges so measured that a product of differences is an area, also in degrees."""
        x, y = self.edges(window)
        return x, areal(self.crs, x[0], y)

    def as_dict(self) -> dict:
        """Return the grid as plain values for a JSON file."""
        name = self.crs.to_epsg()
        crs = f"EPSG:{name}" if name else self.crs.to_wkt()
        width, height = self.resolution
        size = width if math.isclose(width, height, rel_tol=1e-9) else [width, height]
        return {"crs": crs, "resolution": size, "bounds": list(self.bounds)}

    @classmethod
    def from_dict(cls, values: dict) -> Grid:
        """Make the grid that `as_dict` described; a resolution may be one number or width and height."""
        try:
            odd = sorted(set(values) - {"crs", "resolution", "bounds"})
            if odd:
                raise GridError(f"A grid has crs, resolution and bounds, and no {', '.join(odd)}; got {values!r}.")
            crs, size = values["crs"], values["resolution"]
            sides = size if isinstance(size, list) else [size, size]
            numbers = [*sides, *values["bounds"]]
            if any(isinstance(number, (str, bool)) for number in numbers):
                raise TypeError
            width, height, left, bottom, right, top = map(float, numbers)
            if width != height and not (min(width, height) > 0 and right > left and top > bottom):
                raise ValueError
        except (KeyError, TypeError, ValueError) as error:
            raise GridError(
                'A grid needs "crs", "resolution" (units of the crs) and "bounds" [left, bottom, right, top]; '
                f"got {values!r}."
            ) from error
        if width == height:
            return cls.from_bounds(crs, width, (left, bottom, right, top))
        _refuse_huge((top - bottom) / height, (right - left) / width)
        shape = round((top - bottom) / height), round((right - left) / width)
        return cls(parse_crs(crs), Affine(width, 0, left, 0, -height, top), shape)


def _refuse_huge(rows: float, columns: float) -> None:
    if not rows * columns <= MOST_CELLS:
        raise GridError(
            f"The grid would have {rows:.3g} x {columns:.3g} pixels, and maps of more than {MOST_CELLS:.0e} are not "
            "made: take a coarser resolution or a smaller extent."
        )


def parts_of(whole: Window, pixels: int = 1 << 20) -> Iterator[Window]:
    """Yield windows of at most about so many pixels that cover one, along the tiles of our files."""
    width = min(whole.width, WIDEST, max(TILE, pixels // TILE // TILE * TILE))
    height = max(1, pixels // (width * TILE)) * TILE
    for top in range(0, whole.height, height):
        for left in range(0, whole.width, width):
            size = min(width, whole.width - left), min(height, whole.height - top)
            yield Window(whole.col_off + left, whole.row_off + top, *size)


def parse_crs(text: str | CRS) -> CRS:
    """Return a reference system from a code, WKT or PROJ text."""
    try:
        if isinstance(text, dict):  # an empty one would be taken for a system without a name
            raise CRSError
        return CRS.from_user_input(text)
    except CRSError as error:
        raise GridError(f"'{text}' is no coordinate reference system; write it as 'EPSG:6933'.") from error


def same_coordinates(a: CRS, b: CRS) -> bool:
    """Whether coordinates may be used for both unchanged.

    Products on a sphere (ERA5-Land) give longitude and latitude that are meant as those of the ellipsoid, so
    all systems in degrees from Greenwich count as one; a change of datum would move them by up to 20 km.
    """
    return a == b or (in_degrees(a) and in_degrees(b))


def in_degrees(crs: CRS) -> bool:
    """Whether coordinates are degrees from Greenwich and the equator; others are grads, or count from Paris."""
    return crs.is_geographic and _in_degrees(crs.to_wkt())


@cache
def _in_degrees(wkt: str) -> bool:
    meridian = re.search(r'PRIMEM\["[^"]*",\s*([-+.\deE]+)', wkt)
    units = re.findall(r'\bUNIT\["([^"]*)"', wkt.split("VERT")[0]) + re.findall(r'ANGLEUNIT\["([^"]*)"', wkt)
    return (
        "DERIVINGCONVERSION" not in wkt
        and (meridian is None or float(meridian[1]) == 0)
        and all(unit.lower().startswith("degree") for unit in units)
    )


def areal(crs: CRS, x: float, y: np.ndarray) -> np.ndarray:
    """Return y so measured that the area between two of them, along the same x, is in proportion to their difference.

    They are the sines of latitudes where parallels run straight from west to east; in other systems, whose scale hardly
    changes from cell to cell, y itself.
    """
    if not (crs.is_geographic or STRETCHED.search(crs.to_wkt())):
        return y
    _, latitude = project(np.full(len(y), x), y, crs, WGS84)
    return np.sin(np.radians(np.clip(latitude, -90, 90)))


def project(x, y, source: CRS, target: CRS) -> tuple[np.ndarray, np.ndarray]:
    """Return the coordinates of points in another reference system."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    if same_coordinates(source, target):
        return x, y
    try:
        px, py = warp_points(source, target, x.ravel(), y.ravel())
    except (CRSError, rasterio.errors.RasterioError, CPLE_BaseError) as error:
        raise GridError(f"Cannot bring places from {source} to {target}: {error}.") from error
    return np.reshape(px, x.shape), np.reshape(py, y.shape)


@lru_cache(64)
def _span(grid: Grid) -> tuple[float, float]:
    return span_of(grid.crs, grid.bounds)


def _corners(bounds) -> str:
    left, bottom, right, top = bounds
    return f"{left:.2f} to {right:.2f}, {bottom:.2f} to {top:.2f}"
