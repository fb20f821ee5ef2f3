# SPDX-License-Identifier: GPL-2.0-or-later
"""The nearest of some thousand points to each of millions, and how many are near, in up to some tens of columns."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from ..base.progress import SILENT, Progress
from ..base.threads import ahead

ROWS, COLUMNS = 512, 2048  # of a block of distances: as much as stays close to a core
TREE_ROWS = 4096  # that a tree is asked for at once: a cancel is felt after them
LEAF = 16  # points of a leaf of the tree
FEW_POINTS = 2000  # up to which a product of matrices is faster than any tree
# directions along which points effectively differ, up to which a tree is faster: where the near ones are counted too,
# since it must visit each of these, and where the nearest is all that is asked for
FEW_DIRECTIONS = {True: 2.75, False: 5.5}


class Neighbours:
    """Points that others are held against.

    Parameters
    ----------
    reference : ndarray, shape (m, columns), float32

    Attributes
    ----------
    directions : float
        Along how many directions the points effectively differ: the squared sum of the variances along their principal
        axes over the sum of these squared. Where few covariates count it is small, however many columns there are.

    Notes
    -----
    Where points differ along many directions, one product of matrices gives all squared distances of a block, exact to
    the rounding of float32; a tree would be walked nearly whole for each point. Where they differ along few, a tree is
    faster, and the more so when it is turned to their principal axes, which leaves all distances as they are: it leaves
    a point after the first of its columns.
    """

    def __init__(self, reference: np.ndarray):
        self._reference = reference
        self._mean = reference.mean(0, dtype=float)
        spread, self._axes = np.linalg.eigh(
            np.cov(reference.T.astype(float), ddof=0).reshape(2 * (reference.shape[1],))
        )
        self._axes = self._axes[:, ::-1]  # the widest first
        self.directions = float(spread.sum() ** 2 / max((spread**2).sum(), np.finfo(float).tiny))
        # |x - y|² = |x|² + (x, 1) · (-2 y, |y|²)
        self._lifted = np.vstack([-2 * reference.T, (reference**2).sum(1)])
        self._tree: Any = None  # a cKDTree, once it is needed

    def search(
        self, points: np.ndarray, radius: float | None = None, threads: int = 0, progress: Progress = SILENT
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the number of the nearest reference of each point, and how many are no further than a radius.

        Parameters
        ----------
        points : ndarray, shape (n, columns), float32
        radius : float, optional
            Without it near ones are not counted, which is faster.
        threads : int
            0 means all cores.

        Returns
        -------
        number : ndarray, shape (n,), int64
        near : ndarray, shape (n,), int64, or None
        """
        number = np.zeros(len(points), np.int64)
        near = None if radius is None else np.zeros(len(points), np.int64)
        by_tree = self._by_tree(radius is not None)
        rows_at_once, of_block = (TREE_ROWS, self._of_tree) if by_tree else (ROWS, self._of_block)

        def search(start: int) -> tuple[slice, np.ndarray, np.ndarray | None]:
            rows = slice(start, start + rows_at_once)
            return rows, *of_block(points[rows], radius)

        threads = threads or os.cpu_count() or 1
        starts = range(0, len(points), rows_at_once)
        for rows, found, count in ahead(search, starts, progress, threads=threads, most=2 * threads):
            number[rows] = found
            if near is not None:
                near[rows] = count
        return number, near

    def _by_tree(self, counting: bool) -> bool:
        """Return whether a tree is the faster way, and make it then."""
        if len(self._reference) <= FEW_POINTS or self.directions > FEW_DIRECTIONS[counting]:
            return False
        if self._tree is None:
            self._tree = cKDTree(self._turned(self._reference), leafsize=LEAF)
        return True

    def _turned(self, points: np.ndarray) -> np.ndarray:
        return (points - self._mean) @ self._axes

    def _of_tree(self, points: np.ndarray, radius: float | None) -> tuple[np.ndarray, np.ndarray | None]:
        turned = self._turned(points)
        order = np.argsort(turned[:, 0])  # points that follow each other find the same leaves still at hand
        turned = turned[order]
        number, near = np.empty(len(points), np.int64), np.empty(len(points), np.int64)
        number[order] = self._tree.query(turned)[1]
        if radius is None:
            return number, None
        near[order] = self._tree.query_ball_point(turned, radius, return_length=True)
        return number, near

    def _of_block(self, points: np.ndarray, radius: float | None) -> tuple[np.ndarray, np.ndarray | None]:
        lifted = np.column_stack([points, np.ones(len(points), np.float32)])
        bound = None if radius is None else (radius**2 - (points**2).sum(1))[:, None]
        rows = np.arange(len(points))
        number, near = np.zeros(len(points), np.int64), np.zeros(len(points), np.int64)
        least = np.full(len(points), np.inf, np.float32)
        for first in range(0, self._lifted.shape[1], COLUMNS):
            apart = lifted @ self._lifted[:, first : first + COLUMNS]
            best = apart.argmin(1)
            closest = apart[rows, best]
            closer = closest < least
            number[closer] = best[closer] + first
            least[closer] = closest[closer]
            if bound is not None:
                near += np.count_nonzero(apart <= bound, axis=1)
        return number, None if radius is None else near
