# SPDX-License-Identifier: GPL-2.0-or-later
"""Several recipes' models side by side: how they speak together, and how much of their detail is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..kriging.cells import Cells, aspect_of
from ..kriging.covariance import Covariance, fit
from ..kriging.field import SERIES
from ..kriging.one_up import Weights, weigh
from ..samples.samples import Samples
from .cell_errors import maps_of
from .fitted import Fitted, Member

MOST_WEIGHT = 1000.0  # of a part: a learner whose detail were that much too small would have learned nothing


@dataclass(frozen=True)
class Blend:
    """Parts that speak together; each may have members for periods of its own.

    Attributes
    ----------
    parts : tuple of Fitted
    shares : ndarray, shape (parts,)
        How much of each part's prediction counts.
    level : float
        Added to the sum, m3 m-3.
    """

    parts: tuple[Fitted, ...]
    shares: np.ndarray
    level: float = 0.0

    @property
    def members(self) -> tuple[Member, ...]:
        """The members of all parts."""
        return tuple(member for part in self.parts for member in part.members)

    @property
    def account(self) -> list:
        """What was tried and chosen in all parts."""
        return [entry for part in self.parts for entry in part.account]

    @property
    def per_period(self) -> bool:
        """Whether a part has members for periods, so that a prediction needs its day."""
        return any(part.per_period for part in self.parts)

    def on(self, day: np.datetime64 | None) -> Blend:
        """Return the blend of those that speak on a day."""
        return Blend(tuple(part.on(day) for part in self.parts), self.shares, self.level)

    def predict(self, X: np.ndarray, days: np.ndarray | None = None) -> np.ndarray:
        """Return soil moisture in m3 m-3, shape (n,); parts that do not count are not asked."""
        out = np.full(len(X), self.level)
        for part, share in zip(self.parts, self.shares):
            if share:
                out += share * part.predict(X, days)
        return out

    @property
    def knows_sd(self) -> bool:
        """Whether it tells the spread of its predictions: all parts know their own."""
        return all(part.knows_sd for part in self.parts)

    def predict_sd(self, X: np.ndarray, days: np.ndarray | None = None) -> np.ndarray | None:
        """Return the spread of the predictions in m3 m-3, shape (n,); None if a part does not know its own."""
        spreads = [spread for part in self.parts if (spread := part.predict_sd(X, days)) is not None]
        if len(spreads) < len(self.parts):
            return None
        return shared_sd(np.array([part.predict(X, days) for part in self.parts]), np.array(spreads), self.shares)


def shared_sd(predicted: np.ndarray, spreads: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the spread of what parts say together, shape (n,): that among them and the mean of their own.

    Parameters
    ----------
    predicted, spreads : ndarray, shape (parts, n)
        And their standard deviations, m3 m-3.
    shares : ndarray, shape (parts,)
    """
    total = max(float(np.sum(shares)), 1e-12)
    mean = shares @ predicted / total
    return np.sqrt(shares @ ((predicted - mean) ** 2 + np.square(spreads)) / total)


def combined(predicted: np.ndarray, observed: np.ndarray, combine: str) -> tuple[np.ndarray, float]:
    """Return the share of each part in a prediction, and the level that is added.

    Parameters
    ----------
    predicted : ndarray, shape (parts, n)
        Of models that have not seen the row; NaN where there is none.
    observed : ndarray, shape (n,)
    combine : str
        "best" takes the part with the least error, "mean" all alike, "weighted" non-negative least squares on what the
        parts and the observations have above the mean of the observations.
    """
    n = len(predicted)
    known = np.isfinite(predicted).all(0)
    if combine == "mean" or n == 1 or not known.any():
        return np.full(n, 1 / n), 0.0
    predicted, observed = predicted[:, known], observed[known]
    if combine == "best":
        errors = np.sqrt(np.mean((predicted - observed) ** 2, 1))
        return (np.arange(n) == np.argmin(errors)).astype(float), 0.0
    mean = float(observed.mean())
    shares, _ = nnls((predicted - mean).T.astype(float), (observed - mean).astype(float))
    return shares, (1 - float(shares.sum())) * mean


@dataclass(frozen=True)
class CoarseFacts:
    """What a model knows of the coarse product that it learned from.

    Attributes
    ----------
    weights : Weights
        How much of each part's detail to believe.
    cell_size : (float, float)
        Width and height of a cell in units of the product's grid.
    mean : float
        Of the values, m3 m-3.
    covariance : Covariance or None
        Of the values above their mean, from a series: by least squares, which find its noise with the rest. It serves
        the cap of single days alone, where that of `covariance_of_days` has come out worse; the noise of the product is
        found anew in each run.
    cell_metres : (float, float), optional
        Width and height of a cell in metres; unknown of models that were trained before it was noted.
    """

    weights: Weights
    cell_size: tuple[float, float]
    mean: float
    covariance: Covariance | None
    cell_metres: tuple[float, float] | None = None

    def as_dict(self) -> dict:
        """Return plain values for a passport."""
        weights = self.weights
        return {
            "weights": weights.values.tolist(),
            "errors": weights.errors.tolist(),
            "skill": weights.skill,
            "skill_error": weights.skill_error,
            "ratio": weights.ratio,
            "measured": weights.measured,
            "cell_size": list(self.cell_size),
            "cell_metres": list(self.cell_metres) if self.cell_metres else None,
            "mean": self.mean,
            "covariance": self.covariance.as_dict() if self.covariance else None,
        }

    @classmethod
    def from_dict(cls, values: dict) -> CoarseFacts:
        """Make the facts that `as_dict` described.

        Raises
        ------
        InputError
            If something is missing, no number, or can be of no coarse product.
        """
        try:
            weights = Weights.from_dict(values)
            sizes = [_size(values["cell_size"])]
            if values.get("cell_metres") is not None:
                sizes.append(_size(values["cell_metres"]))
            mean, covariance = float(values["mean"]), values["covariance"]
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"What a model says of its coarse product cannot be read: {error}.") from error
        of_parts = weights.values
        possible = ((of_parts >= 0) & (of_parts <= MOST_WEIGHT)).all()
        if of_parts.ndim != 1 or of_parts.shape != weights.errors.shape or not possible:
            raise InputError(
                f"The weights of a model's parts must be numbers from 0 to {MOST_WEIGHT:g}, got {of_parts}."
            )
        numbers = [*weights.errors, weights.skill, weights.skill_error, mean]
        if not (np.isfinite(numbers).all() and 0 <= weights.ratio < np.inf):
            raise InputError(f"What a model says of its weights cannot be so: {values}.")
        for width, height in sizes:
            if not (0 < width < np.inf and 0 < height < np.inf):
                raise InputError(f"The coarse cells of a model measure {width:g} x {height:g}, which no cell does.")
        known = Covariance.from_dict(covariance) if covariance else None
        return cls(weights, sizes[0], mean, known, *sizes[1:])


def _size(values: Sequence) -> tuple[float, float]:
    width, height = values
    return float(width), float(height)


def coarse_facts(
    samples: Samples, predicted: np.ndarray | None, n_parts: int, progress: Progress = SILENT
) -> CoarseFacts:
    """Return what samples of a coarse product tell of it, and of the weights of parts.

    Parameters
    ----------
    samples : Samples
        With their coarse grid.
    predicted : ndarray, shape (parts, n), optional
        Out-of-fold predictions over blocks of cells; without them weights are 0.
    n_parts : int
    """
    grid = samples.coarse_grid
    if grid is None:
        raise InputError("Only samples of a coarse product tell of it: these have no coarse grid.")
    cells = Cells(grid.shape, aspect_of(grid))
    days, observed = maps_of(samples, samples.y, grid)
    mean = float(np.nanmean(observed))
    covariance = fit(cells, observed - mean, days, progress=progress) if len(days) >= SERIES else None
    weights = Weights.none(n_parts)
    if predicted is not None:
        parts = np.array([maps_of(samples, values, grid)[1] for values in predicted])
        weights = weigh(cells, observed, parts, _fractions(samples, grid.shape), progress)
    return CoarseFacts(weights, grid.resolution, mean, covariance, grid.metres)


def _fractions(samples: Samples, shape: tuple[int, int]) -> np.ndarray | None:
    """Return the mean valid fraction of each cell, 0 where it was never sampled; None if samples do not tell it."""
    fraction = samples.valid_fraction
    if fraction is None:
        return None
    cell = np.ravel_multi_index(samples.index[["cell_row", "cell_column"]].to_numpy(int).T, shape)
    n_cells = shape[0] * shape[1]
    total = np.bincount(cell, fraction, n_cells)
    count = np.bincount(cell, minlength=n_cells)
    return (total / np.maximum(count, 1)).reshape(shape)
