# SPDX-License-Identifier: GPL-2.0-or-later
"""A cap on what is believed of learners' detail: inside cells it may be no greater than one scale up has shown.

It guards against slopes that change with the scale, as those of aspect do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..base.progress import SILENT, Progress
from .band import Bands
from .cells import Cells
from .covariance import Covariance, fit
from .days import some_of
from .krige import krige_series
from .noise import find_noise

SLACK = 1.2  # by which detail inside cells may exceed what it is one scale up; tried on `benchmarks/simulation.py`
MOST_DAYS = 4
FEWEST_CELLS = 5


def find_cap(
    cells: Cells,
    coarse: np.ndarray,
    means: np.ndarray,
    covariance: Covariance,
    ratio: float,
    variance_beside: Callable[[int, np.ndarray], float],
    progress: Progress = SILENT,
) -> float:
    """Return by what to multiply weights, at most 1, from a few days.

    Parameters
    ----------
    cells : Cells
    coarse : ndarray, shape (days, rows, columns)
        The coarse product, m3 m-3; NaN where nothing was seen.
    means : ndarray, shape (days, rows, columns)
        Means over cells of the weighted detail of the learners, m3 m-3.
    covariance : Covariance
        Of the coarse product by itself; see `covariance_of_days`.
    ratio : float
        Of the weights: see `one_up.Weights`.
    variance_beside : callable
        Takes the number of a day and a field at nodes; returns the variance, over pixels of seen cells, of what the
        detail has beside that field.
    progress : Progress, optional
    """
    seen = np.isfinite(coarse)
    usable = np.flatnonzero(seen.sum((1, 2)) >= FEWEST_CELLS)
    if not len(usable) or not ratio:
        return 1.0
    few = usable[some_of(len(usable), MOST_DAYS)]
    bands = Bands(cells, covariance)
    today = np.zeros(1, int)
    unseen, beside, z = [], [], []
    for day in few:
        progress.check()
        band = bands.of((coarse[day] - np.nanmean(coarse[day]))[None], today, 0, progress)
        unseen.append(_mean_square(band.sd, seen[day], cells.margin))
        z.append(band.z)
        shown = np.where(seen[day], means[day], np.nan)
        level = float(np.nanmean(shown))
        (nodes,) = krige_series(cells, covariance, (shown - level)[None], today, today, None, progress)
        beside.append(variance_beside(int(day), level + nodes))
    detail_sd = float(np.sqrt(np.mean(beside)))
    # where left-out values lie closer than they should, so does what is unseen
    unseen_sd = float(np.sqrt(np.mean(unseen))) * min(1.0, float(np.concatenate(z).std()))
    return cap(ratio, unseen_sd, detail_sd)


def cap(ratio: float, unseen_sd: float, detail_sd: float) -> float:
    """Return the cap where kriging cannot tell `unseen_sd` inside of cells, and the detail has `detail_sd` there."""
    return min(1.0, SLACK * ratio * unseen_sd / detail_sd) if detail_sd > 0 else 1.0


def covariance_of_days(cells: Cells, coarse: np.ndarray, days: np.ndarray, progress: Progress = SILENT) -> Covariance:
    """Return the covariance of a coarse product, each day about its mean and as if no other day were known.

    Its noise is the likeliest: least squares find none where the field is rough within few cells, take the noise for
    something that lies inside of cells, and would let pass detail that means nothing.

    Parameters
    ----------
    cells : Cells
    coarse : ndarray, shape (days, rows, columns)
        m3 m-3; NaN where nothing was seen.
    days : ndarray, shape (days,)
    progress : Progress, optional
        Only asked whether to go on.
    """
    mean = np.array([np.nanmean(day) if np.isfinite(day).any() else np.nan for day in coarse])
    about = coarse - mean[:, None, None]
    noise = find_noise(cells, about, progress=progress)
    # a smooth kernel would leave no room inside of cells for what covariates tell
    return alone(fit(cells, about, days, noise.variance if noise else None, smooth=False, progress=progress))


def alone(covariance: Covariance) -> Covariance:
    """Return the covariance of one day by itself."""
    return Covariance(tuple(replace(part, memory=np.inf) for part in covariance.components), covariance.noise)


def _mean_square(sd: np.ndarray, seen: np.ndarray, margin: int) -> float:
    """Return the mean of squares of a band's standard deviation in the cells that were seen."""
    side = sd.shape[0] // (seen.shape[0] + 2 * margin)
    inner = sd[margin * side : -margin * side, margin * side : -margin * side]
    squares = (inner.astype(float) ** 2).reshape(seen.shape[0], side, seen.shape[1], side).mean((1, 3))
    return float(squares[seen].mean())
