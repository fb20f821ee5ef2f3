# SPDX-License-Identifier: GPL-2.0-or-later
"""Which covariance and which noise single days of the coarse product allow, by their likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from .cells import Cells
from .covariance import TINY, spread_of
from .days import some_of
from .kernels import EXPONENTIAL, MATERN, Kernel

KERNELS = (*(Kernel(EXPONENTIAL, length) for length in (1.0, 2.0, 4.0, 8.0, 16.0)),
           *(Kernel(MATERN, length) for length in (1.0, 2.0, 4.0)))  # fmt: skip
NUGGETS = (0.0, 0.003, 0.006, 0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)  # noise over sill
STATED_NUGGETS = (0.0, *np.geomspace(0.003, 100, 26))
LEAST_WEIGHT = 0.002  # of the greatest; candidates with less are dropped
GREATEST_LOSS = 2.0  # in log likelihood, up to which a stated error is obeyed
MOST_PARTS = 12
FEWEST_CELLS = 12
TILE = 24  # cells
WHOLE = 700  # seen cells, above which a day is looked at in tiles


@dataclass(frozen=True)
class Candidate:
    """A covariance that is averaged over with others.

    Attributes
    ----------
    weight : float
        All of them sum to 1.
    kernel : Kernel
    nugget : float
        Variance of the noise over the sill.
    sill : float
        (m3 m-3)**2.
    """

    weight: float
    kernel: Kernel
    nugget: float
    sill: float


@dataclass(frozen=True)
class Noise:
    """What single days say of the coarse product.

    Attributes
    ----------
    candidates : tuple of Candidate
    variance : float
        Of the noise, (m3 m-3)**2.
    stated : float or None
        The error that was stated, m3 m-3.
    obeyed : bool
        Whether the stated error was taken: the days allow it, or it was forced.
    """

    candidates: tuple[Candidate, ...]
    variance: float
    stated: float | None = None
    obeyed: bool = False

    @property
    def sd(self) -> float:
        """Standard deviation of the noise, m3 m-3."""
        return float(np.sqrt(self.variance))


@dataclass(frozen=True)
class _Part:
    """Coarse values of one day, of all its cells or of a tile, and the running numbers of the cells."""

    values: np.ndarray
    cells: np.ndarray


def find_noise(
    cells: Cells,
    values: np.ndarray,
    stated: float | None = None,
    forced: bool = False,
    progress: Progress = SILENT,
) -> Noise | None:
    """Return covariances and noise by the likelihood of days, each with a mean of its own, one sill for all.

    Parameters
    ----------
    cells : Cells
    values : ndarray, shape (days, rows, columns)
        What is left of the coarse product, m3 m-3; NaN where nothing was seen. At most 12 days are looked at, or
        as many tiles of 24 x 24 cells.
    stated : float, optional
        Standard deviation that is stated for the coarse product, m3 m-3. It is obeyed only where the best candidate
        with it loses no more than 2 in log likelihood.
    forced : bool
        Obey it all the same.

    Returns
    -------
    Noise or None
        None where no day has 12 cells.

    Raises
    ------
    InputError
        If the stated error is none.
    """
    if stated is not None and not 0 <= stated < np.inf:
        raise InputError(f"An error of {stated} m³ m⁻³ is stated for the coarse product; give 0 or more.")
    parts = _parts(cells, values)
    if not parts:
        return None
    spread = np.sqrt(np.mean([part.values.var() for part in parts]))
    if spread <= 1e-9:  # a product without variation tells nothing of noise
        variance = float(stated or 0.0) ** 2 if forced else 0.0
        return Noise((Candidate(1.0, Kernel(EXPONENTIAL, 4.0), 0.0, 1e-12),), variance, stated, forced)
    nuggets = NUGGETS if stated is None else (*NUGGETS, *STATED_NUGGETS[1:])
    table = _likelihoods(cells, parts, nuggets, progress)
    own = {key: found for key, found in table.items() if key[1] in NUGGETS}
    best = max(found[0] for found in table.values())
    if stated:
        chosen = _with_noise(table, stated**2)
        likelihood, sill = table[chosen]
        if forced or likelihood > best - GREATEST_LOSS:
            return Noise((Candidate(1.0, chosen[0], chosen[1], sill),), stated**2, stated, True)
    candidates = _weighted(own)
    variance = sum(c.weight * c.nugget * c.sill for c in candidates)
    return Noise(candidates, float(variance), stated)


def sill_of(cells: Cells, values: np.ndarray, kernel: Kernel, progress: Progress = SILENT) -> float:
    """Return the likeliest sill of days without noise under one kernel, (m3 m-3)**2; `values` as in `find_noise`."""
    parts = _parts(cells, values)
    if not parts:
        return spread_of(values)
    return max(_likelihoods(cells, parts, (0.0,), progress, (kernel,))[kernel, 0.0][1], 1e-12)


def _with_noise(table: dict, variance: float) -> tuple[Kernel, float]:
    """Return the likeliest candidate among those that have the noise nearest to a variance, one of each kernel."""
    nearest = []
    for kernel in KERNELS:
        entries = {key: found for key, found in table.items() if key[0] == kernel and key[1] > 0}
        away = {key: abs(np.log(key[1] * found[1] / variance)) for key, found in entries.items()}
        nearest.append(min(away, key=away.__getitem__))
    return max(nearest, key=lambda key: table[key][0])


def _weighted(table: dict) -> tuple[Candidate, ...]:
    """Return the candidates by their likelihood, those that hardly count dropped."""
    best = max(likelihood for likelihood, _ in table.values())
    weights = {key: float(np.exp(likelihood - best)) for key, (likelihood, _) in table.items()}
    kept = {key: weight for key, weight in weights.items() if weight > LEAST_WEIGHT}
    total = sum(kept.values())
    return tuple(
        Candidate(weight / total, kernel, nugget, table[kernel, nugget][1]) for (kernel, nugget), weight in kept.items()
    )


def _parts(cells: Cells, values: np.ndarray) -> list[_Part]:
    """Return what is looked at: days spread over the time, or tiles of large grids."""
    flat = values.reshape(len(values), cells.size)
    seen = np.isfinite(flat)
    days = np.flatnonzero(seen.sum(1) >= FEWEST_CELLS)
    days = days[some_of(len(days), MOST_PARTS)]
    whole = [_Part(flat[day, seen[day]], np.flatnonzero(seen[day])) for day in days]
    if all(len(part.cells) <= WHOLE for part in whole):
        return whole
    return _tiles(cells, flat, days)


def _tiles(cells: Cells, flat: np.ndarray, days: np.ndarray) -> list[_Part]:
    """Return tiles at random places and days; always the same for the same values."""
    rng = np.random.default_rng(0)
    rows, columns = cells.shape
    number = np.arange(cells.size).reshape(cells.shape)
    tiles = []
    for _ in range(20 * MOST_PARTS):
        day = rng.choice(days)
        top = rng.integers(0, max(rows - TILE, 0) + 1)
        left = rng.integers(0, max(columns - TILE, 0) + 1)
        inside = number[top : top + TILE, left : left + TILE].ravel()
        inside = inside[np.isfinite(flat[day, inside])]
        if len(inside) >= max(FEWEST_CELLS, TILE * TILE // 8):
            tiles.append(_Part(flat[day, inside], inside))
        if len(tiles) == MOST_PARTS:
            break
    return tiles or [_thinned(flat[day], rng) for day in days]


def _thinned(values: np.ndarray, rng: np.random.Generator) -> _Part:
    """Return some values of a day that lie too far apart for tiles."""
    seen = np.flatnonzero(np.isfinite(values))
    chosen = np.sort(rng.permutation(seen)[:WHOLE])
    return _Part(values[chosen], chosen)


def _likelihoods(
    cells: Cells,
    parts: Sequence[_Part],
    nuggets: Sequence[float],
    progress: Progress,
    kernels: Sequence[Kernel] = KERNELS,
) -> dict[tuple[Kernel, float], tuple[float, float]]:
    """Return for each kernel and nugget its profile log likelihood and its sill."""
    count = sum(len(part.values) for part in parts)
    table = {}
    for kernel in kernels:
        turned = _turned(cells, kernel, parts, progress)
        for nugget in nuggets:
            squares = log_determinant = 0.0
            for spread, values, ones in turned:
                weight = 1 / (spread + max(nugget, TINY))
                mean = (ones * weight) @ values / ((ones * weight) @ ones)
                left = values - mean * ones
                squares += (left * weight) @ left
                log_determinant -= np.log(weight).sum()
            sill = float(squares / count)
            table[kernel, nugget] = (-0.5 * (count * np.log(sill) + log_determinant), sill)
    return table


def _turned(cells: Cells, kernel: Kernel, parts: Sequence[_Part], progress: Progress) -> list[tuple[np.ndarray, ...]]:
    """Return variances, values and ones of each part in the axes of its covariance; like patterns share them."""
    axes: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}
    turned: list[tuple[np.ndarray, ...]] = []
    for part in parts:
        row, column = np.divmod(part.cells, cells.shape[1])
        # wherever it lies: covariance knows only how far cells are apart
        pattern = np.stack([row - row.min(), column - column.min()]).tobytes()
        if pattern not in axes:
            progress.check()
            axes[pattern] = eigh(cells.matrix(kernel, part.cells), driver="evd", check_finite=False)
        spread, vectors = axes[pattern]
        turned.append((np.maximum(spread, 0), vectors.T @ part.values, vectors.sum(0)))
    return turned
