# SPDX-License-Identifier: GPL-2.0-or-later
"""How alike soil moisture is at two places, by their distance: at points, and in the means of coarse cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

NODES = 4  # nodes a cell and side between which maps are interpolated
POINTS = 6  # points a cell and side by which a mean over a cell is taken; none of them falls on a node
EXPONENTIAL = "exponential"
MATERN = "matern32"


@dataclass(frozen=True, order=True)
class Kernel:
    """A correlation that falls with distance.

    Attributes
    ----------
    kind : str
        "exponential", or "matern32" for fields that are smooth at a point.
    length : float
        In heights of a coarse cell.
    """

    kind: str
    length: float

    def at(self, distance: np.ndarray) -> np.ndarray:
        """Return the correlation of points so far apart, in heights of a cell."""
        if self.kind == EXPONENTIAL:
            return np.exp(-distance / self.length)
        scaled = np.sqrt(3) * distance / self.length
        return (1 + scaled) * np.exp(-scaled)

    def to_cell(self, down: np.ndarray, right: np.ndarray, aspect: float = 1.0) -> np.ndarray:
        """Return the covariance of points with the mean of a cell.

        Parameters
        ----------
        down, right : ndarray, shapes (n,) and (m,)
            From the centre of the cell to the points, in rows and columns of cells.
        aspect : float
            Width of a cell over its height on the ground.

        Returns
        -------
        ndarray, shape (n, m)
        """
        inside = (np.arange(POINTS) + 0.5) / POINTS - 0.5
        total = np.zeros((len(down), len(right)))
        for y in inside:
            squared = (down - y) ** 2
            for x in inside:
                total += self.at(np.sqrt(squared[:, None] + (aspect * (right - x)) ** 2))
        return total / POINTS**2

    def between_cells(self, rows: int, columns: int, aspect: float = 1.0) -> np.ndarray:
        """Return the covariance of the means of two cells 0, 1, ... rows and columns apart, shape (rows, columns)."""
        return _between_cells(self, rows, columns, aspect)


@lru_cache(maxsize=64)
def _between_cells(kernel: Kernel, rows: int, columns: int, aspect: float) -> np.ndarray:
    nodes = kernel.to_cell(node_offsets(0, rows), node_offsets(0, columns), aspect)
    table = nodes.reshape(rows, NODES, columns, NODES).mean((1, 3))
    table.setflags(write=False)
    return table


def node_offsets(first: int, stop: int) -> np.ndarray:
    """Return how far the nodes of the cells first ... stop - 1 lie from the centre of cell 0, in cells."""
    return first + (np.arange((stop - first) * NODES) + 0.5) / NODES - 0.5
