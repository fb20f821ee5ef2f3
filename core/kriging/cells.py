# SPDX-License-Identifier: GPL-2.0-or-later
"""Coarse cells, the nodes between which fine maps are interpolated, and the means of such maps over the cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from rasterio.windows import Window
from scipy import sparse
from scipy.fft import irfft2, next_fast_len, rfft2
from scipy.ndimage import map_coordinates

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..rasters.grid import WGS84, Grid, same_coordinates
from ..rasters.overlap import Overlap, cell_positions
from .kernels import NODES, Kernel, node_offsets

WINDOW_PIXELS = 1 << 18  # pixels whose weights are made at once
THREADS = 2  # of a Fourier transform


@dataclass(frozen=True)
class Cells:
    """The cells of a coarse grid as an index grid, on which covariance depends on rows and columns apart.

    Attributes
    ----------
    shape : (int, int)
        Rows and columns.
    aspect : float
        Width of a cell over its height on the ground. One for the whole grid: on a grid of degrees it is that of the
        middle row.
    margin : int
        Cells by which the nodes reach beyond the grid on each side.
    """

    shape: tuple[int, int]
    aspect: float = 1.0
    margin: int = 1

    @classmethod
    def of(cls, overlap: Overlap) -> Cells:
        """Return the cells of a coarse grid with nodes that reach around a fine grid.

        Raises
        ------
        InputError
            If the grids do not overlap.
        """
        rows, columns = overlap.coarse.shape
        row, column = _edges(overlap)
        if not (row.min() < rows and row.max() > 0 and column.min() < columns and column.max() > 0):
            raise InputError(
                "The coarse product and the fine grid do not overlap: "
                f"{overlap.coarse!r} and {overlap.fine!r}. Check their reference systems and bounds."
            )
        beyond = max(-row.min(), row.max() - rows, -column.min(), column.max() - columns, 0)
        return cls(overlap.coarse.shape, aspect_of(overlap.coarse), 1 + int(np.ceil(beyond)))

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.shape[0] * self.shape[1]

    @property
    def nodes(self) -> tuple[int, int]:
        """Rows and columns of nodes."""
        rows, columns = self.shape
        return (rows + 2 * self.margin) * NODES, (columns + 2 * self.margin) * NODES

    def table(self, kernel: Kernel) -> np.ndarray:
        """Return the covariance of two cells' means by rows and columns apart, shape of the grid."""
        return kernel.between_cells(*self.shape, self.aspect)

    def matrix(self, kernel: Kernel, cells: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
        """Return the covariance of the means of cells, given by their running numbers; shape (cells, others)."""
        others = cells if others is None else others
        row, column = np.divmod(cells, self.shape[1])
        other_row, other_column = np.divmod(others, self.shape[1])
        rows_apart = np.abs(row[:, None] - other_row)
        columns_apart = np.abs(column[:, None] - other_column)
        return self.table(kernel)[rows_apart, columns_apart]

    def spectrum(self, kernel: Kernel) -> np.ndarray:
        """Return the transform of the covariance of cells, for products with `times`."""
        return _spectrum(kernel, self.shape, self.aspect)

    def padded(self) -> tuple[int, int]:
        """Return the shape in which products with the covariance do not run around the edges."""
        return _padded(self.shape)

    def times(self, kernel: Kernel, coefficients: np.ndarray) -> np.ndarray:
        """Return the sum over the cells of coefficient x covariance at every cell, shape of the grid."""
        padded = self.padded()
        product = rfft2(coefficients, s=padded, workers=THREADS) * self.spectrum(kernel)
        return irfft2(product, s=padded, workers=THREADS)[: self.shape[0], : self.shape[1]]

    def to_nodes(self, kernel: Kernel, coefficients: np.ndarray) -> np.ndarray:
        """Return the sum over the cells of coefficient x covariance at every node, float64.

        Parameters
        ----------
        coefficients : ndarray, shape of the grid
        """
        # The first node of a cell stands for it; the kernel is that much shifted.
        at_nodes = np.zeros(self.nodes)
        inner = slice(self.margin * NODES, -self.margin * NODES)
        at_nodes[inner, inner][::NODES, ::NODES] = coefficients
        spectrum, shape = _node_spectrum(kernel, self.nodes, self.aspect)
        field = irfft2(rfft2(at_nodes, s=shape, workers=THREADS) * spectrum, s=shape, workers=THREADS)
        return field[: self.nodes[0], : self.nodes[1]]


def _padded(shape: tuple[int, int]) -> tuple[int, int]:
    rows, columns = shape
    return next_fast_len(2 * rows, real=True), next_fast_len(2 * columns, real=True)


@lru_cache(maxsize=32)
def _spectrum(kernel: Kernel, shape: tuple[int, int], aspect: float) -> np.ndarray:
    padded = _padded(shape)
    apart = [np.minimum(np.arange(n), n - np.arange(n)) for n in padded]
    # offsets that no two cells have may hold anything: the farthest covariance is as good as another
    rows, columns = (np.minimum(away, n - 1) for away, n in zip(apart, shape))
    table = kernel.between_cells(*shape, aspect)
    return rfft2(table[np.ix_(rows, columns)]).real


@lru_cache(maxsize=8)
def _node_spectrum(kernel: Kernel, nodes: tuple[int, int], aspect: float) -> tuple[np.ndarray, tuple[int, int]]:
    """Return the transform of the covariance of nodes with the cell whose first node stands for it, and its shape."""
    padded = next_fast_len(2 * nodes[0], real=True), next_fast_len(2 * nodes[1], real=True)
    first = node_offsets(0, 1)[0]
    offsets = [np.where(np.arange(n) < n / 2, np.arange(n), np.arange(n) - n) / NODES + first for n in padded]
    # a kernel knows no direction: each distance is asked for once
    (down, row), (right, column) = (np.unique(np.abs(o), return_inverse=True) for o in offsets)
    table = kernel.to_cell(down, right, aspect)
    return rfft2(table[np.ix_(row, column)], workers=THREADS), padded


def aspect_of(grid: Grid) -> float:
    """Return the width of a grid's cell over its height on the ground, in its middle row."""
    width, height = grid.resolution
    if not grid.crs.is_geographic:
        return width / height
    _, bottom, _, top = grid.bounds_in(WGS84)
    return width / height * float(np.cos(np.radians((bottom + top) / 2)))


def _edges(overlap: Overlap) -> tuple[np.ndarray, np.ndarray]:
    """Return the coarse rows and columns of the outline of the fine grid."""
    rows, columns = overlap.fine.shape
    sides = [
        Window(0, 0, columns, 1),
        Window(0, rows - 1, columns, 1),
        Window(0, 0, 1, rows),
        Window(columns - 1, 0, 1, rows),
    ]
    places = [cell_positions(overlap.coarse, overlap.fine, side) for side in sides]
    return tuple(np.concatenate([np.ravel(place[axis]) for place in places]) for axis in (0, 1))


class FineMaps:
    """Maps on a fine grid that are interpolated between nodes, and their means over the cells.

    Parameters
    ----------
    cells : Cells
    overlap : Overlap
    """

    def __init__(self, cells: Cells, overlap: Overlap):
        self.cells = cells
        self.overlap = overlap

    def read(self, nodes: np.ndarray, window: Window | None = None) -> np.ndarray:
        """Return a window of the map that has values at the nodes, shape of the window, float32.

        Parameters
        ----------
        nodes : ndarray
            The same number of nodes in every cell, those of the margin included.
        window : Window, optional
        """
        row, column = self._positions(window, nodes.shape[0] // (self.cells.shape[0] + 2 * self.cells.margin))
        if self._along_axes:
            # along the same axes rows and columns are interpolated one after the other
            down, right = _between(row[:, 0], nodes.shape[0]), _between(column[0], nodes.shape[1])
            return (down @ (right @ nodes.T.astype(np.float32)).T).astype(np.float32)
        return map_coordinates(nodes, np.stack([row, column]), order=1, mode="nearest", output=np.float32)

    def averaging(self, valid: np.ndarray, progress: Progress = SILENT) -> Averaging:
        """Return the means over cells of such maps that have a value where `valid`, shape of the fine grid."""
        total = sparse.csr_matrix((self.cells.size, self.cells.nodes[0] * self.cells.nodes[1]))
        areas = np.zeros(self.cells.size)
        for window in self.overlap.fine.windows(WINDOW_PIXELS):
            progress.check()
            known = valid[window.toslices()]
            if not known.any():
                continue
            share = self.overlap.part(window).areas() @ sparse.diags(known.ravel().astype(float))
            total = total + share @ self._weights(window)
            areas += np.asarray(share.sum(1)).ravel()
        inverse = np.divide(1.0, areas, out=np.zeros_like(areas), where=areas > 0)
        return Averaging(self.cells, sparse.diags(inverse) @ total, areas.reshape(self.cells.shape))

    @cached_property
    def _along_axes(self) -> bool:
        return same_coordinates(self.overlap.coarse.crs, self.overlap.fine.crs)

    def _positions(self, window: Window | None, nodes: int = NODES) -> tuple[np.ndarray, np.ndarray]:
        """Return the place of pixels' centres among the nodes; rows and columns broadcast to the window's shape."""
        row, column = cell_positions(self.overlap.coarse, self.overlap.fine, window)
        margin = self.cells.margin
        return (row + margin) * nodes - 0.5, (column + margin) * nodes - 0.5

    def _weights(self, window: Window) -> sparse.csr_matrix:
        """Return the weights of the nodes in the pixels of a window, shape (pixels, nodes)."""
        row, column = self._positions(window)
        rows, columns = self.cells.nodes
        if self._along_axes:
            return sparse.kron(_between(row[:, 0], rows), _between(column[0], columns), "csr")
        row, column = np.clip(row, 0, rows - 1).ravel(), np.clip(column, 0, columns - 1).ravel()
        top = np.minimum(row.astype(int), rows - 2)
        left = np.minimum(column.astype(int), columns - 2)
        low, across = row - top, column - left
        corners = [
            (top, left, (1 - low) * (1 - across)),
            (top, left + 1, (1 - low) * across),
            (top + 1, left, low * (1 - across)),
            (top + 1, left + 1, low * across),
        ]
        pixel = np.tile(np.arange(row.size), 4)
        node = np.concatenate([y * columns + x for y, x, _ in corners])
        weight = np.concatenate([w for _, _, w in corners])
        return sparse.csr_matrix((weight, (pixel, node)), shape=(row.size, rows * columns))


def _between(place: np.ndarray, count: int) -> sparse.csr_matrix:
    """Return the weights of nodes in a row for places between them, shape (places, nodes), float32."""
    place = np.clip(place, 0, count - 1)
    before = np.minimum(place.astype(int), count - 2)
    after = place - before
    weight = np.column_stack([1 - after, after]).ravel().astype(np.float32)
    node = np.column_stack([before, before + 1]).ravel()
    return sparse.csr_matrix((weight, node, np.arange(0, 2 * len(place) + 1, 2)), shape=(len(place), count))


@dataclass(frozen=True)
class Averaging:
    """The means over cells of maps that are given at nodes.

    Attributes
    ----------
    cells : Cells
    matrix : csr_matrix, shape (cells, nodes)
        Each row sums to 1, or is empty for a cell without valid pixels.
    areas : ndarray, shape of the grid
        Area of each cell's valid pixels, in the unit of `Overlap`.
    """

    cells: Cells
    matrix: sparse.csr_matrix
    areas: np.ndarray

    def means(self, nodes: np.ndarray) -> np.ndarray:
        """Return the mean of the map over the valid pixels of every cell, shape of the grid; 0 where there are none."""
        return (self.matrix @ nodes.ravel()).reshape(self.cells.shape)
