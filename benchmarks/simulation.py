# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up days whose truth is known: what the smooth field with weighed detail makes of them, against interpolation.

Truth is a random field, plus what covariates tell of it; the coarse product is its mean over cells, plus noise. Ridge
and LightGBM learn from cells, in blocks that are left out in turn; their detail is weighed one scale up and capped, and
the smooth field takes the rest. `tests/core/test_simulation.py` holds the goals, `scripts/simulate.py` runs the whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, astuple, dataclass
from functools import lru_cache, partial
from itertools import product

import numpy as np
from scipy.ndimage import distance_transform_edt

from soilsharp.core.kriging.band import factor
from soilsharp.core.kriging.cap import covariance_of_days, find_cap
from soilsharp.core.kriging.cells import Averaging, Cells, FineMaps
from soilsharp.core.kriging.field import SERIES, SmoothField
from soilsharp.core.kriging.one_up import Weights, weigh
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.overlap import Overlap

PIXELS = 6  # a cell and side
LEVEL = 0.25  # m3 m-3
SPREAD = 0.05  # m3 m-3, of the field at a pixel
MEMORY = 5.0  # days
GAP = 0.4  # of the cells, in one swath a day of a series
EVALUATED = (4, 14, 24)  # days of a series
FIELDS = ("exponential 1", "exponential 2", "exponential 4", "exponential 8", "gaussian 3", "mixture")
NOISES = (0.0, 0.25, 0.5, 1.0)  # of the spread of the cells
COVARIATES = ("useless", "telling", "coarse only")
FOLDS = 5
BLOCK = 4  # cells
RIDGE_DAYS = 16
STATED = (0.5, 1.0, 2.0)  # errors, over the spread of the cells


@dataclass(frozen=True)
class Case:
    """One run.

    Attributes
    ----------
    side : int
        Cells.
    days : int
    field : str
        Of `FIELDS`.
    noise : float
        Standard deviation over that of the cells of the field.
    covariates : str
        Of `COVARIATES`; "permuted", telling ones in the wrong cells; or "rough", which tell something of the cells and
        have a roughness finer than a cell that means nothing.
    seed : int
    """

    side: int
    days: int
    field: str
    noise: float
    covariates: str
    seed: int

    def rng(self) -> np.random.Generator:
        """Return the random numbers of the case: the same for all noises."""
        return np.random.default_rng([self.seed, zlib.crc32(self.field.encode()), zlib.crc32(self.covariates.encode())])


@dataclass(frozen=True)
class Ground:
    """The grids of a number of cells."""

    cells: Cells
    overlap: Overlap
    maps: FineMaps
    averaging: Averaging

    def means(self, values: np.ndarray) -> np.ndarray:
        """Return the means over cells of maps, shape (..., rows, columns)."""
        rows, columns = self.cells.shape
        return values.reshape(*values.shape[:-2], rows, PIXELS, columns, PIXELS).mean((-3, -1))

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Return maps that have in each pixel the value of its cell."""
        return values.repeat(PIXELS, -2).repeat(PIXELS, -1)

    def bilinear(self, values: np.ndarray) -> np.ndarray:
        """Return a day interpolated between centres of cells, gaps filled by the nearest cell that was seen."""
        gap = ~np.isfinite(values)
        filled = values[tuple(distance_transform_edt(gap, return_distances=False, return_indices=True))]
        place = np.clip((np.arange(len(values) * PIXELS) + 0.5) / PIXELS - 0.5, 0, len(values) - 1)
        before = np.minimum(place.astype(int), len(values) - 2)
        pixel = np.arange(len(place))
        between = np.zeros((len(place), len(values)))
        between[pixel, before] = 1 - (place - before)
        between[pixel, before + 1] = place - before
        return between @ filled @ between.T


@lru_cache(maxsize=4)
def ground(side: int) -> Ground:
    """Return the ground of side x side cells."""
    bounds = (0, 0, 6000 * side, 6000 * side)
    overlap = Overlap(Grid.from_bounds("EPSG:6933", 6000, bounds), Grid.from_bounds("EPSG:6933", 1000, bounds))
    cells = Cells.of(overlap)
    maps = FineMaps(cells, overlap)
    return Ground(cells, overlap, maps, maps.averaging(np.ones(overlap.fine.shape, bool)))


# --- scenes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """What is known and what is not.

    Attributes
    ----------
    truth : ndarray, shape (days, rows of pixels, columns)
    coarse : ndarray, shape (days, rows of cells, columns)
        NaN in gaps.
    covariates : ndarray, shape (3, rows of pixels, columns)
    noise : float
        Standard deviation of the noise in the coarse product, m3 m-3.
    """

    truth: np.ndarray
    coarse: np.ndarray
    covariates: np.ndarray
    noise: float


def scene(case: Case) -> Scene:
    """Make the scene of a case."""
    rng = case.rng()
    here = ground(case.side)
    pixels = case.side * PIXELS
    days = list(_days(case, rng, pixels))
    smooth = _standard([_exponential(4.0, rng, pixels) for _ in range(3)])
    length = 0.1 if case.covariates == "rough" else 0.5
    rough = _standard([_exponential(length, rng, pixels) for _ in range(3)])
    told = {"useless": 0.0, "coarse only": smooth[0], "rough": smooth[0]}.get(case.covariates, smooth[0] + rough[0])
    truth = LEVEL + SPREAD * (np.array(days) + told / np.sqrt(2))
    covariates = (smooth + rough) / np.sqrt(2)
    if case.covariates == "permuted":
        covariates = _permuted(covariates, rng)
    means = here.means(truth)
    noise = case.noise * SPREAD * here.means(np.array(days)).std((1, 2)).mean()
    coarse = means + noise * rng.standard_normal(means.shape)
    if case.days > 1:
        coarse[_gaps(case, rng)] = np.nan
    return Scene(truth, coarse, covariates, float(noise))


def _days(case: Case, rng: np.random.Generator, pixels: int) -> Iterator[np.ndarray]:
    """Yield the field of each day, which remembers the one before."""
    kept = np.exp(-1 / MEMORY)
    today = _field(case.field, rng, pixels)
    yield today
    for _ in range(case.days - 1):
        today = kept * today + np.sqrt(1 - kept**2) * _field(case.field, rng, pixels)
        yield today


def _field(name: str, rng: np.random.Generator, pixels: int) -> np.ndarray:
    kind, _, length = name.partition(" ")
    if kind == "mixture":
        return np.sqrt(0.7) * _exponential(4.0, rng, pixels) + np.sqrt(0.3) * rng.standard_normal((pixels, pixels))
    if kind == "gaussian":
        return _random(lambda away: np.exp(-((away / float(length)) ** 2) / 2), rng, pixels)
    return _exponential(float(length), rng, pixels)


def _exponential(length: float, rng: np.random.Generator, pixels: int) -> np.ndarray:
    return _random(lambda away: np.exp(-away / length), rng, pixels)


def _random(correlation: Callable, rng: np.random.Generator, pixels: int) -> np.ndarray:
    """Return a random field with a correlation by distance in cells, from a torus three times as wide."""
    around = 3 * pixels
    away = np.minimum(np.arange(around), around - np.arange(around)) / PIXELS
    power = np.maximum(np.fft.rfft2(correlation(np.hypot(away[:, None], away))).real, 0)
    white = np.fft.rfft2(rng.standard_normal((around, around)))
    return np.fft.irfft2(white * np.sqrt(power), s=(around, around))[:pixels, :pixels]


def _standard(maps: list[np.ndarray]) -> np.ndarray:
    found = np.array(maps)
    return (found - found.mean((1, 2), keepdims=True)) / found.std((1, 2), keepdims=True)


def _permuted(maps: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return maps whose cells have changed places."""
    side = maps.shape[1] // PIXELS
    blocks = maps.reshape(len(maps), side, PIXELS, side, PIXELS).transpose(1, 3, 0, 2, 4)
    blocks = rng.permutation(blocks.reshape(side * side, len(maps), PIXELS, PIXELS))
    return blocks.reshape(side, side, len(maps), PIXELS, PIXELS).transpose(2, 0, 3, 1, 4).reshape(maps.shape)


def _gaps(case: Case, rng: np.random.Generator) -> np.ndarray:
    """Return where each day has its swath that was not seen."""
    row, column = np.indices((case.side, case.side))
    across = column + 0.35 * row
    gaps = []
    for _ in range(case.days):
        away = np.abs(across - rng.uniform(across.min(), across.max()))
        gaps.append(away < np.sort(away.ravel())[int(GAP * away.size)])
    return np.array(gaps)


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
