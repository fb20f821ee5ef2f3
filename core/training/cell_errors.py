# SPDX-License-Identifier: GPL-2.0-or-later
"""What held-out errors of coarse cells tell of single pixels, by how they hang together in space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..kriging.band import KERNEL
from ..kriging.cells import Cells, aspect_of
from ..kriging.covariance import Component, Covariance, fit
from ..kriging.field import SERIES
from ..kriging.noise import find_noise, sill_of
from ..rasters.grid import Grid
from ..samples.samples import Samples

LEAST_SD = 1e-4  # m3 m-3; a learner that is surer than that is not taken at its word
MOST_SD = 1.0  # m3 m-3


@dataclass(frozen=True)
class CellErrors:
    """Errors of a model of coarse cells at a point, found from those of means over cells that it had not seen.

    A mean over a cell hides what differs inside of it. The covariance of errors at cells, one that points have and of
    which cells see the means, tells how much that is, as in kriging.

    Attributes
    ----------
    at_point : float
        Standard deviation of the error of a pixel of the model's own map, m3 m-3.
    inside : float
        The same of maps whose means over cells are right: of a pixel about its cell's error.
    noise : float
        Standard deviation of what each coarse value has by itself, m3 m-3.
    spread : float or None
        Root mean square of the standard deviations that the learner stated of these cells, m3 m-3; None of a learner
        that does not know its own.
    """

    at_point: float
    inside: float
    noise: float
    spread: float | None = None

    @property
    def inside_fraction(self) -> float:
        """By what the standard deviation is multiplied where a map is brought to the coarse means."""
        return self.inside / max(self.at_point, LEAST_SD)

    def sd(self, spread: np.ndarray | None, n: int) -> np.ndarray:
        """Return the standard deviation of n pixels, m3 m-3, wide where the learner's own is.

        Parameters
        ----------
        spread : ndarray, shape (n,), or None
            That of the learner, m3 m-3.
        """
        if spread is None or self.spread is None:
            return np.full(n, self.at_point)
        return np.maximum(spread, LEAST_SD) * (self.at_point / max(self.spread, LEAST_SD))

    def as_dict(self) -> dict:
        """Return plain values for a passport."""
        return {"at_point": self.at_point, "inside": self.inside, "noise": self.noise, "spread": self.spread}

    @classmethod
    def from_dict(cls, told: Mapping) -> CellErrors:
        """Read what `as_dict` gave.

        Raises
        ------
        InputError
            If it is none.
        """
        try:
            at_point, inside, noise = (float(told[name]) for name in ("at_point", "inside", "noise"))
            spread = None if told["spread"] is None else float(told["spread"])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise InputError("What a model says of its errors at coarse cells cannot be read.") from error
        made = cls(at_point, inside, noise, spread)
        if not all(0 <= value <= MOST_SD for value in (at_point, inside, noise, spread or 0.0)):
            raise InputError(f"Errors of a model at coarse cells must be 0 to {MOST_SD:g} m3 m-3; got {made}.")
        return made


def cell_errors(
    samples: Samples, predicted: np.ndarray, spread: np.ndarray | None = None, progress: Progress = SILENT
) -> CellErrors | None:
    """Return what held-out predictions of coarse cells tell of pixels; None without a coarse grid or any of them.

    Parameters
    ----------
    samples : Samples
    predicted : ndarray, shape (n,)
        Of models that had not seen the row, best nor its neighbours, m3 m-3; NaN where there is none.
    spread : ndarray, shape (n,), optional
        Standard deviations that the learner states, m3 m-3; NaN where it does not know any.
    progress : Progress
    """
    grid = samples.coarse_grid
    errors = samples.y - predicted
    known = np.isfinite(errors)
    if grid is None or known.sum() < 2:
        return None
    days, maps = maps_of(samples, errors, grid)
    bias = float(np.mean(errors[known]))
    covariance = _covariance(Cells(grid.shape, aspect_of(grid)), maps - bias, days, progress)
    stated = None if spread is None else spread[np.isfinite(spread)]
    return CellErrors(
        at_point=_at_most(np.hypot(np.sqrt(covariance.sill), bias)),
        inside=_at_most(np.sqrt(covariance.inside(aspect_of(grid)))),
        noise=_at_most(np.sqrt(covariance.noise)),
        spread=_at_most(np.sqrt(np.mean(stated**2))) if stated is not None and len(stated) else None,
    )


def maps_of(samples: Samples, values: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Return the days of samples of a coarse product, rising, and values as maps of these, NaN where there is none."""
    days = np.zeros(len(samples), int) if samples.days is None else samples.days.astype(int)
    unique, day = np.unique(days, return_inverse=True)
    maps = np.full((len(unique), *grid.shape), np.nan)
    maps[day, samples.index["cell_row"].to_numpy(int), samples.index["cell_column"].to_numpy(int)] = values
    return unique, maps


def _covariance(cells: Cells, errors: np.ndarray, days: np.ndarray, progress: Progress) -> Covariance:
    """Return the covariance of errors: of few days the kernel is given, as it is for their bands.

    Its noise is the likeliest. Least squares take noise for something that lies inside of cells, which makes pixels a
    third worse than they are.
    """
    if len(days) < SERIES:
        return Covariance((Component(sill_of(cells, errors, KERNEL, progress), KERNEL),), 0.0)
    noise = find_noise(cells, errors, progress=progress)
    return fit(cells, errors, days, noise.variance if noise else None, progress=progress)


def _at_most(sd: float) -> float:
    return min(float(sd), MOST_SD)
