# SPDX-License-Identifier: GPL-2.0-or-later
"""The equations of kriging: dense where there are few coarse values, else by conjugate gradients."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from scipy.fft import irfft2, rfft2
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from .cells import THREADS, Cells
from .covariance import Covariance

MOST_DENSE = 2000  # unknowns
RESIDUAL = 1e-5  # of the right side
MOST_STEPS = 400
TRACES = (0.0, 1e-3, 1e-2)  # of the sill: noise that is added, one after the other, until a solution settles


class System:
    """The covariance of the coarse values that were seen, to be solved for right sides.

    Parameters
    ----------
    cells : Cells
    covariance : Covariance
    seen : ndarray of bool, shape (days, rows, columns)
    days : ndarray of int, shape (days,)
    progress : Progress, optional
        Asked in every step whether to go on.
    """

    def __init__(
        self, cells: Cells, covariance: Covariance, seen: np.ndarray, days: np.ndarray, progress: Progress = SILENT
    ):
        self.cells = cells
        self.covariance = covariance
        self.seen = seen
        self.progress = progress
        self.days = np.asarray(days).astype("datetime64[D]").astype(int)
        self._in_time = covariance.of_values.in_time(self.days[:, None] - self.days)
        self._factor = _factored(self.matrix()) if self.size <= MOST_DENSE else None

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return int(self.seen.sum())

    def matrix(self) -> np.ndarray:
        """Return the covariance of all values with each other, noise included, shape (unknowns, unknowns)."""
        day, cell = self._places()
        matrix = np.zeros((len(day), len(day)))
        for kernel, in_time in self._in_time.items():
            matrix += self.cells.matrix(kernel, cell) * in_time[np.ix_(day, day)]
        matrix[np.diag_indices(len(day))] += self.covariance.nugget
        return matrix

    def solve(self, values: np.ndarray, residual: float | None = None) -> np.ndarray:
        """Return the coefficients of the seen values, 0 elsewhere.

        Parameters
        ----------
        values : ndarray, shape (days, rows, columns)
            m3 m-3; what stands where nothing was seen does not count.
        residual : float, optional
            Greatest |right side - left side| that conjugate gradients leave, as a root of squares over all values;
            `RESIDUAL` of that of the values when left out.

        Returns
        -------
        ndarray, shape (days, rows, columns), float64
        """
        right = values[self.seen].astype(float)
        if self._factor is not None:
            found = cho_solve(self._factor, right, check_finite=False)
        else:
            least = RESIDUAL * float(np.linalg.norm(right)) if residual is None else residual
            found = self._iterated(right, least)
        out = np.zeros(self.seen.shape)
        out[self.seen] = found
        return out

    def diagonal_of_inverse(self) -> np.ndarray:
        """Return the diagonal of the inverse of `matrix`, shape (unknowns,); only of a dense system."""
        if self._factor is None:
            raise ValueError(f"{self.size} unknowns are too many for a dense inverse.")
        return np.diag(cho_solve(self._factor, np.eye(self.size), check_finite=False))

    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """Return day and running number of the cell of every unknown."""
        day, row, column = np.nonzero(self.seen)
        return day, row * self.cells.shape[1] + column

    def _iterated(self, right: np.ndarray, least: float) -> np.ndarray:
        """Solve by conjugate gradients; where smooth fields without noise do not let them end, with a little noise."""
        found, left = right, np.inf
        for trace in TRACES:
            nugget = max(self.covariance.nugget, trace * self.covariance.of_values.sill)

            try:
                inverse = np.linalg.inv(self._around + nugget * np.eye(len(self.days)))
            except LinAlgError as error:
                raise _no_covariance(len(right)) from error

            def times(vector: np.ndarray, nugget: float = nugget) -> np.ndarray:
                return self._times(vector) + nugget * vector

            def preconditioned(vector: np.ndarray, inverse: np.ndarray = inverse) -> np.ndarray:
                return self._as_if_whole(vector, inverse)

            found, left = _conjugate_gradients(times, preconditioned, right, least, self.progress)
            if left <= least:
                return found
        raise InputError(
            f"The kriging of {len(right)} coarse values does not settle: {left:.2g} is left of "
            f"{np.linalg.norm(right):.2g}. Give the coarse product an error, or take a smaller area or fewer days."
        )

    def _times(self, vector: np.ndarray) -> np.ndarray:
        """Return the product with the covariance of the values, without the nugget."""
        rows, columns = self.cells.shape
        full = np.zeros(self.seen.shape)
        full[self.seen] = vector
        padded = self.cells.padded()
        transformed = rfft2(full, s=padded, workers=THREADS)
        product = np.zeros_like(transformed)
        for kernel, in_time in self._in_time.items():
            product += np.tensordot(in_time, transformed, 1) * self.cells.spectrum(kernel)
        field = irfft2(product, s=padded, workers=THREADS)[:, :rows, :columns]
        return field[self.seen]

    def _as_if_whole(self, vector: np.ndarray, inverse: np.ndarray) -> np.ndarray:
        """Return the solution as if every cell were seen, and the grid went around its edges."""
        full = np.zeros(self.seen.shape)
        full[self.seen] = vector
        transformed = rfft2(full, workers=THREADS).transpose(1, 2, 0)
        solved = np.matmul(inverse, transformed[..., None])[..., 0]
        return irfft2(solved.transpose(2, 0, 1), s=self.cells.shape, workers=THREADS)[self.seen]

    @cached_property
    def _around(self) -> np.ndarray:
        """Covariance of the days with each other at each wave number of the grid, as if it went around its edges."""
        rows, columns = (np.minimum(np.arange(n), n - np.arange(n)) for n in self.cells.shape)
        total = np.zeros((len(rows), len(columns) // 2 + 1, len(self.days), len(self.days)))
        for kernel, in_time in self._in_time.items():
            around = self.cells.table(kernel)[np.ix_(rows, columns)]
            total += np.maximum(rfft2(around).real, 0)[..., None, None] * in_time
        return total


def _factored(matrix: np.ndarray) -> tuple[np.ndarray, bool]:
    try:
        return cho_factor(matrix, lower=True, overwrite_a=True, check_finite=False)
    except LinAlgError as error:
        raise _no_covariance(len(matrix)) from error


def _no_covariance(count: int) -> InputError:
    return InputError(
        f"The covariance of {count} coarse values cannot be factored: they say the same of each other. Give the coarse "
        "product an error above 0."
    )


def _conjugate_gradients(
    times: Callable, preconditioned: Callable, right: np.ndarray, least: float, progress: Progress
) -> tuple[np.ndarray, float]:
    """Solve a symmetric positive system by the method of Hestenes and Stiefel; also return what is left."""
    found = np.zeros_like(right)
    left = right.copy()
    shifted = preconditioned(left)
    direction = shifted.copy()
    length = float(left @ shifted)
    for _ in range(MOST_STEPS):
        if np.linalg.norm(left) <= least:
            break
        progress.check()
        product = times(direction)
        curvature = float(direction @ product)
        if not (curvature > 0 and length > 0):
            raise _no_covariance(len(right))
        step = length / curvature
        found += step * direction
        left -= step * product
        shifted = preconditioned(left)
        before, length = length, float(left @ shifted)
        direction = shifted + length / before * direction
    return found, float(np.linalg.norm(left))
