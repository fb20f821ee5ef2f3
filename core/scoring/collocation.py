# SPDX-License-Identifier: GPL-2.0-or-later
"""Triple collocation: how wrong each of three or more series of one thing is, without taking any of them for the truth.

Every series is taken for the truth times a factor, plus a constant, plus an error that goes neither with the truth nor
with the errors of the others. Three series or more then tell the variance of each error [1]_, and how well each goes
with a truth that nobody has seen [2]_.

References
----------
.. [1] Stoffelen 1998, Toward the true near-surface wind speed, J. Geophys. Res. 103, 7755-7766; Gruber et al. 2016,
   Recent advances in (soil moisture) triple collocation analysis, Int. J. Appl. Earth Obs. 45, 200-211.
.. [2] McColl et al. 2014, Extended triple collocation, Geophys. Res. Lett. 41, 6229-6236.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

FEWEST = 3  # series
SERIES, STATIONS = "series", "stations"  # the column of tables that names them, and what that of stations is called
FEWEST_BLOCKS = 5  # of days; an interval from fewer would mean nothing
HALF = 0.5  # of the draws must be known for an interval
PLACES = 2048  # whose draws are held at a time


@dataclass(frozen=True)
class Collocated:
    """What triple collocation says of k series at p places; arrays are float, NaN where it is unknown.

    Attributes
    ----------
    n : ndarray of int, shape (p,)
        Days on which all series are known.
    mean : ndarray, shape (p, k)
        Of these days; at a place that has none, of the days of each series.
    scale : ndarray, shape (p, k)
        What departures of a series from its mean are multiplied by, to be on the scale of the reference.
    error_variance : ndarray, shape (p, k)
        On the scale of the reference.
    r2 : ndarray, shape (p, k)
        Squared correlation with the truth.
    scale_range, error_variance_range, r2_range : ndarray, shape (2, p, k)
        Ends of their intervals.
    """

    n: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    error_variance: np.ndarray
    r2: np.ndarray
    scale_range: np.ndarray
    error_variance_range: np.ndarray
    r2_range: np.ndarray

    @property
    def error_sd(self) -> np.ndarray:
        """Standard deviation of the errors on the scale of the reference, shape (p, k)."""
        return np.sqrt(self.error_variance)

    @property
    def error_sd_range(self) -> np.ndarray:
        """Ends of its interval, shape (2, p, k); an end that is no variance is 0."""
        return np.sqrt(np.clip(self.error_variance_range, 0, None))

    @property
    def snr(self) -> np.ndarray:
        """Signal-to-noise ratio, dB, shape (p, k); 0 where truth and error vary as much as each other."""
        return decibels(self.r2)

    @property
    def snr_range(self) -> np.ndarray:
        """Ends of its interval, dB, shape (2, p, k); infinite where an end knows no error."""
        return decibels(np.minimum(self.r2_range, 1))


def decibels(r2: np.ndarray) -> np.ndarray:
    """Return the signal-to-noise ratio, dB, of a squared correlation with the truth."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 10 * np.log10(r2 / (1 - r2))


def collocate(
    values: np.ndarray,
    days: np.ndarray,
    reference: int = 0,
    *,
    min_days: int = 50,
    block_days: int = 10,
    draws: int = 500,
    level: float = 0.9,
    seed: int = 0,
) -> Collocated:
    """Return the errors of three series or more at places, each with an interval.

    Parameters
    ----------
    values : ndarray, shape (n, p, k)
        n days, p places and k series, each of the same thing in units of its own. Days on which one series of a place
        is NaN do not count there.
    days : ndarray of datetime64[D], shape (n,)
        Rising.
    reference : int
        The series whose scale errors are told on; it is none the truer for that.
    min_days : int
        A place with fewer days has no result.
    block_days : int
        Days that are drawn together, since one is like the next; an interval needs `FEWEST_BLOCKS` of them.
    draws : int
        Of days, for the intervals; 0: no intervals.
    level : float
        Of the intervals.
    seed : int
        Of the draws.

    Raises
    ------
    ValueError
        If there are fewer than three series.

    Notes
    -----
    Of more than three series every pair of others gives an estimate for a series; the median of them counts. An
    estimate is unknown where a series does not rise with the others, and so is a variance below 0.
    """
    if values.shape[2] < FEWEST:
        raise ValueError(f"{values.shape[2]} series; triple collocation needs {FEWEST}.")
    blocks = (days - days[:1]).astype(int) // block_days
    # products of small departures lose no digits; the middle of all is near enough
    centre = np.nanmean(values) if np.isfinite(values).any() else 0.0
    apart = values - centre
    sums = _sums(apart, blocks)
    total = sums.sum(0)
    n = total[:, 0].round().astype(int)
    mean, covariance = _moments(total, values.shape[2])
    mean = np.where(n[:, None] > 0, mean, _own_means(apart))
    enough = n >= min_days
    scale, variance, r2 = (np.where(enough[:, None], found, np.nan) for found in _errors(covariance, reference))
    drawn = _ranges(sums, values.shape[2], reference, draws, level, seed)
    ranges = [np.where(np.isfinite(one), ends, np.nan) for one, ends in zip((scale, variance, r2), drawn)]
    known = np.where(variance >= 0, 1.0, np.nan)
    return Collocated(n, mean + centre, scale, variance * known, r2 * known, *ranges)


def _sums(values: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    """Return count, sums and sums of products of the days of each block, shape (blocks, p, 1 + k + k²)."""
    found = []
    for block in np.unique(blocks):
        own = values[blocks == block].astype(float)
        known = np.isfinite(own).all(2, keepdims=True)
        own = np.where(known, own, 0)
        products = np.einsum("tpi,tpj->pij", own, own)
        found.append(np.concatenate([known.sum(0), own.sum(0), products.reshape(len(products), -1)], 1))
    return np.stack(found)


def _own_means(values: np.ndarray) -> np.ndarray:
    """Return the mean of what is known of each series, shape (p, k)."""
    known = np.isfinite(values)
    count = known.sum(0)
    return np.where(count > 0, np.where(known, values, 0).sum(0) / np.maximum(count, 1), np.nan)


def _moments(sums: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return means, shape (..., k), and covariances, shape (..., k, k), of sums, shape (..., 1 + k + k²)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        n = sums[..., :1]
        mean = sums[..., 1 : 1 + k] / n
        square = sums[..., 1 + k :] / n
        covariance = square.reshape(*square.shape[:-1], k, k) - mean[..., :, None] * mean[..., None, :]
        return mean, covariance * (n / (n - 1))[..., None]


def _errors(covariance: np.ndarray, reference: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return scale, error variance on the scale of the reference, and R², each of shape (..., k)."""
    k = covariance.shape[-1]
    signal = np.stack([_middle(_signals(covariance, i)) for i in range(k)], -1)
    scale = np.stack([_middle(_scales(covariance, i, reference)) for i in range(k)], -1)
    own = np.diagonal(covariance, axis1=-2, axis2=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return scale, (own - signal) * scale**2, signal / own


def _signals(covariance: np.ndarray, i: int) -> Iterator[np.ndarray]:
    """Give what every pair of others says of the variance of the truth in a series, shape (...)."""
    others = [j for j in range(covariance.shape[-1]) if j != i]
    for one, other in combinations(others, 2):
        with_one, with_other = covariance[..., i, one], covariance[..., i, other]
        yield np.where(with_one > 0, with_one, np.nan) * _ratio(with_other, covariance[..., one, other])


def _scales(covariance: np.ndarray, i: int, reference: int) -> Iterator[np.ndarray]:
    """Give what every other series says of the scale of one, shape (...)."""
    if i == reference:
        yield np.ones(covariance.shape[:-2])
        return
    for j in range(covariance.shape[-1]):
        if j not in (i, reference):
            yield _ratio(covariance[..., reference, j], covariance[..., i, j])


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return a ratio of covariances, NaN where it cannot be of series that rise with each other."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((above > 0) & (below > 0), above / below, np.nan)


def _middle(estimates: Iterator[np.ndarray]) -> np.ndarray:
    """Return the median of what is known."""
    return _nan_quantiles(np.stack(list(estimates)), (HALF,))[0]


def _ranges(sums: np.ndarray, k: int, reference: int, draws: int, level: float, seed: int) -> list[np.ndarray]:
    """Return the ends of the intervals of what `_errors` gives, each of shape (2, p, k), from draws of whole blocks."""
    n_blocks, p = sums.shape[:2]
    filled = (sums[..., 0] > 0).sum(0)
    if not draws or n_blocks < FEWEST_BLOCKS:
        return [np.full((2, p, k), np.nan)] * 3
    times = np.random.default_rng(seed).multinomial(n_blocks, np.full(n_blocks, 1 / n_blocks), draws)
    ends = (1 - level) / 2, (1 + level) / 2
    parts = []
    for first in range(0, p, PLACES):
        _, covariance = _moments(np.tensordot(times, sums[:, first : first + PLACES], 1), k)
        parts.append([_quantiles(drawn, ends) for drawn in _errors(covariance, reference)])
    enough = (filled >= FEWEST_BLOCKS)[:, None]
    return [np.where(enough, np.concatenate(found, 1), np.nan) for found in zip(*parts)]


def _quantiles(drawn: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """Return quantiles over the draws, shape (2, p, k); NaN where too few of them are known."""
    known = np.isfinite(drawn).mean(0) >= HALF
    return np.where(known, _nan_quantiles(drawn, ends), np.nan)


def _nan_quantiles(values: np.ndarray, at: tuple[float, ...]) -> np.ndarray:
    """Return quantiles along the first axis of what is known, NaN where nothing is: numpy's own is slow and warns."""
    ordered = np.sort(values, 0)
    last = np.isfinite(ordered).sum(0) - 1
    found = []
    for share in at:
        place = np.clip(last, 0, None) * share
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, np.clip(last, 0, None))
        below, above = (np.take_along_axis(ordered, i[None], 0)[0] for i in (low, high))
        found.append(below + (above - below) * (place - low))
    return np.stack(found)
