# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up days whose truth is known: random fields, covariates that tell something of them, and a coarse product."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.ndimage import distance_transform_edt

from soilsharp.core.kriging.cells import Averaging, Cells, FineMaps
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.overlap import Overlap

PIXELS = 6  # a cell and side
LEVEL = 0.25  # m3 m-3
SPREAD = 0.05  # m3 m-3, of the field at a pixel
MEMORY = 5.0  # days
GAP = 0.4  # of the cells, in one swath a day of a series
FIELDS = ("exponential 1", "exponential 2", "exponential 4", "exponential 8", "gaussian 3", "mixture")
NOISES = (0.0, 0.25, 0.5, 1.0)  # of the spread of the cells
COVARIATES = ("useless", "telling", "coarse only")


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
