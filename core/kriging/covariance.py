# SPDX-License-Identifier: GPL-2.0-or-later
"""How what is left of the coarse product hangs together in space and time, and how noisy it is, from a series."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.fft import irfft2, rfft2
from scipy.optimize import nnls

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from .cells import Cells
from .kernels import EXPONENTIAL, MATERN, Kernel

LENGTHS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)  # heights of a cell
SMOOTH = (1.0, 2.0, 4.0)  # the same of smooth kernels, without which a smooth field with noise loses to interpolation
MEMORIES = (0.0, 1.0, 3.0, 10.0, 30.0, np.inf)  # days
LAGS = (0, 1, 2, 3, 5, 8, 12, 20)  # days
FARTHEST = 8  # cells
FEWEST_PAIRS = 20
SHORT = 3  # days; a series that is no longer tells nothing of memory
MOST_VARIANCE = 100.0  # (m3 m-3)**2; a file that tells more was not written by a training
TINY = 1e-6  # of the sill: a covariance that has no noise is still to be factored
SHARED_LENGTH = 2.0  # cells; what is new every day over more of them may be weather


@dataclass(frozen=True)
class Component:
    """A part of a covariance: variance x correlation in space x exp(-lag / memory).

    Attributes
    ----------
    variance : float
        (m3 m-3)**2.
    kernel : Kernel
    memory : float
        Days; 0 for a part that is new every day, infinite for one that stays.
    """

    variance: float
    kernel: Kernel
    memory: float = np.inf

    def at_lag(self, lag: np.ndarray) -> np.ndarray:
        """Return variance x correlation in time for lags in days."""
        lag = np.abs(lag)
        if self.memory == 0:
            return self.variance * (lag == 0)
        return self.variance * np.exp(-lag / self.memory)


@dataclass(frozen=True)
class Covariance:
    """Components that add up, and the noise of the coarse product.

    Attributes
    ----------
    components : tuple of Component
    noise : float
        Variance of each coarse value by itself, (m3 m-3)**2.
    shared : tuple of Component
        Noise that neighbouring values share, none of the field; see `sharing_noise`.
    """

    components: tuple[Component, ...]
    noise: float
    shared: tuple[Component, ...] = ()

    @property
    def sill(self) -> float:
        """Variance of the field at a point, (m3 m-3)**2."""
        return sum(component.variance for component in self.components)

    @property
    def shared_noise(self) -> float:
        """Variance of the noise that neighbours share, (m3 m-3)**2."""
        return sum(component.variance for component in self.shared)

    @property
    def nugget(self) -> float:
        """What stands on the diagonal beside the field: the noise, and a trace so that it can be factored."""
        return self.noise + TINY * max(self.sill + self.shared_noise, 1e-12)

    @property
    def of_values(self) -> Covariance:
        """The covariance of coarse values, for which shared noise is as good as a part of the field."""
        return replace(self, components=self.components + self.shared, shared=())

    def inside(self, aspect: float = 1.0) -> float:
        """Return the mean variance of points about the mean of their cell, (m3 m-3)**2."""
        return sum(c.variance * (1 - float(c.kernel.between_cells(1, 1, aspect)[0, 0])) for c in self.components)

    def times(self, factor: float) -> Covariance:
        """Return the covariance of a field whose variance is so many times as large; the noise stays."""
        return replace(self, components=tuple(replace(c, variance=factor * c.variance) for c in self.components))

    def kernels(self) -> Iterator[tuple[Kernel, tuple[Component, ...]]]:
        """Yield each kernel with its components."""
        for kernel in dict.fromkeys(component.kernel for component in self.components):
            yield kernel, tuple(c for c in self.components if c.kernel == kernel)

    def in_time(self, lags: np.ndarray) -> dict[Kernel, np.ndarray]:
        """Return for each kernel what its components have at lags in days, in the shape of the lags."""
        return {kernel: np.sum([c.at_lag(lags) for c in parts], axis=0) for kernel, parts in self.kernels()}

    def as_dict(self) -> dict:
        """Return plain values for a JSON file."""
        components = [
            [c.variance, c.kernel.kind, c.kernel.length, c.memory if np.isfinite(c.memory) else None]
            for c in self.components
        ]
        return {"components": components, "noise": self.noise}

    @classmethod
    def from_dict(cls, values: dict) -> Covariance:
        """Make the covariance that `as_dict` described."""
        try:
            made = cls(tuple(map(_component, values["components"])), float(values["noise"]))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"This is no covariance: {values!r}.") from error
        if not (made.components and 0 <= made.noise <= MOST_VARIANCE and all(map(_is_possible, made.components))):
            raise InputError(f"This is no covariance: {values!r}.")
        return made


def _component(values: Sequence) -> Component:
    variance, kind, length, memory = values
    return Component(float(variance), Kernel(str(kind), float(length)), np.inf if memory is None else float(memory))


def _is_possible(component: Component) -> bool:
    known = component.kernel.kind in (EXPONENTIAL, MATERN) and 1e-3 <= component.kernel.length <= 1e3
    return known and 0 <= component.variance <= MOST_VARIANCE and component.memory >= 0


@dataclass(frozen=True)
class Products:
    """Mean products of pairs of values by their distance and lag.

    Attributes
    ----------
    distance : ndarray, shape (n,)
        Mean of the pairs, heights of a cell.
    lag : ndarray, shape (n,)
        Days.
    value : ndarray, shape (n,)
        (m3 m-3)**2.
    pairs : ndarray, shape (n,)
    """

    distance: np.ndarray
    lag: np.ndarray
    value: np.ndarray
    pairs: np.ndarray


def products(cells: Cells, values: np.ndarray, days: np.ndarray, progress: Progress = SILENT) -> Products:
    """Return the mean products of what is left of the coarse product.

    Parameters
    ----------
    cells : Cells
    values : ndarray, shape (days, rows, columns)
        m3 m-3, with a mean of 0; NaN where nothing was seen.
    days : ndarray of int or datetime64[D], shape (days,)
    progress : Progress, optional
        Only asked whether to go on.
    """
    days = np.asarray(days).astype("datetime64[D]").astype(int)
    shape = 2 * cells.shape[0], 2 * cells.shape[1]
    sums = {lag: np.zeros((shape[0], shape[1] // 2 + 1), complex) for lag in LAGS}
    counts = {lag: np.zeros_like(sums[lag]) for lag in LAGS}
    recent: deque = deque(maxlen=max(LAGS) + 1)
    for day, map_ in sorted(zip(days, values), key=lambda pair: pair[0]):
        progress.check()
        seen = np.isfinite(map_)
        transformed = rfft2(np.where(seen, map_, 0), s=shape)
        recent.append((day, transformed, rfft2(seen.astype(float), s=shape)))
        for before, earlier, earlier_seen in recent:
            if day - before in sums:
                sums[day - before] += earlier.conj() * recent[-1][1]
                counts[day - before] += earlier_seen.conj() * recent[-1][2]
    down, right = (np.fft.fftfreq(n, 1 / n) for n in shape)
    distance = np.hypot(down[:, None], right[None] * cells.aspect)
    bins = np.round(2 * distance).astype(int).ravel()
    found = []
    for lag in LAGS:
        total = np.bincount(bins, irfft2(sums[lag], s=shape).ravel())
        pairs = np.bincount(bins, irfft2(counts[lag], s=shape).ravel())
        away = np.bincount(bins, distance.ravel() * irfft2(counts[lag], s=shape).ravel())
        for number in range(min(2 * FARTHEST + 1, len(pairs))):
            if pairs[number] > FEWEST_PAIRS:
                found.append((away[number] / pairs[number], lag, total[number] / pairs[number], pairs[number]))
    return Products(*np.array(found, float).reshape(-1, 4).T)


def fit(
    cells: Cells,
    values: np.ndarray,
    days: np.ndarray,
    noise: float | None = None,
    smooth: bool = True,
    progress: Progress = SILENT,
) -> Covariance:
    """Return the covariance of a series by non-negative least squares on mean products.

    Parameters
    ----------
    cells : Cells
    values : ndarray, shape (days, rows, columns)
        m3 m-3, with a mean of 0; NaN where nothing was seen.
    days : ndarray, shape (days,)
    noise : float, optional
        Variance of the noise where it is known, (m3 m-3)**2; found with the rest when left out. Alone least squares
        find no noise in smooth fields, so that maps should be given the one of `noise.find_noise`.
    smooth : bool
        Whether the field may be smooth inside of cells, which cells themselves hardly tell.
    progress : Progress, optional
        Only asked whether to go on.
    """
    return fit_products(products(cells, values, days, progress), values, noise, smooth)


def fit_products(
    found: Products,
    values: np.ndarray,
    noise: float | None = None,
    smooth: bool = True,
    lengths: Sequence[float] = LENGTHS,
) -> Covariance:
    """Return the covariance of a series whose mean products are found already; see `fit`.

    Parameters
    ----------
    found : Products
    values : ndarray, shape (days, rows, columns)
        That they are of.
    noise, smooth
        As of `fit`.
    lengths : sequence of float
        Of exponential kernels, heights of a cell.
    """
    if not len(found.value):
        return Covariance((Component(spread_of(values), Kernel(EXPONENTIAL, 4.0), 0.0),), noise or 0.0)
    memories = MEMORIES if len(values) > SHORT else (0.0,)
    kernels = [Kernel(EXPONENTIAL, length) for length in lengths]
    kernels += [Kernel(MATERN, length) for length in SMOOTH if smooth]
    shapes = [Component(1.0, kernel, memory) for kernel in kernels for memory in memories]
    in_space = {kernel: _by_distance(kernel, found.distance) for kernel in kernels}
    columns = [in_space[c.kernel] * c.at_lag(found.lag) for c in shapes]
    alone = ((found.distance < 1e-9) & (found.lag == 0)).astype(float)
    # the mean that was taken off pulls all products down by a constant
    columns += [alone, -np.ones(len(alone))]
    target = found.value - (noise or 0.0) * alone
    if noise is not None:
        columns[-2] = np.zeros(len(alone))
    weight = np.sqrt(found.pairs) / np.maximum(1, found.distance + 0.5)
    amount, _ = nnls(np.column_stack(columns) * weight[:, None], target * weight)
    least = 1e-9 * abs(found.value[0])
    kept = tuple(Component(float(a), c.kernel, c.memory) for a, c in zip(amount, shapes) if a > least)
    if not kept:  # all of it is noise
        kept = (Component(max(least, 1e-12), Kernel(EXPONENTIAL, 4.0), 0.0),)
    return Covariance(kept, float(amount[len(shapes)]) if noise is None else float(noise))


def sharing_noise(covariance: Covariance, days: np.ndarray) -> Covariance:
    """Return the covariance of a series with what is new every day over a few cells as noise that neighbours share.

    Wet ground stays wet for days: what is gone a day later is no soil moisture. Two days that follow each other must
    be known to tell that. What is new every day over more than two cells stays, since rain brings it too, and so does
    what exceeds the noise that values have by themselves: fields may look like that by chance. Where less of the field
    stays than would be taken for noise, days tell nothing of each other, and it is left as it is.

    Parameters
    ----------
    covariance : Covariance
        As `fit` found it.
    days : ndarray of int or datetime64[D], shape (days,)
        On which something was seen.
    """
    days = np.asarray(days).astype("datetime64[D]").astype(int)
    brief = tuple(c for c in covariance.components if c.memory == 0 and c.kernel.length <= SHARED_LENGTH)
    if not brief or not covariance.noise or len(days) <= SHORT or not (np.diff(np.sort(days)) == 1).any():
        return covariance
    part = min(1.0, covariance.noise / sum(c.variance for c in brief))
    kept = [replace(c, variance=(1 - part) * c.variance) if c in brief else c for c in covariance.components]
    shared = tuple(replace(c, variance=part * c.variance) for c in brief)
    made = Covariance(tuple(c for c in kept if c.variance), covariance.noise, shared)
    stays = sum(c.variance for c in covariance.components if c.memory > 0)
    return made if made.shared_noise < stays else covariance


def spread_of(values: np.ndarray) -> float:
    """Return the variance of what is known, at least a trace, (m3 m-3)**2."""
    known = values[np.isfinite(values)]
    return max(float(known.var()), 1e-12) if known.size else 1e-12


def _by_distance(kernel: Kernel, distance: np.ndarray) -> np.ndarray:
    """Return the covariance of two cells' means so far apart in their row's direction, cells as high as wide."""
    points = 4
    inside = (np.arange(points) + 0.5) / points - 0.5
    apart = (inside[:, None] - inside).ravel()
    squared = (distance[:, None, None] + apart[:, None]) ** 2 + apart**2
    return kernel.at(np.sqrt(squared)).mean((1, 2))
