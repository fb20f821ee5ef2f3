# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of learners' detail to believe, learned one scale up: where cells are the detail of larger cells.

What kriging cannot tell of the cells from the means of 2 x 2 or 3 x 3 of them is known here, and so is what learners
say of it. The weight that serves there is the weight of what they say of pixels inside cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import nnls

from ..base.progress import SILENT, Progress
from .cells import Cells
from .days import some_of
from .kernels import EXPONENTIAL, Kernel
from .noise import FEWEST_CELLS, WHOLE

SIDES = (2, 3)  # cells of a super-cell
LENGTH = 2.0  # of the covariance, in super-cells
NUGGET = 1e-6
MOST_DAYS = 20
FEWEST_SUPER_CELLS = 30  # of 2 x 2, over all days, below which nothing can be told
FOLDS = 8
BLOCK = 4  # cells: side of the blocks that are left out together
SHRINKAGE = 4.0  # how hard a weight is punished for its error
ROUNDING = 1e-9  # m3 m-3, below which detail is none
TILE = 24  # cells, of large grids
TILE_MARGIN = 6
TILES_A_DAY = 2


@dataclass(frozen=True)
class Weights:
    """How much of each part's detail counts.

    Attributes
    ----------
    values : ndarray, shape (parts,)
        At least 0; all 0 where the covariates did not help.
    errors : ndarray, shape (parts,)
        Standard errors, by the error of the slope that all share.
    skill, skill_error : float
        Fraction of the variance of detail one scale up that the parts explain in blocks that they have not seen.
    ratio : float
        Root mean square of the weighted detail of the parts over that of the observed detail.
    measured : bool
        Whether there was enough to tell if the covariates help.
    """

    values: np.ndarray
    errors: np.ndarray
    skill: float
    skill_error: float
    ratio: float
    measured: bool = True

    @classmethod
    def none(cls, parts: int, measured: bool = False) -> Weights:
        """Return weights of 0 for so many parts: of those that tell nothing, or where nothing could be measured."""
        return cls(np.zeros(parts), np.zeros(parts), 0.0, 0.0, 0.0, measured)

    @classmethod
    def from_dict(cls, values: Mapping) -> Weights:
        """Make weights of what a passport tells; `ValueError`, `KeyError` or `TypeError` where these are none."""
        parts, errors = (np.array(values[name], float) for name in ("weights", "errors"))
        skill, skill_error, ratio = (float(values[name]) for name in ("skill", "skill_error", "ratio"))
        return cls(parts, errors, skill, skill_error, ratio, bool(values.get("measured", True)))

    @property
    def helped(self) -> bool:
        """Whether the covariates tell something of the detail: a weight above 0 and a skill of two errors or more."""
        return bool(self.values.any()) and self.skill >= 2 * self.skill_error


@dataclass(frozen=True)
class Details:
    """Detail of cells within super-cells: what kriging of the super-cells leaves.

    Attributes
    ----------
    observed : ndarray, shape (n,)
        Of the coarse product, m3 m-3.
    predicted : ndarray, shape (n, parts)
        Of the out-of-fold predictions of learners, m3 m-3.
    cell : ndarray, shape (n,)
        Running number of the cell.
    """

    observed: np.ndarray
    predicted: np.ndarray
    cell: np.ndarray


def weigh(
    cells: Cells,
    observed: np.ndarray,
    predicted: np.ndarray,
    fraction: np.ndarray | None = None,
    progress: Progress = SILENT,
) -> Weights:
    """Return how much of the learners' detail to believe.

    Parameters
    ----------
    cells : Cells
    observed : ndarray, shape (days, rows, columns)
        The coarse product, m3 m-3; NaN where nothing was seen.
    predicted : ndarray, shape (parts, days, rows, columns)
        Out-of-fold predictions of each part for the cells, folds being blocks of cells; NaN where there is none.
    fraction : ndarray, shape (rows, columns), optional
        Fraction of each cell that is valid.

    Returns
    -------
    Weights
        Of 0 where there is too little to tell.
    """
    parts = len(predicted)
    days = some_of(len(observed), MOST_DAYS)
    known = np.isfinite(observed[days]) & np.isfinite(predicted[:, days]).all(0)
    if _super_cells(known) < FEWEST_SUPER_CELLS:
        return Weights.none(parts)
    fraction = np.ones(cells.shape) if fraction is None else np.nan_to_num(fraction)
    details = find_details(cells, observed[days], predicted[:, days], known & (fraction > 0), fraction, progress)
    return _weights(details, cells.shape) if len(details.observed) else Weights.none(parts)


def _super_cells(known: np.ndarray) -> int:
    """Return how many super-cells of 2 x 2 hold something, over all days."""
    rows, columns = known.shape[1] // 2 * 2, known.shape[2] // 2 * 2
    blocks = known[:, :rows, :columns].reshape(len(known), rows // 2, 2, columns // 2, 2)
    return int(blocks.any((2, 4)).sum())


def find_details(
    cells: Cells,
    observed: np.ndarray,
    predicted: np.ndarray,
    known: np.ndarray,
    fraction: np.ndarray,
    progress: Progress = SILENT,
) -> Details:
    """Return the detail of the cells in super-cells of both sides, shifted along their diagonal; see `weigh`."""
    found = []
    both = np.concatenate([observed[None], predicted])
    for side in SIDES:
        for shift in range(side):
            for day in range(len(observed)):
                progress.check()
                for window, inner in _tiles(known[day], day):
                    found.append(_of_window(cells, both[:, day], known[day], fraction, side, shift, window, inner))
    _smoothing.cache_clear()
    values = np.concatenate([part for part, _ in found], 1) if found else np.empty((len(both), 0))
    cell = np.concatenate([part for _, part in found]) if found else np.empty(0, int)
    return Details(values[0], values[1:].T, cell)


def _tiles(known: np.ndarray, day: int) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Yield windows of a day and the part of each whose detail counts: the whole day, or some tiles of a large grid."""
    if known.sum() < FEWEST_CELLS:
        return
    rows, columns = known.shape
    if known.sum() <= WHOLE:
        yield (slice(0, rows), slice(0, columns)), (slice(0, rows), slice(0, columns))
        return
    rng = np.random.default_rng(day)
    starts = [(top, left) for top in range(0, rows, TILE) for left in range(0, columns, TILE)]
    rng.shuffle(starts)
    tiles = ((slice(top, min(top + TILE, rows)), slice(left, min(left + TILE, columns))) for top, left in starts)
    for inner in islice((tile for tile in tiles if known[tile].sum() >= FEWEST_CELLS), TILES_A_DAY):
        yield (_wider(inner[0]), _wider(inner[1])), inner


def _wider(inner: slice) -> slice:
    return slice(max(inner.start - TILE_MARGIN, 0), inner.stop + TILE_MARGIN)


def _of_window(
    cells: Cells,
    values: np.ndarray,
    known: np.ndarray,
    fraction: np.ndarray,
    side: int,
    shift: int,
    window: tuple[slice, slice],
    inner: tuple[slice, slice],
) -> tuple[np.ndarray, np.ndarray]:
    """Return the detail of each value in the cells of a window, shape (values, cells), and the cells' numbers."""
    number = np.arange(cells.size).reshape(cells.shape)
    cell = number[window][known[window]]
    smoothing = _smoothing(cells, cell.tobytes(), fraction.ravel()[cell].tobytes(), side, shift)
    here = values.reshape(len(values), -1)[:, cell]
    detail = here - here @ smoothing.T
    counts = np.isin(cell, number[inner])
    return detail[:, counts], cell[counts]


@lru_cache(maxsize=8)  # of up to 1,296 cells, 13 MB each
def _smoothing(cells: Cells, numbers: bytes, fraction: bytes, side: int, shift: int) -> np.ndarray:
    """Return the matrix of ordinary kriging of cells from the means of super-cells, shape (cells, cells)."""
    cell, weight = np.frombuffer(numbers, int), np.frombuffer(fraction)
    row, column = np.divmod(cell, cells.shape[1])
    super_cell = (row + shift) // side * (cells.shape[1] + side) + (column + shift) // side
    _, number = np.unique(super_cell, return_inverse=True)
    mean = np.zeros((number.max() + 1, len(cell)))
    mean[number, np.arange(len(cell))] = weight
    mean /= mean.sum(1, keepdims=True)
    of_cells = mean @ cells.matrix(Kernel(EXPONENTIAL, LENGTH * side), cell)
    factored = cho_factor(of_cells @ mean.T + NUGGET * np.eye(len(mean)), lower=True)
    of_ones = cho_solve(factored, np.ones(len(mean)))
    overall = of_ones @ mean / of_ones.sum()
    return of_cells.T @ cho_solve(factored, mean - overall) + overall


def _weights(details: Details, shape: tuple[int, int]) -> Weights:
    """Return the weights by non-negative least squares, shrunk by what they are worth in blocks not seen."""
    row, column = np.divmod(details.cell, shape[1])
    _, block = np.unique(row // BLOCK * (shape[1] + BLOCK) + column // BLOCK, return_inverse=True)
    n_blocks = block.max() + 1
    fold = (np.random.default_rng(0).permutation(n_blocks) % min(FOLDS, n_blocks))[block]
    whole = _least_squares(details.predicted, details.observed)
    crossed = np.zeros(len(fold))
    for number in np.unique(fold):
        test = fold == number
        crossed[test] = details.predicted[test] @ _least_squares(details.predicted[~test], details.observed[~test])
    power = crossed @ crossed
    varies = details.observed @ details.observed > len(fold) * ROUNDING**2
    if not varies or power <= len(fold) * ROUNDING**2:
        return Weights.none(len(whole), measured=bool(varies))
    slope = crossed @ details.observed / power
    error = np.sqrt((np.bincount(block, crossed * (details.observed - slope * crossed)) ** 2).sum()) / power
    shrunk = 0.0
    if slope > 0:
        shrunk = min(slope, 1.0) * max(0.0, 1 - SHRINKAGE * (error / slope) ** 2)
    skill, skill_error = _skill(details.observed, np.clip(slope, 0, 1) * crossed, fold)
    values = whole * shrunk
    ratio = np.sqrt(np.mean((details.predicted @ values) ** 2) / np.mean(details.observed**2))
    return Weights(values, whole * error, skill, skill_error, float(ratio))


def _least_squares(predicted: np.ndarray, observed: np.ndarray) -> np.ndarray:
    return nnls(predicted, observed)[0] if len(observed) else np.zeros(predicted.shape[1])


def _skill(observed: np.ndarray, predicted: np.ndarray, fold: np.ndarray) -> tuple[float, float]:
    """Return the fraction of variance explained, and its error by leaving each fold out in turn."""
    left = np.bincount(fold, (observed - predicted) ** 2)
    whole = np.bincount(fold, observed**2)
    skill = 1 - left.sum() / whole.sum()
    without = 1 - (left.sum() - left) / np.maximum(whole.sum() - whole, 1e-300)
    spread = ((without - without.mean()) ** 2).sum()
    return float(skill), float(np.sqrt((len(left) - 1) / len(left) * spread))
