# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up days whose truth is known: what the smooth field with weighed detail makes of them, against interpolation.

Truth is a random field, plus what covariates tell of it; the coarse product is its mean over cells, plus noise. Ridge
and LightGBM learn from cells, in blocks that are left out in turn; their detail is weighed one scale up and capped, and
the smooth field takes the rest. `tests/core/test_simulation.py` holds the goals, `scripts/simulate.py` runs the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, astuple, dataclass
from functools import partial
from itertools import product

import numpy as np

from soilsharp.benchmarks.scenes import COVARIATES, FIELDS, NOISES, Case, Ground, Scene, ground, scene
from soilsharp.core.kriging.band import factor
from soilsharp.core.kriging.cap import covariance_of_days, find_cap
from soilsharp.core.kriging.field import SERIES, SmoothField
from soilsharp.core.kriging.one_up import Weights, weigh

EVALUATED = (4, 14, 24)  # days of a series
FOLDS = 5
BLOCK = 4  # cells
RIDGE_DAYS = 16
STATED = (0.5, 1.0, 2.0)  # errors, over the spread of the cells

# --- learners ---------------------------------------------------------------------------------------------------------


def _ridge(X: np.ndarray, y: np.ndarray) -> Callable:
    from sklearn.linear_model import RidgeCV

    return RidgeCV(np.logspace(-2, 4, 13)).fit(X, y).predict


def _lightgbm(X: np.ndarray, y: np.ndarray) -> Callable:
    from lightgbm import LGBMRegressor

    fraction = {"subsample": 0.7, "subsample_freq": 1, "colsample_bytree": 0.5}
    size = {"n_estimators": 120, "learning_rate": 0.08, "num_leaves": 15, "min_child_samples": 20}
    return LGBMRegressor(**size, **fraction, n_jobs=1, random_state=0, verbose=-1).fit(X, y).predict


def learned(here: Ground, made: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Return out-of-fold predictions for cells and maps of both learners.

    Returns
    -------
    predicted : ndarray, shape (2, days, rows of cells, columns)
    maps : ndarray, shape (2, days, rows of pixels, columns), float32
    """
    fine = made.covariates.reshape(3, -1).T
    scale = fine.std(0)
    of_cells = here.means(made.covariates).reshape(3, -1).T / scale
    days = len(made.coarse)
    parts = [_learned(_ridge, made.coarse, of_cells, fine / scale, RIDGE_DAYS)]
    parts.append(_learned(_lightgbm, made.coarse, of_cells, fine / scale, days))
    predicted = np.stack([part for part, _ in parts])
    maps = np.stack([part for _, part in parts])
    return predicted, maps.reshape(2, days, *made.truth.shape[1:])


def _learned(fit: Callable, coarse: np.ndarray, of_cells: np.ndarray, fine: np.ndarray, length: int):
    fold = _folds(coarse.shape[1])
    predicted = np.full(coarse.shape, np.nan)
    maps = np.empty((len(coarse), len(fine)), np.float32)
    for start in range(0, len(coarse), length):
        period = slice(start, start + length)
        seen = np.isfinite(coarse[period])
        cell = np.nonzero(seen.reshape(len(seen), -1))[1]
        values = coarse[period][seen]
        found = np.full(len(values), np.nan)
        for number in range(FOLDS):
            test = fold[cell] == number
            if test.any():
                found[test] = fit(of_cells[cell[~test]], values[~test])(of_cells[cell[test]])
        predicted[period][seen] = found
        maps[period] = fit(of_cells[cell], values)(fine)
    return predicted, maps


def _folds(side: int) -> np.ndarray:
    """Return the fold of each cell, folds being blocks of cells."""
    block = np.arange(side) // BLOCK
    _, number = np.unique((block[:, None] * side + block).ravel(), return_inverse=True)
    return (np.random.default_rng(0).permutation(number.max() + 1) % FOLDS)[number]


def cap_of(here: Ground, coarse: np.ndarray, weights: Weights, detail: np.ndarray) -> float:
    """Return by what to multiply weights, from at most four days.

    Parameters
    ----------
    here : Ground
    coarse : ndarray, shape (days, rows of cells, columns)
    weights : Weights
    detail : ndarray, shape (days, rows of pixels, columns)
        Weighted maps of the learners.
    """
    covariance = covariance_of_days(here.cells, coarse, np.arange(len(coarse)))
    means = np.array([here.means(day) for day in detail])

    def variance_beside(day: int, nodes: np.ndarray) -> float:
        seen = here.spread(np.isfinite(coarse[day]))
        return float((detail[day] - here.maps.read(nodes))[seen].var())

    return find_cap(here.cells, coarse, means, covariance, weights.ratio, variance_beside)


# --- runs -------------------------------------------------------------------------------------------------------------


def run(case: Case) -> dict:
    """Run a case; return it with what came out.

    `ratio` is the standard deviation of the error over that of bilinear interpolation on seen cells, `filled` the same
    of root mean squares in gaps; `cover` and `cover_filled` the fractions of pixels inside bands of 90 %; `noise_found`
    and `noise_put_in` are standard deviations, m3 m-3.
    """
    here, made = ground(case.side), scene(case)
    predicted, maps = learned(here, made)
    weights = weigh(here.cells, made.coarse, predicted)
    detail = np.tensordot(weights.values, maps.astype(float), 1)
    capped = cap_of(here, made.coarse, weights, detail) if weights.values.any() else 1.0
    detail *= capped
    dates = np.arange(case.days).astype("datetime64[D]")
    field = SmoothField(here.cells, made.coarse - here.means(detail), dates)
    days = np.array(EVALUATED) if case.days >= SERIES else np.arange(case.days)
    nodes = field.nodes(dates[days], [here.averaging] * len(days))
    error = np.array([detail[day] + here.maps.read(map_) for day, map_ in zip(days, nodes)]) - made.truth[days]
    plain = np.array([here.bilinear(made.coarse[day]) for day in days]) - made.truth[days]
    seen = here.spread(np.isfinite(made.coarse[days]))
    inside = _inside(here, field, dates[days], error)
    out = {
        **asdict(case),
        "ratio": float(error[seen].std() / plain[seen].std()),
        "cover": float(inside[seen].mean()),
        "noise_found": field.noise.sd,
        "noise_put_in": made.noise,
        "weights": [float(weight) for weight in weights.values],
        "cap": capped,
        "skill": weights.skill,
        "skill_error": weights.skill_error,
    }
    if not seen.all():
        out["filled"] = float(np.sqrt((error[~seen] ** 2).mean() / (plain[~seen] ** 2).mean()))
        out["cover_filled"] = float(inside[~seen].mean())
    return out


def _inside(here: Ground, field: SmoothField, dates: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Return which pixels lie inside a band of 90 %."""
    bands = [field.band(date) for date in dates]
    reach = factor([band.z for band in bands])
    return np.array([np.abs(wrong) <= reach * here.maps.read(band.sd) for wrong, band in zip(error, bands)])


def run_stated(case: Case) -> dict:
    """Krige a day under stated errors of 1/2, 1 and 2 times the spread of its cells; tell which changed its map."""
    made = scene(case)
    spread = float(made.coarse.std())
    dates = np.arange(case.days).astype("datetime64[D]")
    field = partial(SmoothField, ground(case.side).cells, made.coarse, dates)
    plain = next(field().nodes(dates))
    changed = [not np.array_equal(next(field(stated=times * spread).nodes(dates)), plain) for times in STATED]
    return {**asdict(case), "changed": changed}


# --- designs ----------------------------------------------------------------------------------------------------------


def design(side: int, days: int, seeds, fields=FIELDS, noises=NOISES, covariates=COVARIATES) -> Iterator[Case]:
    """Yield the cases of a design, seed by seed."""
    for seed, field, told, noise in product(seeds, fields, covariates, noises):
        yield Case(side, days, field, noise, told, seed)


@dataclass(frozen=True)
class Figures:
    """What came out of a design, or what should: ratios to bilinear interpolation.

    Attributes
    ----------
    mean : float
        Of all runs.
    worst_mean : float
        Greatest mean over the seeds of one field, noise and kind of covariates.
    above_1_01, above_1_05 : float
        Fractions of runs.
    worst : float
        Greatest of all runs.
    """

    mean: float
    worst_mean: float
    above_1_01: float
    above_1_05: float
    worst: float

    @classmethod
    def of(cls, rows: list[dict]) -> Figures:
        """Return the figures of what `run` gave."""
        ratio = np.array([row["ratio"] for row in rows])
        kinds = [(row["field"], row["noise"], row["covariates"]) for row in rows]
        _, number = np.unique(["|".join(map(str, kind)) for kind in kinds], return_inverse=True)
        worst_mean = (np.bincount(number, ratio) / np.bincount(number)).max()
        above = [float((ratio > bound).mean()) for bound in (1.01, 1.05)]
        return cls(float(ratio.mean()), float(worst_mean), *above, float(ratio.max()))

    def reach(self, goal: Figures) -> bool:
        """Return whether none of them is above a goal."""
        return all(own <= bound for own, bound in zip(astuple(self), astuple(goal)))


GOALS = {  # by cells and days
    (24, 1): Figures(0.81, 1.01, 0.02, 0.0, 1.05),
    (12, 1): Figures(0.83, 1.02, 0.05, 0.02, 1.20),
    (16, 30): Figures(0.78, 1.00, 0.01, 0.0, 1.03),
}
SMALL_MEAN = 0.97  # of 8 x 8 cells; single runs are not promised there
ROUGH = 1.04, 1.10  # mean and worst ratio of 24 x 24 cells with roughness finer than a cell that means nothing
NOISE_FOUND = 0.8, 1.4  # over what was put in, in 9 of 10 series with a noise of 1/2 and more
COVER = 0.90, 0.99  # of bands of 90 %, on the mean
SMOOTH_DAY = 0.25  # ratio of one day of "gaussian 3" without noise


def noise_ratios(rows: list[dict]) -> np.ndarray:
    """Return noise found over noise put in, of runs with a noise of 1/2 and more."""
    return np.array([row["noise_found"] / row["noise_put_in"] for row in rows if row["noise"] >= 0.5])


def covers(rows: list[dict], what: str = "cover") -> np.ndarray:
    """Return the fractions of pixels inside bands; pixel noise that nothing shows is in no band."""
    return np.array([row[what] for row in rows if row["field"] != "mixture" and what in row])
