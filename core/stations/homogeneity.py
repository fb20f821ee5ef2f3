# SPDX-License-Identifier: GPL-2.0-or-later
"""Breaks, drifts and bursts of noise of a station, seen in its difference from a reference.

Rain and drying move a station and its reference alike; a sensor that is knocked, ages or loses its ground moves alone.
A step and a bent line of least squares and the slope of Theil and Sen are weighed against how much means of weeks
scatter, since days are far from independent.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from .references import MIN_DAYS, moves

REMAINS = 0.9  # of the least change that must be left when these are allowed for
SIDE = 10  # days on each side of a break
EDGE = 5  # days of which the median shows whether a change is abrupt
ABRUPT = 0.6  # of the height of a break that must happen at once
WEEK = 7  # days whose means tell what scatter is not of single days
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
    d = x if reference is None else x - _slope(moves(reference), moves(x)) * reference
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
