# SPDX-License-Identifier: GPL-2.0-or-later
"""Days without overpass filled by a model for each coarse cell through time, told apart from what was seen."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..rasters.map_folder import Outcome, importing
from ..rasters.raster import read_on, small_cache
from ..samples.cells import AreaMeans
from ..samples.settings import CoarseSampling
from ..study.study import Study
from ..units import SM_UNIT
from .settings import FillDaysOptions

CHUNK_DAYS = 16  # whose covariates are held on the fine grid at once
PENALTIES = np.logspace(-2, 3, 11)  # of the ridge, times the number of days
LIMITS = 0.0, 0.9  # m3 m-3: what can be soil moisture at all


def fill_coarse_days(
    study: Study,
    folder: str | os.PathLike,
    options: FillDaysOptions = FillDaysOptions(),
    progress: Progress = SILENT,
) -> Outcome:
    """Write the coarse product of every day, with days that it has not seen from a model for each cell through time.

    Each cell learns its own soil moisture from its own covariates that change with time, by ridge regression whose
    shrinkage has the least error where each day is left out once. A cell whose model is no better there than its
    mean is not filled.

    Parameters
    ----------
    study : Study
    folder : path
        Gets sm/ (m3 m-3), filled/ (0 seen, 1 filled), and of the models held_out_rmse.tif (m3 m-3), held_out_r2.tif and
        days_learned.tif.
    options : FillDaysOptions
    progress : Progress

    Raises
    ------
    InputError
        If the study has no dated coarse product or no dated covariate, or no cell can be filled.

    References
    ----------
    Bueno et al. 2024, step 1 and conclusions: a model per pixel through time. Theirs are forests; a cell has a few
    hundred days at the most, of which ridge regression makes more.
    """
    names = [name for name, entry in study.covariates.items() if entry.dated and not entry.classes]
    if not names:
        raise InputError(
            "The study has no covariate that changes with time, so nothing tells of days without overpass."
        )
    coarse, X = _read(study, names, progress.part(0, 0.7))
    fits = _Fits(coarse.shape[1])
    filled = np.full(coarse.shape, np.nan)
    for cell in progress.part(0.7, 0.9).over(range(coarse.shape[1])):
        predicted = fits.fit(cell, X[:, :, cell], coarse[:, cell], options)
        if predicted is not None:
            filled[:, cell] = np.clip(predicted, *LIMITS)
    unseen = np.isnan(coarse) & np.isfinite(filled)
    if not unseen.any():
        raise InputError(
            f"No cell can be filled: none of {coarse.shape[1]} has {options.min_days} days with soil moisture and all "
            f"of {', '.join(names)}, a model with an R² of {options.min_r2:g} or more where days are left out, and a "
            "day to be filled. Take a longer period, fewer days, or other covariates."
        )
    return _written(study, folder, coarse, filled, unseen, fits, progress.part(0.9, 1))


class _Fits:
    """What the models of the cells are worth, each of shape (cells,)."""

    def __init__(self, n_cells: int):
        self.rmse, self.r2, self.days = (np.full(n_cells, np.nan) for _ in range(3))

    def fit(self, cell: int, X: np.ndarray, y: np.ndarray, options: FillDaysOptions) -> np.ndarray | None:
        """Return what the model of a cell says of all days, shape (days,); None if it has none that is worth it."""
        rows = np.isfinite(y) & np.isfinite(X).all(axis=1)
        self.days[cell] = rows.sum()
        if rows.sum() < options.min_days:
            return None
        found = ridge_through_time(X[rows], y[rows])
        self.rmse[cell], self.r2[cell] = found.rmse, found.r2
        if not found.r2 >= options.min_r2:
            return None
        return found.intercept + (X - found.mean) @ found.weights


@dataclass(frozen=True)
class Ridge:
    """A ridge regression, and its error where each row is left out once: rmse in the unit of y, and r2."""

    weights: np.ndarray
    intercept: float
    mean: np.ndarray
    rmse: float
    r2: float


def ridge_through_time(X: np.ndarray, y: np.ndarray) -> Ridge:
    """Return the ridge regression whose error is least where each row is left out once.

    Parameters
    ----------
    X : ndarray, shape (n, features)
    y : ndarray, shape (n,)

    Notes
    -----
    The residual of a row that is left out is that of the whole fit, divided by 1 - its leverage (Allen 1974).
    """
    mean, spread = X.mean(axis=0), X.std(axis=0)
    varies = spread > 1e-9 * np.maximum(np.abs(X).max(axis=0), 1e-30)
    Z = np.where(varies, (X - mean) / np.where(varies, spread, 1), 0)
    n, about = len(y), y - y.mean()
    left, sizes, right = np.linalg.svd(Z, full_matrices=False)
    along = left.T @ about
    mse = np.inf
    for tried in PENALTIES * n / 100:
        shrunk = sizes**2 / (sizes**2 + tried)
        leverage = 1 / n + (left**2) @ shrunk
        error = (about - left @ (shrunk * along)) / np.maximum(1 - leverage, 1e-9)
        if np.mean(error**2) < mse:
            mse = float(np.mean(error**2))
            penalty = tried
    weights = right.T @ (sizes / (sizes**2 + penalty) * along) / np.where(varies, spread, np.inf)
    # the mean of the others is what a row is held against
    expected = np.mean((about * n / (n - 1)) ** 2)
    r2 = 1 - mse / expected if expected > 0 else np.nan
    return Ridge(weights, float(y.mean()), mean, float(np.sqrt(mse)), float(r2))


def _read(study: Study, names: list[str], progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Return the coarse product, shape (days, cells), and covariates, (days, features, cells), of the study's days."""
    cells, days = AreaMeans(study, names, CoarseSampling()), study.days
    series = study.coarse_series.of_days("the coarse product")
    coarse, features = [], []
    with small_cache():
        for chunk, part in progress.parts([days[i : i + CHUNK_DAYS] for i in range(0, len(days), CHUNK_DAYS)]):
            features.append(cells.on(chunk, part).means.astype(np.float32).reshape(len(chunk), len(names), -1))
            for day in chunk:
                at = np.flatnonzero(series.days == day)
                seen = read_on(series.sources[at[0]], study.coarse_grid) if len(at) else None
                coarse.append(np.full(study.coarse_grid.shape, np.nan) if seen is None else seen)
    return np.stack(coarse).reshape(len(days), -1), np.concatenate(features)


def _written(
    study: Study,
    folder: str | os.PathLike,
    coarse: np.ndarray,
    filled: np.ndarray,
    unseen: np.ndarray,
    fits: _Fits,
    progress: Progress,
) -> Outcome:
    grid = study.coarse_grid
    both = np.where(unseen, filled, coarse)
    kind = np.where(unseen, 1.0, np.where(np.isfinite(coarse), 0.0, np.nan))
    with importing(folder, ("sm", "filled"), progress, reads=study.reads()) as importer:
        for number in progress.over(range(len(study.days))):
            if np.isfinite(both[number]).any():
                day = study.days[number]
                importer.write("sm", both[number].reshape(grid.shape), grid, SM_UNIT, day)
                importer.write("filled", kind[number].reshape(grid.shape), grid, "1", day)
        importer.write("held_out_rmse", fits.rmse.reshape(grid.shape), grid, SM_UNIT)
        importer.write("held_out_r2", fits.r2.reshape(grid.shape), grid, "1")
        importer.write("days_learned", fits.days.reshape(grid.shape), grid, "d")
    return importer.outcome
