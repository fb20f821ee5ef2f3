# SPDX-License-Identifier: GPL-2.0-or-later
"""How the pixels of a fine grid share out over the cells of a coarse grid, by area."""

from __future__ import annotations

import numpy as np
from rasterio.windows import Window
from scipy import sparse
from scipy.ndimage import map_coordinates

from .grid import Grid, areal, in_degrees, project, same_coordinates
from .turn import ROUND, rounds

# Where the grids have other projections, a fine pixel on the edge of a coarse cell is shared by so many points in it.
# They lie on the R2 sequence of M. Roberts: no two in one row or column, as those of a lattice along an edge would.
POINTS = 32
KEPT = 16  # windows whose weights are kept: days share them
NODE = 16  # coordinates are projected at every 16th pixel edge and interpolated between


class Overlap:
    """Area weights between a fine and a coarse grid, given window by window.

    Where both grids run along the same axes the weights are exact and separate into rows and columns;
    otherwise a pixel that several cells share is divided by 32 points spread over it.

    Parameters
    ----------
    coarse, fine : Grid
        May have different reference systems; coarse cells without fine pixels simply have no weight.
    """

    def __init__(self, coarse: Grid, fine: Grid):
        self.coarse, self.fine = coarse, fine
        self._along_axes = same_coordinates(coarse.crs, fine.crs)
        self._kept: dict[tuple, _AlongAxes | _AcrossProjections] = {}

    def part(self, window: Window | None = None) -> _AlongAxes | _AcrossProjections:
        """Return the weights of one window of the fine grid."""
        window = window or self.fine.whole
        key = window.flatten()
        if key not in self._kept:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            make = _AlongAxes if self._along_axes else _AcrossProjections
            self._kept[key] = make(self.coarse, self.fine, window)
        return self._kept[key]

    def sums(self, values: np.ndarray, window: Window | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the weighted sum of the valid values and the sum of their weights per coarse cell.

        Parameters
        ----------
        values : ndarray, shape of the window
            NaN where unknown.

        Returns
        -------
        sums, weights : ndarray, shape of the coarse grid, float64
        """
        return self.part(window).sums(values)

    def nearest(self, values: np.ndarray, window: Window | None = None) -> np.ndarray:
        """Return for every fine pixel the coarse value at its centre, NaN outside of the coarse grid."""
        row, column = np.broadcast_arrays(*cell_positions(self.coarse, self.fine, window))
        cell = _cell_number(row, column, self.coarse.shape)
        return np.where(cell >= 0, values.ravel()[np.maximum(cell, 0)], np.nan)

    def mean(self, values: np.ndarray, min_valid_fraction: float = 0.0) -> np.ndarray:
        """Return the area mean of the valid fine values in every coarse cell; NaN where there are none.

        Parameters
        ----------
        values : ndarray, shape of the fine grid
        min_valid_fraction : float
            Fraction of a cell's area that must be valid.
        """
        part = self.part()
        sums, weights = part.sums(values)
        least = min_valid_fraction * cell_areas(self.coarse, self.fine) if min_valid_fraction else 0.0
        known = (weights > 0) & (weights >= least)
        return np.where(known, sums / np.where(known, weights, 1), np.nan)


def cell_areas(coarse: Grid, fine: Grid) -> np.ndarray:
    """Return the area of the coarse cells in the unit of the weights, shape (rows, 1).

    It is less by a hair, so that a cell that is valid throughout is not short of it by rounding.
    """
    if same_coordinates(coarse.crs, fine.crs):
        x, _ = coarse.area_edges()
        return coarse.pixel_areas() * (x[1] - x[0]) * (1 - 1e-10)
    # weights are in fine pixels' areas: scale by what a cell near the middle holds of them
    rows, columns = coarse.shape
    middle = coarse.part(Window(columns // 2, rows // 2, 1, 1))
    left, bottom, right, top = _cell_box(middle, fine)
    return np.full((rows, 1), (right - left) * (top - bottom))


def _cell_box(cell: Grid, fine: Grid) -> tuple[float, float, float, float]:
    """Return the box in the fine grid's coordinates whose area is that of a cell."""
    x, y = cell.edges()
    px, py = project(np.array([x[0], x[1], x[1], x[0]]), np.array([y[0], y[0], y[1], y[1]]), cell.crs, fine.crs)
    py = areal(fine.crs, px[0], py)
    area = 0.5 * abs(np.dot(px, np.roll(py, 1)) - np.dot(py, np.roll(px, 1)))
    side = np.sqrt(area)
    return 0.0, 0.0, side, side


class _AlongAxes:
    """Weights that are a product of row overlaps and column overlaps."""

    def __init__(self, coarse: Grid, fine: Grid, window: Window):
        (fine_x, fine_y), (coarse_x, coarse_y) = fine.area_edges(window), coarse.area_edges()
        self._columns = sum(_overlaps(coarse_x + turn, fine_x) for turn in _turns(coarse, coarse_x, fine_x))
        self._rows = _overlaps(-coarse_y, -fine_y)
        self._widths, self._heights = np.diff(fine_x), -np.diff(fine_y)

    def sums(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        known = np.isfinite(values)
        return self.gather(np.where(known, values, 0)), self.gather(known)

    def gather(self, values: np.ndarray) -> np.ndarray:
        """Return per coarse cell the sum of values times their area there; all of them must be valid."""
        # float64: sums over thousands of pixels must keep the seventh digit; rows first, as they lie in memory
        return (self._columns @ (self._rows @ values.astype(np.float64)).T).T

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Return for every fine pixel the mean of the coarse values over its area; cells outside count as 0."""
        by_row = self._rows.T @ values / self._heights[:, None]
        return (self._columns.T @ by_row.T).T / self._widths

    def areas(self) -> sparse.csr_matrix:
        """Return the areas that cells and pixels share, shape (cells, pixels)."""
        return sparse.kron(self._rows, self._columns, "csr")

    def coupling(self, factor: np.ndarray) -> sparse.csr_matrix:
        """Return how the sums of the cells move with the values that are spread; see `_coupling`."""
        if self._rows.nnz == self._rows.shape[1] and self._columns.nnz == self._columns.shape[1]:
            return sparse.diags(self.gather(factor).ravel(), format="csr")  # cells nest: none knows its neighbours
        return _coupling(self.areas(), factor, np.outer(self._heights, self._widths))


def _coupling(share: sparse.csr_matrix, factor: np.ndarray, areas: np.ndarray) -> sparse.csr_matrix:
    """Return d(sums) / d(values) for fine = factor x spread(values), a matrix of shape (cells, cells).

    Parameters
    ----------
    share : csr_matrix, shape (cells, pixels)
        Areas shared.
    factor, areas : ndarray, shape of the window
        What multiplies the spread value in a pixel, and the pixel's area.
    """
    return share @ sparse.diags((factor / areas).ravel()) @ share.T


def _turns(coarse: Grid, coarse_x: np.ndarray, fine_x: np.ndarray) -> list[float]:
    """Return by how much the edges of columns are to be moved to meet those of others: 0, or rounds of degrees."""
    if not in_degrees(coarse.crs):
        return [0.0]
    return rounds(fine_x[0], fine_x[-1], coarse_x[0], coarse_x[-1])


def _overlaps(coarse: np.ndarray, fine: np.ndarray) -> sparse.csr_matrix:
    """Return the lengths that cells (rows) and pixels (columns) share, both given by their rising edges."""
    first = np.clip(np.searchsorted(coarse, fine[:-1], "right") - 1, 0, len(coarse) - 2)
    last = np.clip(np.searchsorted(coarse, fine[1:], "left") - 1, 0, len(coarse) - 2)
    per_pixel = last - first + 1
    pixel = np.repeat(np.arange(len(fine) - 1), per_pixel)
    cell = np.repeat(first - np.concatenate([[0], np.cumsum(per_pixel)[:-1]]), per_pixel) + np.arange(per_pixel.sum())
    length = np.minimum(coarse[cell + 1], fine[pixel + 1]) - np.maximum(coarse[cell], fine[pixel])
    # slivers from rounding are no overlap; they would tie neighbours together for nothing
    real = length > 1e-9 * (fine[pixel + 1] - fine[pixel])
    shape = len(coarse) - 1, len(fine) - 1
    return sparse.csr_matrix((length[real], (cell[real], pixel[real])), shape=shape)


class _AcrossProjections:
    """Weights between grids whose axes differ, as a sparse matrix (coarse cells, fine pixels)."""

    def __init__(self, coarse: Grid, fine: Grid, window: Window):
        self._coarse_shape = coarse.shape
        self._shape = rows, columns = int(window.height), int(window.width)
        row, column = _coarse_positions(coarse, fine, window)
        # the cell of each pixel corner: where the four agree, the whole pixel lies in that cell
        corner = _cell_number(row, _round(coarse, column), coarse.shape)
        inner = corner[:-1, :-1]
        whole = (inner == corner[1:, 1:]) & (inner == corner[1:, :-1]) & (inner == corner[:-1, 1:])
        pixel = np.arange(rows * columns).reshape(rows, columns)
        cut_row, cut_column = np.nonzero(~whole)
        down, right = (np.mod(0.5 + np.arange(POINTS) * step, 1)[:, None] for step in (0.754877666, 0.569840291))
        at = np.stack([(cut_row + down).ravel(), (cut_column + right).ravel()])
        parts = _cell_number(
            map_coordinates(row, at, order=1), _round(coarse, map_coordinates(column, at, order=1)), coarse.shape
        )
        cells = np.concatenate([inner[whole], parts])
        pixels = np.concatenate([pixel[whole], np.tile(pixel[cut_row, cut_column], POINTS)])
        share = np.concatenate([np.ones(whole.sum()), np.full(parts.size, 1 / POINTS)])
        real = cells >= 0
        shape = coarse.shape[0] * coarse.shape[1], rows * columns
        self._share = sparse.csr_matrix((share[real], (cells[real], pixels[real])), shape=shape)
        x, _ = fine.area_edges(window)
        self._areas = np.broadcast_to(fine.pixel_areas(window) * (x[1] - x[0]), (rows, columns))

    def sums(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        known = np.isfinite(values)
        return self.gather(np.where(known, values, 0)), self.gather(known)

    def gather(self, values: np.ndarray) -> np.ndarray:
        """Return per coarse cell the sum of values times their area there; all of them must be valid."""
        return (self._share @ (values.astype(np.float64) * self._areas).ravel()).reshape(self._coarse_shape)

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Return for every fine pixel the mean of the coarse values over its area; cells outside count as 0."""
        return (self._share.T @ values.ravel()).reshape(self._shape)

    def areas(self) -> sparse.csr_matrix:
        """Return the areas that cells and pixels share, shape (cells, pixels)."""
        return self._share @ sparse.diags(self._areas.ravel())

    def coupling(self, factor: np.ndarray) -> sparse.csr_matrix:
        """Return how the sums of the cells move with the values that are spread; see `_coupling`."""
        # here `_share` holds parts of a pixel, not areas
        return _coupling(self._share, factor * self._areas, np.ones(self._shape))


def cell_positions(coarse: Grid, fine: Grid, window: Window | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the fractional coarse row and column of fine pixels' centres: cell 0 reaches from 0 to 1.

    Both broadcast to the shape of the window; along the same axes they are (rows, 1) and (1, columns).
    """
    if same_coordinates(coarse.crs, fine.crs):
        x, y = fine.centres(window)
        row, column = (y - coarse.transform.f) / coarse.transform.e, (x - coarse.transform.c) / coarse.transform.a
        return row[:, None], _round(coarse, column)[None]
    row, column = _coarse_positions(coarse, fine, window or fine.whole)
    return _centres(row), _round(coarse, _centres(column))


def _round(coarse: Grid, column: np.ndarray) -> np.ndarray:
    """Return columns of degrees as the coarse grid counts them, which may be those of another convention.

    They are turned to within half a globe of its middle: what lies a little west of its edge stays there.
    """
    if not in_degrees(coarse.crs):
        return column
    globe = ROUND / coarse.transform.a
    return column - globe * np.round((column - coarse.shape[1] / 2) / globe)


def _centres(corners: np.ndarray) -> np.ndarray:
    """Return the mean of the four corners of every pixel."""
    return (corners[:-1, :-1] + corners[1:, :-1] + corners[:-1, 1:] + corners[1:, 1:]) / 4


def _coarse_positions(coarse: Grid, fine: Grid, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Return the fractional coarse row and column of the fine pixel corners, shape (rows + 1, columns + 1)."""
    x, y = fine.edges(window)
    nodes_x, nodes_y = (np.linspace(e[0], e[-1], max(2, -(-len(e) // NODE) + 1)) for e in (x, y))
    mesh_x, mesh_y = np.meshgrid(nodes_x, nodes_y)
    px, py = project(mesh_x, mesh_y, fine.crs, coarse.crs)
    if in_degrees(coarse.crs):
        middle = sum(fine.span) / 2
        px = middle + np.mod(px - middle + ROUND / 2, ROUND) - ROUND / 2  # no jump between two nodes
    node_row, node_column = (
        (py - coarse.transform.f) / coarse.transform.e,
        (px - coarse.transform.c) / coarse.transform.a,
    )
    at = np.meshgrid(np.linspace(0, len(nodes_y) - 1, len(y)), np.linspace(0, len(nodes_x) - 1, len(x)), indexing="ij")
    return map_coordinates(node_row, at, order=1), map_coordinates(node_column, at, order=1)


def _cell_number(row: np.ndarray, column: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return the running number of the cell at fractional rows and columns; -1 outside."""
    row, column = np.floor(row), np.floor(column)
    inside = (row >= 0) & (row < shape[0]) & (column >= 0) & (column < shape[1])
    return np.where(inside, row * shape[1] + column, -1).astype(np.int64)
