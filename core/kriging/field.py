# SPDX-License-Identifier: GPL-2.0-or-later
"""The smooth field of a coarse product, for days by themselves or as a series, with its noise and its band."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from itertools import repeat

import numpy as np

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from .band import Band, Bands, band_of_day, covariance_of_bands
from .cells import Averaging, Cells
from .covariance import Covariance, fit, sharing_noise
from .kernels import EXPONENTIAL, Kernel
from .krige import krige_day, krige_series
from .noise import Candidate, Noise, find_noise

SERIES = 10  # days from which on they are taken as a series
PLAIN = Noise((Candidate(1.0, Kernel(EXPONENTIAL, 4.0), 0.0, 1.0),), 0.0)  # where too few cells tell anything


class SmoothField:
    """What the coarse product, or what is left of it, says of every place.

    Ten days or more are a series: each day also learns from those around it, and gaps are filled in space and time.
    Fewer are taken one by one, each with a mean of its own.

    Parameters
    ----------
    cells : Cells
    values : ndarray, shape (days, rows, columns)
        m3 m-3; NaN where nothing was seen.
    days : ndarray of datetime64[D], shape (days,)
        Rising.
    stated : float, optional
        Error that is stated for the coarse product, a standard deviation in m3 m-3.
    forced : bool
        Take it even where the days themselves allow less.
    alone : bool
        Take even many days one by one: they show one map again and again.
    progress : Progress, optional

    Raises
    ------
    InputError
        If values and days do not belong together, days do not rise, or the stated error is none.

    Attributes
    ----------
    noise : Noise
    covariance : Covariance or None
        Of a series.
    mean : float
        Of a series, m3 m-3.
    """

    def __init__(
        self,
        cells: Cells,
        values: np.ndarray,
        days: np.ndarray,
        stated: float | None = None,
        forced: bool = False,
        progress: Progress = SILENT,
        *,
        alone: bool = False,
    ):
        self.cells = cells
        self.days = np.asarray(days).astype("datetime64[D]")
        self.values = _checked(values, (len(self.days), *cells.shape))
        if (np.diff(self.days) <= np.timedelta64(0, "D")).any():
            raise InputError("The days of the coarse product must rise, each of them once.")
        self._seen = np.isfinite(self.values).any((1, 2))
        # one map that stands for many days tells of noise once
        told = self.values[:1] if alone else self.values
        self.noise = find_noise(cells, told, stated, forced, progress) or PLAIN
        self.is_series = int(self._seen.sum()) >= SERIES and not alone
        self.covariance: Covariance | None = None
        self.mean = 0.0
        self._bands: Bands | None = None
        if self.is_series:
            self.mean = float(np.nanmean(self.values))
            self._above = self.values - self.mean
            self.covariance = fit(cells, self._above, self.days, self.noise.variance, progress=progress)
            if not self.noise.obeyed:  # who states the noise, states the whole
                self.covariance = sharing_noise(self.covariance, self.days[self._seen])

    @property
    def shared_noise(self) -> float:
        """Standard deviation of the noise that neighbouring values of a series share, m3 m-3."""
        return float(np.sqrt(self.covariance.shared_noise)) if self.covariance is not None else 0.0

    def of(self, values: np.ndarray) -> SmoothField:
        """Return the field of other values that are seen where these are, by the same covariance and noise."""
        other = copy(self)
        other.values = _checked(values, self.values.shape)
        if self.is_series:
            other.mean = float(np.nanmean(other.values))
            other._above = other.values - other.mean
        return other

    def has(self, day: np.datetime64) -> bool:
        """Return whether anything is known of a day: it was seen, or lies in a series."""
        return self.is_series or bool(self._seen[self.days == day].any())

    def nodes(
        self,
        targets: np.ndarray,
        averaging: Iterable[Averaging] | None = None,
        progress: Progress = SILENT,
    ) -> Iterator[np.ndarray]:
        """Yield the smooth field of each day, at nodes, m3 m-3; NaN throughout where nothing is known.

        Parameters
        ----------
        targets : ndarray of datetime64[D]
            Rising.
        averaging : iterable of Averaging, optional
            The true means over cells, one for each target, taken as they are needed.
        progress : Progress, optional
        """
        targets = np.asarray(targets).astype("datetime64[D]")
        if self.covariance is not None:
            found = krige_series(self.cells, self.covariance, self._above, self.days, targets, averaging, progress)
            yield from (self.mean + nodes for nodes in found)
            return
        for target, truth in zip(targets, repeat(None) if averaging is None else averaging):
            progress.check()
            own = np.flatnonzero((self.days == target) & self._seen)
            if not len(own):
                yield np.full(self.cells.nodes, np.nan)
                continue
            yield krige_day(self.cells, self.noise.candidates, self.values[own[0]], truth, progress)

    def band(self, target: np.datetime64, progress: Progress = SILENT) -> Band:
        """Return how far the field of a day may be from the truth; see `band.factor`. NaN where nothing is known."""
        if self.covariance is None:
            own = np.flatnonzero((self.days == target) & self._seen)
            if not len(own):
                return Band.unknown(self.cells)
            return band_of_day(self.cells, self.values[own[0]], progress)
        if self._bands is None:
            covariance = covariance_of_bands(
                self.cells, self._above, self.days, progress, least_noise=self.noise.variance
            )
            self._bands = Bands(self.cells, covariance)
        return self._bands.of(self._above, self.days, target, progress)


def _checked(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return values in double precision, NaN where there is none."""
    values = np.asarray(values, float)
    if values.shape != shape:
        raise InputError(f"Coarse values of shape {values.shape} do not fit days and cells of shape {shape}.")
    return np.where(np.isfinite(values), values, np.nan)
