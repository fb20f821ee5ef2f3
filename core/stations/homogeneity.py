# SPDX-License-Identifier: GPL-2.0-or-later
"""Breaks, drifts and bursts of noise of a station, seen in its difference from a reference.

Rain and drying move a station and its reference alike; a sensor that is knocked, ages or loses its ground moves alone.
A step and a bent line of least squares and the slope of Theil and Sen are weighed against how much means of weeks
scatter, since days are far from independent.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import ndimage

from ..rasters.ground import distance_km

POOL = 16  # the nearest series of which the references are chosen
NEIGHBOURS = 8  # those that change most alike; the median of so many is hardly moved by a faulty one
SHAPES = 3  # principal components of the nearest series: what soils of a region do in common
REMAINS = 0.9  # of the least change that must be left when these are allowed for
MIN_NEIGHBOURS = 3  # on a day, and of a station
MIN_DAYS = 30  # with a value and a reference
MIN_ALIKE = 0.4  # rank correlation of changes over days, from which neighbours are a reference
SIDE = 10  # days on each side of a break
EDGE = 5  # days of which the median shows whether a change is abrupt
ABRUPT = 0.6  # of the height of a break that must happen at once
WEEK = 7  # days whose means tell what scatter is not of single days
APART = 5  # days between which changes of a station and its reference are compared
PENALTY = 4.0  # times the logarithm of the days: what a break must explain, in variances of means
CONFIDENCE = 3.29  # normal deviates to each side of a slope, 99.9 %
YEAR = 365.25
SEASONS = 2  # years from which the seasonal cycle can be told from a drift
MOST_DAYS = 1500  # slopes of all pairs of days: of longer series every second, third, ... day counts
LATEST = 0.5  # of a series that a drift may begin
STARTS = 24  # days tried as the beginning of a drift
MAX_BREAKS = 6
MOST_EDGES = 400  # days tried as edges of an offset that goes again
BURST = 11  # days that must be noisy on average
NOISY = 2.0  # times the usual scatter


@dataclass(frozen=True)
class Limits:
    """How much a series must change for it to count: m3 m-3."""

    offset: float
    drift: float
    noise: float

    def times(self, factors: Limits) -> Limits:
        """Return limits so many times as high."""
        return Limits(self.offset * factors.offset, self.drift * factors.drift, self.noise * factors.noise)


@dataclass
class Changes:
    """What was found in a series.

    Attributes
    ----------
    offset, drift, noise : ndarray of bool, shape (days,)
        Days at another level than that of the longest time; days on which a drift has gone half as far as it must;
        noisy days.
    heights : list of (int, float)
        The first day after each break, and how far the level stepped (m3 m-3).
    slope : float
        Of a drift, m3 m-3 a year; NaN where there is none.
    start : int
        The day from which it drifts.
    """

    offset: np.ndarray
    drift: np.ndarray
    noise: np.ndarray
    heights: list[tuple[int, float]] = field(default_factory=list)
    slope: float = np.nan
    start: int = 0


# --- references -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    """What series are held against.

    Attributes
    ----------
    values : ndarray, shape (days, series)
        Soil moisture beside each (m3 m-3, up to a constant), NaN where there is none.
    shapes : list of ndarray, each of shape (days, k)
        How soil moisture goes around each: a change is none if it is made of these.
    """

    values: np.ndarray
    shapes: list[np.ndarray]

    def of(self, i: int, x: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Return the reference and the shapes of one series (days,), both None if it has too few days in common."""
        if np.count_nonzero(np.isfinite(self.values[:, i]) & np.isfinite(x)) < MIN_DAYS:
            return None, None
        return self.values[:, i], self.shapes[i]


def from_neighbours(values: np.ndarray, longitude, latitude, layer: np.ndarray, within_km: float) -> Reference:
    """Return what the neighbours of every series measured: the median of their departures from their own medians.

    There is none on days with fewer than `MIN_NEIGHBOURS` neighbours, and where these do not move as the series does.

    Parameters
    ----------
    values : ndarray, shape (days, series)
        Soil moisture (m3 m-3), NaN where there is none.
    longitude, latitude : ndarray, shape (series,)
        Degrees.
    layer : ndarray, shape (series,)
        What depth a series is of: only those of the same are neighbours.
    within_km : float
        How far a neighbour may be.
    """
    days, n = values.shape
    out = Reference(np.full(values.shape, np.nan), [np.zeros((days, 0))] * n)
    known = np.isfinite(values)
    moves = _ranks(_moves(values))
    for i in range(n):
        away = distance_km(longitude[i], latitude[i], longitude, latitude)
        common = (known & known[:, [i]]).sum(axis=0)
        enough = (common >= MIN_DAYS) & (common >= 0.5 * known[:, i].sum())
        near = np.flatnonzero((away <= within_km) & (layer == layer[i]) & enough & (np.arange(n) != i))
        near = near[np.argsort(away[near], kind="stable")][:POOL]
        if len(near) < MIN_NEIGHBOURS:
            continue
        alike = _correlations(moves[:, i], moves[:, near])
        theirs = values[:, near[np.argsort(-alike, kind="stable")][:NEIGHBOURS]]
        level = np.nanmedian(np.where(known[:, [i]], theirs, np.nan), axis=0)
        seen = np.isfinite(theirs).sum(axis=1) >= MIN_NEIGHBOURS
        middle = np.full(days, np.nan)
        middle[seen] = np.nanmedian(theirs[seen] - level, axis=1)
        if _correlations(moves[:, i], _ranks(_moves(middle[:, None])))[0] >= MIN_ALIKE:
            out.values[:, i] = middle
            out.shapes[i] = _shapes(values[:, near])
    return out


def _shapes(values: np.ndarray) -> np.ndarray:
    """Return the first principal components of series, shape (days, k); what is not known is taken as usual."""
    apart = values - np.nanmean(values, axis=0)
    apart /= np.maximum(np.nanstd(values, axis=0), 1e-6)
    return np.linalg.svd(np.nan_to_num(apart), full_matrices=False)[0][:, :SHAPES]


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return the ranks within columns, which a break or a spike hardly disturbs."""
    return pd.DataFrame(values).rank().to_numpy()


def _correlations(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the correlation of a column with others, of the rows that each pair has; 0 where none can be told."""
    both = np.isfinite(own)[:, None] & np.isfinite(others)
    n = np.maximum(both.sum(axis=0), 1)
    a, b = np.where(both, own[:, None], 0), np.where(both, others, 0)
    mean_a, mean_b = a.sum(axis=0) / n, b.sum(axis=0) / n
    covariance = (a * b).sum(axis=0) / n - mean_a * mean_b
    square = ((a**2).sum(axis=0) / n - mean_a**2) * ((b**2).sum(axis=0) / n - mean_b**2)
    return covariance / np.sqrt(np.where(square > 0, square, np.inf))


def difference(x: np.ndarray, reference: np.ndarray | None) -> np.ndarray:
    """Return what a series says beside its reference, the seasonal cycle taken off where two years tell it.

    Parameters
    ----------
    x, reference : ndarray, shape (days,)
        Soil moisture (m3 m-3), one value a day, NaN where there is none; without a reference the series itself counts.

    Returns
    -------
    ndarray, shape (days,)
        m3 m-3, median 0.
    """
    # of changes over days, in which a drift or a break has hardly a part
    d = x if reference is None else x - _slope(_moves(reference), _moves(x)) * reference
    at = np.flatnonzero(np.isfinite(d))
    if not len(at):
        return d
    d = d - np.median(d[at])
    if at[-1] - at[0] >= SEASONS * YEAR:
        turns = 2 * np.pi * np.outer(at / YEAR, (1, 2))
        waves = np.hstack([np.cos(turns), np.sin(turns)])
        known = np.hstack([waves, np.ones((len(at), 1)), (at / at[-1])[:, None]])
        d[at] -= waves @ np.linalg.lstsq(known, d[at], rcond=None)[0][: waves.shape[1]]
    return d


def _moves(x: np.ndarray) -> np.ndarray:
    return x[APART:] - x[:-APART]


def _slope(a: np.ndarray, b: np.ndarray) -> float:
    """Return how much b moves with a, both about 0: from 0 to 3 times as much."""
    both = np.isfinite(a) & np.isfinite(b)
    square = np.sum(a[both] ** 2)
    return float(np.clip(np.sum(a[both] * b[both]) / square, 0, 3)) if square > 0 else 0.0


# --- what is found ----------------------------------------------------------------------------------------------------


def changes(
    d: np.ndarray,
    limits: Limits,
    *,
    shapes: np.ndarray | None = None,
    with_spikes: np.ndarray | None = None,
    kinds: frozenset[str] = frozenset(("offset", "drift", "noise")),
) -> Changes:
    """Return the breaks, the drift and the bursts of noise of a difference from a reference.

    Parameters
    ----------
    d : ndarray, shape (days,)
        As of `difference`, NaN on days with other faults.
    limits : Limits
    shapes : ndarray, shape (days, k), optional
        As of `Reference`.
    with_spikes : ndarray, shape (days,), optional
        The difference with days that were flagged as spikes, which bursts of noise are made of; by default as `d`.
    kinds : set of str
        What is sought: offset, drift, noise.
    """
    nowhere = np.zeros(len(d), bool)
    found = Changes(nowhere, nowhere, nowhere)
    if "noise" in kinds:
        found.noise = bursts(d if with_spikes is None else with_spikes, limits.noise)
    at = np.flatnonzero(np.isfinite(d) & ~found.noise)
    if len(at) < MIN_DAYS:
        return found
    y = d[at]
    shapes = np.zeros((len(y), 0)) if shapes is None else shapes[at]
    heights = _breaks(y, limits.offset)
    bent = _bent(at, y)
    if "drift" in kinds and (not heights or bent.left < _step(y).left):
        slope = _drift(at, y, bent.start, limits.drift)
        ramp = np.maximum(at - at[bent.start], 0.0)
        if slope and _left_of((ramp / ramp[-1])[:, None], y, shapes)[0] * np.sign(slope) >= REMAINS * limits.drift:
            found.slope, found.start = slope * YEAR, int(at[bent.start])
            gone = np.abs(slope) * (np.arange(len(d)) - found.start)
            found.drift = np.isfinite(d) & (gone >= limits.drift / 2)
            return found
    if "offset" in kinds and heights:
        steps = np.arange(len(y))[:, None] >= [i for i, _ in heights]
        left = _left_of(steps, y, shapes) * np.sign([height for _, height in heights])
        real = [height for height, much in zip(heights, left) if much >= REMAINS * limits.offset]
        found.heights = [(int(at[i]), height) for i, height in real]
        found.offset = _off_level(at, len(d), found.heights, limits.offset) & np.isfinite(d)
    return found


def _left_of(changes: np.ndarray, y: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Return how much of changes from 0 to 1, shape (days, k), is in days (m3 m-3) beside what the shapes explain."""
    known = np.column_stack([changes, np.ones(len(y)), shapes])
    return np.linalg.lstsq(known, y, rcond=None)[0][: changes.shape[1]]


def bursts(d: np.ndarray, least: float) -> np.ndarray:
    """Return the days of bursts of noise: days around are far off the running median, and not for a spike or two."""
    at = np.flatnonzero(np.isfinite(d))
    out = np.zeros(len(d), bool)
    if len(at) < MIN_DAYS:
        return out
    off = np.abs(d[at] - ndimage.median_filter(d[at], WEEK, mode="nearest"))
    usual = NOISY * np.median(off)
    # two spikes must not make a burst
    around = ndimage.uniform_filter1d(np.minimum(off, 2 * least), BURST, mode="nearest")
    loud = around > max(usual, least)
    if loud.any():
        out[at[ndimage.binary_dilation(loud, iterations=BURST // 2) & (off > usual)]] = True
    return out


@dataclass(frozen=True)
class Fit:
    """A model of least squares: the first day of the change, by number, and the squares that it leaves."""

    start: int
    left: float


def _step(y: np.ndarray) -> Fit:
    """Return the step that explains most."""
    n, total = len(y), np.cumsum(y)
    k = np.arange(SIDE, n - SIDE + 1)
    before, after = total[k - 1] / k, (total[-1] - total[k - 1]) / (n - k)
    explained = k * (n - k) / n * (after - before) ** 2
    best = int(np.argmax(explained))
    return Fit(int(k[best]), float(np.sum((y - y.mean()) ** 2) - explained[best]))


def _bent(at: np.ndarray, y: np.ndarray) -> Fit:
    """Return the line, level up to some day and then even, that explains most."""
    best = Fit(0, np.inf)
    for start in np.unique(np.linspace(0, LATEST * len(at), STARTS).astype(int)):
        ramp = np.maximum(at - at[start], 0.0)
        ramp -= ramp.mean()
        left = np.sum((y - y.mean()) ** 2) - np.sum(ramp * y) ** 2 / np.sum(ramp**2)
        if left < best.left:
            best = Fit(int(start), float(left))
    return best


def _breaks(y: np.ndarray, least: float, first: int = 0, room: int = MAX_BREAKS) -> list[tuple[int, float]]:
    """Return the breaks of days that are numbered from `first` on, with their heights.

    The greatest step is sought, or else the greatest offset that goes again (Olshen et al. 2004), then others between.
    Steps count if the squares that they explain are worth a penalty each, and most of each happens within days.
    """
    if len(y) < 2 * SIDE or room < 1:
        return []
    edges = _real(y, [_step(y).start], least) or _real(y, _bump(y), least)
    if not edges:
        return []
    bounds = [0, *edges, len(y)]
    middles = [float(np.median(y[a:b])) for a, b in zip(bounds[:-1], bounds[1:])]
    out = [(first + edge, height) for edge, height in zip(edges, np.diff(middles))]
    for a, b in zip(bounds[:-1], bounds[1:]):
        out += _breaks(y[a:b], least, first + a, room - len(edges))
    return sorted(out)


def _real(y: np.ndarray, edges: list[int], least: float) -> list[int]:
    """Return the edges of pieces if all of them are breaks, else none."""
    if not edges:
        return []
    pieces = np.split(y, edges)
    rest = np.concatenate([piece - piece.mean() for piece in pieces])
    explained = np.sum((y - y.mean()) ** 2) - np.sum(rest**2)
    if explained <= len(edges) * PENALTY * np.log(len(y)) * _variance_of_means(rest):
        return []
    for before, after in zip(pieces[:-1], pieces[1:]):
        height = np.median(after) - np.median(before)
        at_once = np.median(after[:EDGE]) - np.median(before[-EDGE:])
        if abs(height) < least or at_once * np.sign(height) < ABRUPT * abs(height):
            return []
    return edges


def _bump(y: np.ndarray) -> list[int]:
    """Return the first day of the offset that explains most, and the first after it; empty where days are too few."""
    n, every = len(y), 1 + len(y) // MOST_EDGES
    edges = np.arange(SIDE, n - SIDE + 1, every)
    total = np.r_[0.0, np.cumsum(y - y.mean())]
    length = edges[None, :] - edges[:, None]
    inside = total[edges][None, :] - total[edges][:, None]
    explained = np.where(length >= SIDE, inside**2 * n / np.maximum(length * (n - length), 1), 0.0)
    i, j = np.unravel_index(np.argmax(explained), explained.shape)
    if explained[i, j] <= 0:
        return []
    return [_sharpened(y, int(edge), every) for edge in edges[[i, j]]]


def _sharpened(y: np.ndarray, edge: int, every: int) -> int:
    """Return the day of a break that was sought on days so far apart."""
    first = max(edge - SIDE - every, 0)
    return edge if every == 1 else first + _step(y[first : edge + SIDE + every]).start


def _variance_of_means(rest: np.ndarray) -> float:
    """Return the variance of a mean of days times their number: more than that of days where these hang together."""
    means = np.convolve(rest, np.full(WEEK, 1 / WEEK), "valid")
    apart = means[WEEK:] - means[:-WEEK]
    return max(float(np.var(rest)), WEEK * float(np.mean(apart**2)) / 2 if len(apart) else 0.0)


def _off_level(at: np.ndarray, n: int, heights: list[tuple[int, float]], least: float) -> np.ndarray:
    """Return the days of pieces whose level is not that of the longest, which is taken as the true one."""
    edges = np.array([0, *(day for day, _ in heights), n])
    piece = np.searchsorted(edges, np.arange(n), side="right") - 1
    level = np.cumsum([0.0, *(height for _, height in heights)])
    longest = np.argmax(np.bincount(piece[at], minlength=len(level)))
    return np.abs(level - level[longest])[piece] >= least / 2


def _drift(at: np.ndarray, y: np.ndarray, start: int, least: float) -> float:
    """Return the slope from a day on (m3 m-3 a day), 0 where it is not certain or goes less far than the least.

    The slope is that of Theil and Sen (1968); of its interval only so many days count as are independent, by the
    scatter of means around the line, as Yue and Wang (2004) do it by correlations.
    """
    every = -(-(len(at) - start) // MOST_DAYS)
    days, values = at[start::every], y[start::every]
    n = len(days)
    later, earlier = np.tril_indices(n, -1)
    slopes = (values[later] - values[earlier]) / (days[later] - days[earlier])
    slope = float(np.median(slopes))
    rest = values - slope * days
    rest = rest - rest.mean()
    fewer = _variance_of_means(rest) / max(float(np.var(rest)), 1e-12)
    # how many of the ordered slopes lie within the interval is told by the variance of Kendall's score
    score = np.sqrt(n * (n - 1) * (2 * n + 5) / 18 * fewer)
    share = CONFIDENCE * score / (n * (n - 1))
    if share >= 0.5 or abs(slope) * (days[-1] - days[0]) < least:
        return 0.0
    low, high = np.quantile(slopes, [0.5 - share, 0.5 + share])
    return slope if low > 0 or high < 0 else 0.0
