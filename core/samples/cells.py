# SPDX-License-Identifier: GPL-2.0-or-later
"""The covariates of a study brought to its coarse cells, and how much their fine pixels differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..base.errors import InputError
from ..base.names import class_column
from ..base.progress import SILENT, Progress
from ..rasters.overlap import Overlap, cell_areas
from ..study.study import Study
from .settings import CoarseSampling

MAX_CLASSES = 100  # each is a column of its own
BLOCK_VALUES = 48 << 20  # float32 values that the features of one window may take


def by_class(study: Study, names: Sequence[str], days: np.ndarray, progress: Progress = SILENT) -> list[str]:
    """Return the names with the columns of its classes in the place of each covariate of classes.

    Parameters
    ----------
    study : Study
    names : sequence of str
    days : ndarray of datetime64[D]
        The classes that occur on them on the target grid count.
    progress : Progress

    Raises
    ------
    InputError
        If a covariate has more than `MAX_CLASSES`.
    """
    columns = []
    for name, part in progress.parts(names):
        if study.entry(name).classes:
            columns += [class_column(name, code) for code in _classes(study, name, days, part)]
        else:
            columns.append(name)
    return columns


def _classes(study: Study, name: str, days: np.ndarray, progress: Progress) -> np.ndarray:
    """Return the classes of a covariate on the target grid on some days, rising."""
    found = np.empty(0, np.float32)
    days = days if study.entry(name).dated else days[:1]
    for window in progress.over(study.grid.windows(BLOCK_VALUES // study.slots([name], days))):
        for block in study.features([name], days, window, progress):
            found = np.union1d(found, block[np.isfinite(block)])
        if len(found) > MAX_CLASSES:
            raise InputError(
                f"'{name}' is said to hold classes, but has more than {MAX_CLASSES} different values; if it holds "
                'numbers, leave "classes" out of its entry.'
            )
    return found


class CellDays(NamedTuple):
    """What is known of coarse cells on some days.

    Attributes
    ----------
    means : ndarray, shape (days, covariates, rows, columns)
        NaN where unknown.
    spread : ndarray, shape (days, rows, columns), or None
        Population SD inside of the cell of the covariate that the options name.
    valid_fraction : ndarray, shape (days, rows, columns), or None
        Fraction of the cell's area in which all covariates are known; where the cell lacks some of them, the least
        that one of the others has.
    """

    means: np.ndarray
    spread: np.ndarray | None = None
    valid_fraction: np.ndarray | None = None


class AreaMeans:
    """Area means of the covariates in the coarse cells.

    Parameters
    ----------
    study : Study
    names : sequence of str
        The covariates.
    options : CoarseSampling
    """

    def __init__(self, study: Study, names: Sequence[str], options: CoarseSampling):
        self.study, self.names, self.options = study, names, options
        self.fine = FineSpread(len(names))
        self._overlap = Overlap(study.coarse_grid, study.grid)
        self._areas = cell_areas(study.coarse_grid, study.grid)
        self._of = names.index(options.spread_of) if options.spread_of else None

    def on(self, days: np.ndarray, progress: Progress = SILENT) -> CellDays:
        """Return the cells on some days; they share what is read of the covariates."""
        study, shape = self.study, self.study.coarse_grid.shape
        sums, weights = (np.zeros((len(days), len(self.names), *shape)) for _ in range(2))
        squares, complete = (np.zeros((len(days), *shape)) for _ in range(2))
        for window in progress.over(study.grid.windows(BLOCK_VALUES // study.slots(self.names, days))):
            part = self._overlap.part(window)
            for d, block in enumerate(study.features(self.names, days, window, progress)):
                progress.check()
                for f, values in enumerate(block):
                    s, w = part.sums(values)
                    sums[d, f] += s
                    weights[d, f] += w
                if self._of is not None:
                    squares[d] += part.sums(block[self._of].astype(float) ** 2)[0]
                complete[d] += part.gather(np.isfinite(block).all(0))
                self.fine.add(block)
        known = (weights > 0) & (weights >= self.options.min_valid_fraction * self._areas)
        safe = np.where(known, weights, 1)
        means = np.where(known, sums / safe, np.nan)
        spread = None
        if self._of is not None:
            spread = np.sqrt(np.maximum(squares / safe[:, self._of] - means[:, self._of] ** 2, 0))
        least = np.where(known, weights, np.inf).min(1)
        valid = np.where(known.all(1), complete, np.where(np.isfinite(least), least, 0)) / self._areas
        return CellDays(means, spread, np.minimum(valid, 1))


class CentralPixels:
    """The covariates of the one pixel at each cell's centre; the parameters are those of `AreaMeans`."""

    def __init__(self, study: Study, names: Sequence[str], options: CoarseSampling):
        self.study, self.names = study, names
        self.fine = FineSpread(len(names))
        x, y = np.meshgrid(*study.coarse_grid.centres())
        rows, columns = study.grid.cells_at(x.ravel(), y.ravel(), study.coarse_grid.crs)
        self._inside = rows >= 0
        self._rows, self._columns = rows[self._inside], columns[self._inside]

    def on(self, days: np.ndarray, progress: Progress = SILENT) -> CellDays:
        """Return the cells on some days; one pixel has no spread and fills no fraction."""
        values = self.study.at_cells(self.names, days, self._rows, self._columns, progress).transpose(0, 2, 1)
        self.fine.add(values.swapaxes(0, 1))
        out = np.full((len(days), len(self.names), self._inside.size), np.nan, np.float32)
        out[:, :, self._inside] = values
        progress.at(1)
        return CellDays(out.reshape(len(days), len(self.names), *self.study.coarse_grid.shape))


class FineSpread:
    """The population SD of covariates over fine pixels and days, gathered block by block.

    Parameters
    ----------
    n_covariates : int

    References
    ----------
    Chan, Golub and LeVeque 1979, eq. 2.1: means and squared deviations of two parts make those of the whole, without
    the loss of digits that sums of squares have.
    """

    def __init__(self, n_covariates: int):
        self._count, self._mean, self._squares = np.zeros((3, n_covariates))

    def add(self, block: np.ndarray) -> None:
        """Take in values of shape (covariates, ...), NaN where unknown."""
        for i, values in enumerate(block):
            known = values[np.isfinite(values)]
            if not known.size:
                continue
            mean = known.mean(dtype=float)
            squares = known.var(dtype=float) * known.size
            total, step = self._count[i] + known.size, mean - self._mean[i]
            self._squares[i] += squares + step**2 * self._count[i] * known.size / total
            self._mean[i] += step * known.size / total
            self._count[i] = total

    def sd(self) -> np.ndarray:
        """Return the SD of each covariate, shape (covariates,); NaN where no pixel was known."""
        known = self._count > 0
        return np.where(known, np.sqrt(self._squares / np.where(known, self._count, 1)), np.nan)
