# SPDX-License-Identifier: GPL-2.0-or-later
"""The multiscale quantile correlation coefficient of two daily series, as of a map and a station."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import some
from ..base.progress import SILENT, Progress
from ..rasters.series import Series
from ..scoring.baselines import MAP
from ..stations.stations import Stations
from ..validation.stations import validate_stations
from .settings import MqccOptions

QUANTILES = tuple(round(0.1 * i, 1) for i in range(1, 10))


@dataclass(frozen=True)
class Mqcc:
    """Correlations over time scales and quantiles.

    Attributes
    ----------
    scales : ndarray, shape (s,)
        Days of a mean.
    quantiles : ndarray, shape (q,)
    n : ndarray, shape (s,)
        Means of each scale.
    rho : ndarray, shape (s, q)
        NaN where the two slopes differ in sign or there are too few means. May be a little beyond ±1: unlike
        Pearson's, the two slopes of a quantile are not bound to each other.
    """

    scales: np.ndarray
    quantiles: np.ndarray
    n: np.ndarray
    rho: np.ndarray

    def table(self) -> pd.DataFrame:
        """Return one row a scale and quantile: scale_days, quantile, n, rho."""
        scale, quantile = np.meshgrid(self.scales, self.quantiles, indexing="ij")
        columns = {"scale_days": scale.ravel(), "quantile": quantile.ravel()}
        return pd.DataFrame({**columns, "n": np.repeat(self.n, len(self.quantiles)), "rho": self.rho.ravel()})


def mqcc(
    x: pd.Series,
    y: pd.Series,
    options: MqccOptions = MqccOptions(),
    quantiles: tuple[float, ...] = QUANTILES,
    progress: Progress = SILENT,
) -> Mqcc:
    """Return how two daily series go together, over means of 1 to n days and over quantiles.

    For every quantile τ a line is fitted to y by x and to x by y with the pinball loss; of their slopes
    ρ = sign(b_yx) √(b_yx b_xy).

    Parameters
    ----------
    x, y : Series
        Daily values by their date, as of a station and of the maps at its pixel, in the same unit or not.
    options : MqccOptions, optional
    quantiles : tuple of float
        Between 0 and 1.
    progress : Progress

    Raises
    ------
    InputError
        If the series have too few common days, or several values of one day.

    References
    ----------
    Bueno et al. 2024, eq. 3, where the loss is called quadratic by a slip. Xu et al. 2020, Multiscale Quantile
    Correlation Coefficient, Sustainability 12, 4908.
    """
    days = _by_day(x, y, options)
    scales = np.arange(1, options.longest + 1)
    rho = np.full((len(scales), len(quantiles)), np.nan)
    n = np.zeros(len(scales), int)
    pairs = [coarse_grain(days, int(scale), options.min_valid_fraction) for scale in scales]
    # a fit takes longer the more means there are
    for i, (one, part) in enumerate(progress.parts(pairs, [len(one) for one in pairs])):
        n[i] = len(one)
        if n[i] < options.min_means:
            continue
        for j, quantile in enumerate(part.over(quantiles)):
            rho[i, j] = quantile_correlation(*one.T, quantile, progress)
    return Mqcc(scales, np.array(quantiles), n, rho)


def mqcc_at_station(
    maps: Series,
    stations: Stations,
    station: str = "",
    options: MqccOptions = MqccOptions(),
    progress: Progress = SILENT,
) -> tuple[str, Mqcc, int]:
    """Return the name of a station, its `mqcc` with daily maps, and the number of their common days.

    Parameters
    ----------
    maps : Series
        m3 m-3.
    stations : Stations
    station : str
        The one with the most common days when left out.

    Raises
    ------
    InputError
        If no map has a value at the station.
    """
    pairs = validate_stations(maps, stations, progress=progress.part(0, 0.4)).pairs.dropna(subset=[MAP])
    place = str(station or pairs["station"].value_counts().sort_index().idxmax())
    own = pairs[pairs["station"].astype(str) == place].set_index("date")
    if own.empty:
        there = some(sorted(pairs["station"].astype(str).unique()))
        raise InputError(f"No map has a value at '{place}'; stations are {there}.")
    return place, mqcc(own["observed"], own[MAP], options, progress=progress.part(0.4, 1)), len(own)


def coarse_grain(days: np.ndarray, length: int, min_valid_fraction: float = 1.0) -> np.ndarray:
    """Return the means over one stretch of days after another, shape (means, columns).

    Parameters
    ----------
    days : ndarray, shape (days, columns)
        One row for every day, NaN where unknown. A day counts where all columns have a value.
    length : int
        Days of a stretch; what is left at the end is left out.
    min_valid_fraction : float
        Share of the days of a stretch that must count; stretches with fewer are left out.
    """
    whole = len(days) // length * length
    parts = days[:whole].reshape(-1, length, days.shape[1])
    known = np.isfinite(parts).all(2)
    count = known.sum(1)
    enough = count >= max(1, np.ceil(min_valid_fraction * length - 1e-9))
    total = np.where(known[:, :, None], parts, 0).sum(1)
    return total[enough] / count[enough, None]


def quantile_correlation(x: np.ndarray, y: np.ndarray, quantile: float, progress: Progress = SILENT) -> float:
    """Return the quantile correlation of pairs, see `mqcc`; NaN where the slopes differ in sign or one is 0."""
    # a unit of one's own keeps the solver's tolerances away from small numbers; it cancels in the product
    x, y = (values - values.mean() for values in (np.asarray(x, float), np.asarray(y, float)))
    widths = x.std(), y.std()
    if min(widths) < 1e-12:
        return np.nan
    x, y = x / widths[0], y / widths[1]
    of_y = _slope(x, y, quantile)
    progress.check()
    of_x = _slope(y, x, quantile)
    return float(np.sign(of_y) * np.sqrt(of_y * of_x)) if of_y * of_x > 0 else np.nan


def _slope(x: np.ndarray, y: np.ndarray, quantile: float) -> float:
    from sklearn.linear_model import QuantileRegressor

    return QuantileRegressor(quantile=quantile, alpha=0, solver="highs").fit(x[:, None], y).coef_[0]


def _by_day(x: pd.Series, y: pd.Series, options: MqccOptions) -> np.ndarray:
    """Return both series on every day from the first to the last common one, shape (days, 2)."""
    both = []
    for values in (x, y):
        own = pd.Series(values.to_numpy(float), pd.DatetimeIndex(values.index).normalize()).dropna()
        if own.index.has_duplicates:
            twice = own.index[own.index.duplicated()][0]
            raise InputError(f"A series has several values of {twice:%Y-%m-%d}; give daily means.")
        both.append(own)
    common = both[0].index.intersection(both[1].index)
    if len(common) < options.min_means:
        raise InputError(
            f"The series have {len(common)} common days, but {options.min_means} are needed for a quantile "
            "correlation. Give longer series, or lower the least number of means."
        )
    days = pd.date_range(common.min(), common.max())
    return np.column_stack([values.reindex(days).to_numpy() for values in both])
