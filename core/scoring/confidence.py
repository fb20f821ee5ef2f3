# SPDX-License-Identifier: GPL-2.0-or-later
"""Confidence intervals of scores that know how much the pairs repeat each other: in time, in places, on days."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from .metrics import scores

SCORES = ("bias", "rmse", "ubrmse", "mae", "r", "r2")
_FEWEST = 4
_UNKNOWN = (math.nan, math.nan)
_RHO = np.linspace(0, 0.999, 334)  # persistence from one row to the next that is tried


def intervals(
    predicted: np.ndarray,
    observed: np.ndarray,
    cluster: np.ndarray | None = None,
    date: np.ndarray | None = None,
    level: float = 0.95,
) -> dict:
    """Return confidence intervals of the metrics of pairs; pairs in which one is NaN do not count.

    Parameters
    ----------
    predicted, observed : ndarray, shape (n,)
        m3 m-3.
    cluster : ndarray, shape (n,), optional
        What each pair belongs to, as its station: pairs of one cluster may depend on each other in any way.
    date : ndarray, shape (n,), datetime64, optional
        With several clusters: pairs of one day may depend on each other too (two-way clusters). Of one cluster: the
        moments of a series, with or without gaps; if they repeat, the days are the clusters.
    level : float

    Returns
    -------
    dict
        n; n_eff, how many independent pairs would know the bias as well (from 1 to n); and (low, high) of bias, rmse,
        ubrmse, mae, r and r2, NaN where not known.

    Notes
    -----
    A series: the errors, predictions and observations are taken as first-order autoregressive. n_eff is n over the
    inflation of the variance by that, exact for the moments given; bias by Student's t, RMSE and ubRMSE by chi
    squared, R by Fisher's z, each with its own n_eff [1]_. The persistence comes by least squares over neighbours of
    any distance [2]_, and is corrected for its bias in short series [3]_.

    Clusters: the jackknife that leaves one cluster out, of bias, of the logarithm of errors and of 1 - R2, and of
    Fisher's z of R; Student's t with one degree of freedom less than clusters. Two-way: the variance by clusters and by
    days, less that by cluster and day [4]_, and never below that by one of them. It does not know that the weather
    of one day is like that of the next.

    References
    ----------
    .. [1] Bretherton et al. 1999, The Effective Number of Spatial Degrees of Freedom of a Time-Varying Field,
       J. Climate 12, 1990-2009, eq. 31.
    .. [2] Mudelsee 2002, TAUEST, Comput. Geosci. 28, 69-72.
    .. [3] Kendall 1954, Note on Bias in the Estimation of Autocorrelation, Biometrika 41, 403-404.
    .. [4] Cameron, Gelbach and Miller 2011, Robust Inference With Multiway Clustering, J. Bus. Econ. Stat. 29,
       238-249.
    """
    predicted, observed = np.asarray(predicted, float).ravel(), np.asarray(observed, float).ravel()
    known = np.isfinite(predicted) & np.isfinite(observed)
    p, o, n = predicted[known], observed[known], int(known.sum())
    if n < _FEWEST:
        return {"n": n, "n_eff": math.nan, **dict.fromkeys(SCORES, _UNKNOWN)}
    clusters, days = (None if labels is None else _numbered(np.asarray(labels)[known]) for labels in (cluster, date))
    if clusters is not None and clusters.max():
        return _of_clusters(p, o, clusters, days if days is not None and days.max() else None, level)
    if days is not None and 0 < days.max() < n - 1:
        return _of_clusters(p, o, days, None, level)
    time = np.asarray(date)[known].astype("datetime64[s]").astype(float) if days is not None and days.max() else None
    return _of_series(p, o, time, level)


def mean_interval(
    values: np.ndarray, cluster: np.ndarray | None = None, date: np.ndarray | None = None, level: float = 0.95
) -> tuple[float, float]:
    """Return the confidence interval of a mean, as of differences between two models; see `intervals`."""
    return intervals(values, np.zeros(len(values)), cluster, date, level)["bias"]


def persistence(values: np.ndarray, time: np.ndarray) -> float:
    """Return the correlation of values one unit of time apart, from 0 to 0.999.

    Parameters
    ----------
    values : ndarray, shape (n,)
    time : ndarray, shape (n,)
        Increasing; the unit should be the usual distance of neighbours.

    References
    ----------
    Mudelsee 2002, and the correction of Kendall 1954; see `intervals`.
    """
    x = values - values.mean()
    if len(x) < _FEWEST + 1 or not x.any():
        return 0.0
    gaps, which = np.unique(np.diff(time).round(6), return_inverse=True)
    cross, square = np.bincount(which, x[1:] * x[:-1]), np.bincount(which, x[:-1] ** 2)
    decay = _RHO[:, None] ** gaps
    rho = _RHO[(decay * (decay * square - 2 * cross)).sum(1).argmin()]
    return float(np.clip((rho + 1 / len(x)) / (1 - 3 / len(x)), 0, _RHO[-1])) if rho else 0.0


def effective(rho: float, time: np.ndarray) -> float:
    """Return how many independent values would know the mean as well as these, shape (n,), of correlation rho**gap."""
    n, shared, before = len(time), 0.0, 0.0
    for decay in (rho ** np.diff(time)).tolist():
        before = decay * (1 + before)  # the correlations with all that came before, summed up
        shared += before
    return n / (1 + 2 * shared / n)


def _of_series(p: np.ndarray, o: np.ndarray, time: np.ndarray | None, level: float) -> dict:
    """Return the intervals of one series; time of shape (n,) in s, None if the pairs are independent."""
    n, tail = len(p), (1 - level) / 2
    if time is None:
        time, rho_e, rho_p, rho_o = np.arange(n), 0.0, 0.0, 0.0
    else:
        order = np.argsort(time)
        p, o, time = p[order], o[order], time[order]
        time = (time - time[0]) / np.median(np.diff(time))
        rho_e, rho_p, rho_o = (persistence(values, time) for values in (p - o, p, o))
    found, error = scores(p, o), p - o
    for_mean, for_square, for_r = (effective(rho, time) for rho in (rho_e, rho_e**2, rho_p * rho_o))
    result = {"n": n, "n_eff": for_mean, **dict.fromkeys(SCORES, _UNKNOWN)}
    # the variance inside a series misses that of its mean
    variance = found["ubrmse"] ** 2 / max(1 - 1 / for_mean, 0.5)
    bias_variance = variance / for_mean
    result["bias"] = _around(found["bias"], math.sqrt(bias_variance), for_mean - 1, level)
    if variance > 0:
        mse, unbiased = found["rmse"] ** 2, found["ubrmse"] ** 2
        freedom = max(for_square - 1, 1)
        result["ubrmse"] = _chi(unbiased * for_square, freedom, tail)
        # mean of squares: that about the mean and that of the mean, matched by one chi squared (Satterthwaite)
        spread = 2 * unbiased**2 / freedom + 4 * found["bias"] ** 2 * bias_variance
        result["rmse"] = _chi(mse * 2 * mse**2 / spread, 2 * mse**2 / spread, tail)
        size = np.abs(error)
        step = _quantile(for_square - 1, level) * size.std() / found["mae"] / math.sqrt(for_square)
        result["mae"] = found["mae"] * math.exp(-step), found["mae"] * math.exp(step)
    if np.isfinite(found["r2"]) and variance > 0:
        share = error**2 / (error**2).mean() - (o - o.mean()) ** 2 / o.var()
        least = effective(max(rho_e, rho_o) ** 2, time)
        step = _quantile(least - 1, level) * share.std() / math.sqrt(least)
        result["r2"] = 1 - (1 - found["r2"]) * math.exp(step), 1 - (1 - found["r2"]) * math.exp(-step)
    if abs(found["r"]) < 1 and for_r > 3:
        step = special.ndtri(1 - tail) / math.sqrt(for_r - 3)
        result["r"] = math.tanh(math.atanh(found["r"]) - step), math.tanh(math.atanh(found["r"]) + step)
    return result


def _of_clusters(p: np.ndarray, o: np.ndarray, clusters: np.ndarray, days: np.ndarray | None, level: float) -> dict:
    """Return the intervals of pairs in clusters, numbered from 0, and on days if these count too."""
    n = len(p)
    columns = _moments(p, o)
    whole = _transformed(columns.sum(0))
    variance, freedom = _jackknife(columns, clusters), np.full(len(SCORES), clusters.max())
    if days is not None:
        by_day, both = _jackknife(columns, days), _jackknife(columns, _numbered(clusters * (days.max() + 1) + days))
        shared = variance + by_day - both
        fewer = min(clusters.max(), days.max())
        for other, degrees in ((by_day, days.max()), (shared, fewer)):
            larger = other > variance
            variance, freedom = np.where(larger, other, variance), np.where(larger, degrees, freedom)
    step = special.stdtrit(freedom, (1 + level) / 2) * np.sqrt(variance)
    low, high = _plain(whole - step), _plain(whole + step)
    low[-1], high[-1] = high[-1], low[-1]  # the higher the error, the lower R2
    error = p - o
    n_eff = float(np.clip(error.var() / variance[0], 1, n)) if variance[0] > 0 else math.nan
    return {"n": n, "n_eff": n_eff, **{s: (float(low[i]), float(high[i])) for i, s in enumerate(SCORES)}}


def _moments(p: np.ndarray, o: np.ndarray) -> np.ndarray:
    """Return what the metrics are made of, one column each, shape (n, 9)."""
    error = p - o
    # about the means, since raw squares would lose digits
    p, o = p - p.mean(), o - o.mean()
    return np.stack([np.ones(len(p)), error, error**2, np.abs(error), p, o, p * p, o * o, p * o], axis=1)


def _transformed(sums: np.ndarray) -> np.ndarray:
    """Return the metrics of sums, shape (..., 9), on scales on which they spread evenly, shape (..., 6)."""
    with np.errstate(all="ignore"):
        bias, square, size, p, o, pp, oo, po = np.moveaxis(sums[..., 1:] / sums[..., :1], -1, 0)
        v_p, v_o = pp - p * p, oo - o * o
        r = (po - p * o) / np.sqrt(v_p * v_o)
        logs = [np.log(v) for v in (np.sqrt(square), np.sqrt(square - bias**2), size)]
        return np.stack([bias, *logs, np.arctanh(r), np.log(square / v_o)], axis=-1)


def _plain(values: np.ndarray) -> np.ndarray:
    """Return the metrics that `_transformed` gave on their own scales."""
    return np.array([values[0], *np.exp(values[1:4]), np.tanh(values[4]), 1 - np.exp(values[5])])


def _jackknife(columns: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the variances of the transformed metrics, shape (6,), by leaving out one group after the other."""
    sums = np.stack([np.bincount(groups, column) for column in columns.T], axis=1)
    without = _transformed(columns.sum(0) - sums)
    with np.errstate(all="ignore"):
        return (len(sums) - 1) * without.var(axis=0)


def _numbered(labels: np.ndarray) -> np.ndarray:
    """Return the number of each label, from 0."""
    return np.unique(labels, return_inverse=True)[1]


def _quantile(freedom: float, level: float) -> float:
    return float(special.stdtrit(max(freedom, 1), (1 + level) / 2))


def _around(value: float, error: float, freedom: float, level: float) -> tuple[float, float]:
    step = _quantile(freedom, level) * error
    return value - step, value + step


def _chi(squares: float, freedom: float, tail: float) -> tuple[float, float]:
    """Return the interval of a standard deviation of a sum of squares."""
    low = math.sqrt(squares / special.chdtri(freedom, tail))
    high = math.sqrt(squares / special.chdtri(freedom, 1 - tail))
    return low, high
