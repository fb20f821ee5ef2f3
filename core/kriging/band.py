# SPDX-License-Identifier: GPL-2.0-or-later
"""How far the smooth field may be from the truth: its standard deviation, and how far values that are left out fall.

The covariance of a band is its own: with the one of the map, which is fitted with the noise of the likelihood, bands
come out too narrow. Its noise is no less than that of the map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.ndimage import map_coordinates

from ..base.progress import SILENT, Progress
from ..base.threads import ahead
from .cells import Cells
from .covariance import LENGTHS, Component, Covariance, fit_products, products
from .days import MARGIN
from .kernels import EXPONENTIAL, Kernel
from .kernels import NODES as OF_MAPS
from .noise import sill_of
from .solve import System

NODES = 3  # a cell and side at which the standard deviation is computed
NEIGHBOURS = 64  # nearest seen values that have a say
OFFSETS = (600, 6000)  # places that are looked through for them, at first and where these do not do
REACH = 40  # cells
BATCH = 256  # systems that are solved at once
AT_ONCE = 1 << 20  # steps that are looked at together
KERNEL = Kernel(EXPONENTIAL, 4.0)  # of single days
UNKNOWN_SD = 0.1  # m3 m-3, of soil moisture anywhere: what is known of a place where one value says nothing of others
ROUGH_LENGTHS = tuple(length for length in LENGTHS if length != 0.5)
ROUGH_SHARE = 0.4  # with it bands of 90 % hold 0.87 to 0.98 of twelve sample regions; tried on the simulation too
LEAST_QUANTILE = 1.645  # of a normal distribution, for 90 %


@dataclass(frozen=True)
class Band:
    """What is known of the error of one day's field.

    Attributes
    ----------
    sd : ndarray, shape (3 x rows of cells, 3 x columns), margin included, float32
        Standard deviation at nodes, m3 m-3.
    z : ndarray, shape (seen cells of the day,)
        How far each coarse value lies from what its neighbours say of it, in standard deviations.
    gain : ndarray, shape of `sd`, float32
        Of the standard deviation of an error of each coarse value by itself: how much of it comes to the nodes.
    """

    sd: np.ndarray
    z: np.ndarray
    gain: np.ndarray

    @classmethod
    def unknown(cls, cells: Cells) -> Band:
        """Return the band of a day of which nothing is known."""
        rows, columns = (n + 2 * cells.margin for n in cells.shape)
        nothing = np.full((rows * NODES, columns * NODES), np.nan, np.float32)
        return cls(nothing, np.empty(0), nothing)


def factor(z: Sequence[np.ndarray], level: float = 0.9) -> float:
    """Return by how many standard deviations a band reaches to each side.

    The quantile of left-out values, but never less than the normal one: it is learned one cell away, and gaps are
    farther.

    Parameters
    ----------
    z : sequence of ndarray
        Of the bands of some days.
    level : float
        Fraction of the truth that should lie inside.
    """
    from scipy.stats import norm

    least = float(norm.ppf(0.5 + level / 2))
    pooled = np.abs(np.concatenate([*z, np.empty(0)]))
    return max(float(np.quantile(pooled, level)), least) if len(pooled) else least


def covariance_of_bands(
    cells: Cells, values: np.ndarray, days: np.ndarray, progress: Progress = SILENT, *, least_noise: float = 0.0
) -> Covariance:
    """Return the covariance of the bands of a series: by least squares, with the noise that these find.

    They may find none where there is some. Then days beside a day would tell its cells far better than they do, values
    that are left out would lie many standard deviations off, and the factor of the band would blow up what lies inside
    of cells too. So there is no less noise than the likelihood finds.

    What lies inside of cells their means hardly tell: whether what is rough has a length of a quarter of a cell or of a
    half, or is smooth. So the rougher of these lengths counts, and in part a fit without smooth kernels, where that is
    wider. Nor can there be less than so many values could not tell from noise.

    Parameters
    ----------
    cells : Cells
    values : ndarray, shape (days, rows, columns)
        m3 m-3, with a mean of 0; NaN where nothing was seen.
    days : ndarray, shape (days,)
    progress : Progress, optional
        Only asked whether to go on.
    least_noise : float
        Variance of the noise of the map, (m3 m-3)**2; see `noise.find_noise`.
    """
    means = products(cells, values, days, progress)
    fits = []
    for smooth in (True, False):
        progress.check()
        fits.append(fit_products(means, values, smooth=smooth, lengths=ROUGH_LENGTHS))
    found, rough = fits
    if rough.inside(cells.aspect) > found.inside(cells.aspect):
        parts = found.times(1 - ROUGH_SHARE), rough.times(ROUGH_SHARE)
        noise = (1 - ROUGH_SHARE) * found.noise + ROUGH_SHARE * rough.noise
        found = Covariance(parts[0].components + parts[1].components, noise)
    found = replace(found, noise=max(found.noise, least_noise))
    least = found.noise * np.sqrt(2 / max(np.count_nonzero(np.isfinite(values)), 1))
    return found.times(least / found.sill) if found.sill < least else found


def band_of_day(cells: Cells, values: np.ndarray, progress: Progress = SILENT) -> Band:
    """Return the band of a single day, whose mean is not known.

    One value has no spread: then that of soil moisture anywhere serves.

    Parameters
    ----------
    cells : Cells
    values : ndarray, shape of the grid
        m3 m-3; NaN where nothing was seen.
    """
    alone = np.count_nonzero(np.isfinite(values)) < 2
    sill = UNKNOWN_SD**2 if alone else sill_of(cells, values[None], KERNEL, progress)
    covariance = Covariance((Component(sill, KERNEL),), 0.0)
    return Bands(cells, covariance, mean_known=False).of(values[None], np.zeros(1, int), 0, progress)


class Bands:
    """Bands of the days of a series, from the nearest seen values around each cell.

    Cells with the same pattern of seen neighbours share all that follows from it, since covariance knows only how many
    days, rows and columns lie between.

    Parameters
    ----------
    cells : Cells
    covariance : Covariance
        With a noise of its own: see `covariance_of_bands`.
    mean_known : bool
        Whether values are given above a known mean; else each day has one of its own, as `band_of_day` takes it.
    """

    def __init__(self, cells: Cells, covariance: Covariance, mean_known: bool = True):
        self.cells = cells
        self.covariance = covariance
        self.mean_known = mean_known
        self.shape = cells.shape[0] + 2 * cells.margin, cells.shape[1] + 2 * cells.margin
        self.offsets = self._offsets()

    def of(self, values: np.ndarray, days: np.ndarray, target, progress: Progress = SILENT) -> Band:
        """Return the band of one day.

        Parameters
        ----------
        values : ndarray, shape (days, rows, columns)
            m3 m-3; NaN where nothing was seen. Days that are farther than four from the target have no say.
        days : ndarray of datetime64[D], shape (days,)
        target : datetime64[D]
        progress : Progress, optional
        """
        days = np.asarray(days).astype("datetime64[D]").astype(int)
        lags = days - int(np.asarray(target).astype("datetime64[D]").astype(int))
        near = np.abs(lags) <= MARGIN
        around = _by_lag(values[near], lags[near], self.cells)
        mean = None if self.mean_known else _Mean.of(self.cells, self.covariance, around[MARGIN], progress)
        patterns, number = self._patterns(around, progress)

        def solved(start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            return self._variances(patterns[start : start + BATCH])

        parts = list(ahead(solved, range(0, len(patterns), BATCH), progress, threads=2, most=4))
        of_nodes, inverse, gain = (np.concatenate(part)[number] for part in zip(*parts))
        variance = self._as_map(of_nodes)
        if mean is not None:
            variance = variance + mean.variance
        sd = np.sqrt(np.maximum(variance, 0)).astype(np.float32)
        gain = np.sqrt(self._as_map(gain)).astype(np.float32)
        return Band(sd, self._left_out(around, patterns[number], inverse, mean), gain)

    def _as_map(self, of_nodes: np.ndarray) -> np.ndarray:
        """Return what the nodes of each cell have, shape (cells, nodes), as they lie side by side."""
        rows, columns = self.shape
        nodes = of_nodes.reshape(rows, columns, NODES, NODES)
        return nodes.transpose(0, 2, 1, 3).reshape(rows * NODES, columns * NODES)

    def _apart(self, rows: int, columns: int) -> np.ndarray:
        """Return the covariance of cells so many days, rows and columns apart."""
        in_time = self.covariance.in_time(np.arange(2 * MARGIN + 1))
        return sum(
            along[:, None, None] * kernel.between_cells(int(rows), int(columns), self.cells.aspect)
            for kernel, along in in_time.items()
        )

    def _offsets(self) -> np.ndarray:
        """Return offsets (lag, rows, columns) by falling covariance, shape (n, 3)."""
        rows, columns = (np.arange(-min(n, REACH) + 1, min(n, REACH)) for n in self.shape)
        lag, row, column = (a.ravel() for a in np.meshgrid(range(-MARGIN, MARGIN + 1), rows, columns, indexing="ij"))
        table = self._apart(*(min(n, REACH) for n in self.shape))
        worth = table[np.abs(lag), np.abs(row), np.abs(column)]
        # of offsets with the same covariance always the same come first
        order = np.lexsort((column, row, lag, np.abs(row) + np.abs(column), np.round(-worth / worth.max(), 9)))
        return np.column_stack([lag, row, column])[order[: OFFSETS[-1]]]

    def _patterns(self, values: np.ndarray, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
        """Return the patterns of seen neighbours, shape (patterns, neighbours), and the number of each cell's.

        A pattern holds numbers of offsets; -1 fills it up where there are fewer.
        """
        rows, columns = self.shape
        down, right = np.abs(self.offsets[:, 1:]).max(0)
        seen = np.pad(np.isfinite(values), ((0, 0), (down, down), (right, right)))  # no offset leads out of it
        lag, row, column = self.offsets.T
        steps = ((lag + MARGIN) * seen.shape[1] + row + down) * seen.shape[2] + column + right
        places = (np.arange(rows)[:, None] * seen.shape[2] + np.arange(columns)).ravel()
        chosen = np.full((places.size, NEIGHBOURS), -1, np.int32)
        short = np.arange(places.size)
        for most in OFFSETS:
            chosen[short] = _nearest_seen(seen.ravel(), places[short], steps[:most], progress)
            short = short[(chosen[short] < 0).any(1)]
        patterns, number = np.unique(chosen, axis=0, return_inverse=True)
        return patterns, number.ravel()

    def _variances(self, patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the variance at the nodes of a cell with each pattern, and the row of the inverse of its own value.

        And the sum of squares of the weights with which values speak at the nodes, shape (patterns, nodes).

        Returns
        -------
        variance : ndarray, shape (patterns, nodes)
        inverse : ndarray, shape (patterns, neighbours)
            Of a pattern whose first offset is the cell itself.
        """
        table, codes = self._by_code
        filled = patterns >= 0
        code = codes[np.maximum(patterns, 0)]
        matrix = table[code[:, :, None] - code[:, None, :] + len(table) // 2]
        if not filled.all():
            matrix *= filled[:, :, None] & filled[:, None, :]
        diagonal = np.arange(patterns.shape[1])
        # one that fills up stands alone with a variance of 1 and says nothing
        matrix[:, diagonal, diagonal] = np.where(filled, matrix[:, diagonal, diagonal] + self.covariance.nugget, 1.0)
        to_nodes = self._to_nodes[np.maximum(patterns, 0)] * filled[..., None]
        own = np.zeros((*patterns.shape, 1))
        own[:, 0] = 1.0
        solved = np.linalg.solve(matrix, np.concatenate([to_nodes, own], -1))
        weights = solved[..., :-1]
        variance = self.covariance.sill - (to_nodes * weights).sum(1)
        return variance, solved[..., -1], (weights**2).sum(1)

    @cached_property
    def _by_code(self) -> tuple[np.ndarray, np.ndarray]:
        """Return a flat table of covariance and the codes of the offsets: the difference of two is a place in it.

        The place is counted from the middle of the table.
        """
        lags, rows, columns = 2 * np.abs(self.offsets).max(0) + 1
        apart = self._apart(rows, columns)[:lags]
        around = [np.abs(np.arange(-n + 1, n)) for n in (lags, rows, columns)]
        table = np.ascontiguousarray(apart[np.ix_(*around)])
        lag, row, column = self.offsets.T
        return table.ravel(), (lag * table.shape[1] + row) * table.shape[2] + column

    @cached_property
    def _to_nodes(self) -> np.ndarray:
        """Covariance of the nodes of a cell with the value at each offset, shape (offsets, nodes)."""
        place = (np.arange(NODES) + 0.5) / NODES - 0.5
        lag, row, column = self.offsets.T
        (down, at_row), (right, at_column) = (np.unique(a, return_inverse=True) for a in (row, column))
        total = np.zeros((len(self.offsets), NODES, NODES))
        for kernel, in_time in self.covariance.in_time(np.arange(MARGIN + 1)).items():
            below, beside = ((place - a[:, None]).ravel() for a in (down, right))
            table = kernel.to_cell(below, beside, self.cells.aspect).reshape(len(down), NODES, len(right), NODES)
            total += in_time[np.abs(lag)][:, None, None] * table[at_row, :, at_column, :]
        return total.reshape(len(total), -1)

    def _left_out(self, values: np.ndarray, chosen: np.ndarray, inverse: np.ndarray, mean: _Mean | None) -> np.ndarray:
        """Return how far each value of the day lies from what is expected without it, in standard deviations."""
        itself = np.isfinite(values[MARGIN])
        row, column = np.nonzero(itself)
        chosen, weights = (a.reshape(*self.shape, -1)[itself] for a in (chosen, inverse))
        lag, down, right = np.moveaxis(self.offsets[np.maximum(chosen, 0)], -1, 0)
        there = values[lag + MARGIN, row[:, None] + down, column[:, None] + right]
        precision = weights[:, 0]
        if mean is not None:
            there = there - mean.value
            precision = precision - mean.share[itself] ** 2 / mean.total
        there = np.where(chosen >= 0, there, 0.0)
        return (weights * there).sum(1) / np.sqrt(np.maximum(precision, 1e-300))


@dataclass(frozen=True)
class _Mean:
    """The mean of a day, from all of its values.

    Attributes
    ----------
    value : float
        m3 m-3.
    variance : ndarray, shape (3 x rows of cells, 3 x columns), margin included
        What not knowing the mean adds to the variance at the nodes.
    share : ndarray, shape (rows, columns), margin included
        What the inverse of the covariance makes of ones.
    total : float
        Sum of the shares: one over the variance of the mean.
    """

    value: float
    variance: np.ndarray | float
    share: np.ndarray
    total: float

    @classmethod
    def of(cls, cells: Cells, covariance: Covariance, around: np.ndarray, progress: Progress) -> _Mean | None:
        """Return the mean of a day that has a margin of unseen cells; None where nothing was seen."""
        inner = slice(cells.margin, -cells.margin)
        values = around[inner, inner]
        seen = np.isfinite(values)
        if not seen.any():
            return None
        system = System(cells, covariance, seen[None], np.zeros(1, int), progress)
        share = system.solve(np.ones((1, *cells.shape)))[0]
        total = max(float(share.sum()), 1e-300)
        told = sum(
            in_time * cells.to_nodes(kernel, share) for kernel, in_time in covariance.in_time(np.zeros(())).items()
        )
        value = float((share[seen] @ values[seen]) / total)
        return cls(value, _at_nodes((1 - told) ** 2 / total), np.pad(share, cells.margin), total)


def _at_nodes(values: np.ndarray) -> np.ndarray:
    """Return what stands at the nodes of maps at those of bands, interpolated."""
    rows, columns = ((np.arange(n // OF_MAPS * NODES) + 0.5) * OF_MAPS / NODES - 0.5 for n in values.shape)
    return map_coordinates(values, np.meshgrid(rows, columns, indexing="ij"), order=1, mode="nearest")


def _by_lag(values: np.ndarray, lags: np.ndarray, cells: Cells) -> np.ndarray:
    """Return values by lag -4 ... 4, with a margin of unseen cells around."""
    out = np.full((2 * MARGIN + 1, *cells.shape), np.nan)
    out[lags + MARGIN] = values
    return np.pad(out, ((0, 0), (cells.margin,) * 2, (cells.margin,) * 2), constant_values=np.nan)


def _nearest_seen(seen: np.ndarray, places: np.ndarray, steps: np.ndarray, progress: Progress) -> np.ndarray:
    """Return the numbers of the first steps that lead from each place to where something was seen; -1 for none."""
    chosen = np.full((len(places), NEIGHBOURS), -1, np.int32)
    count = max(AT_ONCE // len(steps), 1)
    for start in range(0, len(places), count):
        progress.check()
        there = seen[places[start : start + count, None] + steps]
        rank = np.cumsum(there, 1, dtype=np.int16)
        cell, step = np.nonzero(there & (rank <= NEIGHBOURS))
        chosen[start + cell, rank[cell, step] - 1] = step
    return chosen
