# SPDX-License-Identifier: GPL-2.0-or-later
"""The plain metrics of soil moisture validation; bias is predicted minus observed, everywhere."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..units import SM_SHOWN

MIN_PAIRS = 10  # of a station, to have scores of its own
DENSITY_EDGES = np.linspace(0, 1, 201)  # m3 m-3; bins of densities of pairs
METRICS = ("n", "bias", "rmse", "ubrmse", "mae", "r", "r2", "kge")  # what tables and pages show
RATIOS = ("sd_ratio", "mean_ratio", "slope")  # best at 1: what KGE, the gain and a Taylor diagram are made of
# label and unit for tables and axes
WORDS = {
    "n": ("n", ""),
    "bias": ("bias", SM_SHOWN),
    "rmse": ("RMSE", SM_SHOWN),
    "ubrmse": ("ubRMSE", SM_SHOWN),
    "mae": ("MAE", SM_SHOWN),
    "r": ("R", ""),
    "r2": ("R²", ""),
    "kge": ("KGE", ""),
    "sd_ratio": ("SD ratio", ""),
    "mean_ratio": ("mean ratio", ""),
    "slope": ("slope", ""),
    "gdown": ("GDOWN", ""),
    "gain_efficiency": ("efficiency gain", ""),
    "gain_precision": ("precision gain", ""),
    "gain_accuracy": ("accuracy gain", ""),
}


def scores(predicted: np.ndarray, observed: np.ndarray) -> dict[str, float]:
    """Return the metrics of pairs of values; pairs in which one is NaN do not count.

    Parameters
    ----------
    predicted, observed : ndarray, shape (n,)
        m3 m-3.

    Returns
    -------
    dict
        n; bias = mean(predicted - observed); rmse; ubrmse = sqrt(rmse² - bias²); mae; r, Pearson's correlation;
        r2 = 1 - SSE / SST, the coefficient of determination, which may be negative; kge, the Kling-Gupta efficiency,
        1 for a perfect match, of r and the ratios sd_ratio = SD of predicted / SD of observed and mean_ratio = mean of
        predicted / mean of observed; slope of the regression of predicted on observed. NaN where not defined: r, r2 and
        what is made of them need two pairs and observations that differ.

    Raises
    ------
    InputError
        If there are not as many of both.

    References
    ----------
    Entekhabi et al. 2010, Performance Metrics for Soil Moisture Retrievals, J. Hydrometeorol. 11, 832-840.
    Gupta et al. 2009, Decomposition of the mean squared error and NSE performance criteria, J. Hydrol. 377, 80-91,
    eqs. 9 and 10.

    Examples
    --------
    >>> import soilsharp
    >>> result = soilsharp.scores([0.21, 0.25, 0.32], [0.20, 0.22, 0.30])
    >>> round(result["bias"], 3), round(result["ubrmse"], 3)
    (0.02, 0.008)
    """
    sizes = np.shape(predicted), np.shape(observed)
    if sizes[0] != sizes[1]:
        raise InputError(f"Predicted and observed values must be pairs, got arrays of shape {sizes[0]} and {sizes[1]}.")
    pairs = Scores()
    pairs.add(predicted, observed)
    return pairs.result()


class Scores:
    """The metrics of pairs that come piece by piece, as the windows of a raster; equal to those of all at once.

    Means and sums of squared deviations are kept in float64 and merged as in Chan et al.: raw sums of squares
    would lose the digits in which two good maps differ.

    References
    ----------
    Chan, Golub and LeVeque 1983, Algorithms for Computing the Sample Variance, Am. Stat. 37, 242-247, eq. 2.1.
    """

    def __init__(self):
        self.n = 0
        self._absolute = 0.0
        # of predicted, observed, and predicted - observed; the last on its own, since it is not the
        # difference of the others to the last digit
        self._means = np.zeros(3)
        self._squares = np.zeros(3)
        self._product = 0.0

    def add(self, predicted: np.ndarray, observed: np.ndarray) -> None:
        """Take further pairs, arrays of one shape, in m3 m-3; pairs in which one is NaN do not count."""
        predicted, observed = np.asarray(predicted, float).ravel(), np.asarray(observed, float).ravel()
        known = np.isfinite(predicted) & np.isfinite(observed)
        p, o = predicted[known], observed[known]
        if not p.size:
            return
        values = np.stack([p, o, p - o])
        piece = Scores()
        piece.n = int(p.size)
        piece._absolute = float(np.abs(values[2]).sum())
        piece._means = values.mean(axis=1)
        values -= piece._means[:, None]
        piece._squares = np.einsum("ij,ij->i", values, values)
        piece._product = float(np.dot(values[0], values[1]))
        self.merge(piece)

    def merge(self, other: Scores) -> None:
        """Take all pairs of another one."""
        both = self.n + other.n
        if not both:
            return
        step, weight = other._means - self._means, self.n * other.n / both
        self._absolute += other._absolute
        self._squares += other._squares + step**2 * weight
        self._product += other._product + float(step[0] * step[1]) * weight
        self._means += step * (other.n / both)
        self.n = both

    def result(self) -> dict[str, float]:
        """Return the metrics of all pairs so far; see `scores`."""
        n = self.n
        if not n:
            return {"n": 0, **dict.fromkeys((*METRICS[1:], *RATIOS), math.nan)}
        bias = float(self._means[2])
        spread_p, spread_o, spread_error = (float(s) for s in self._squares)
        mse = spread_error / n + bias**2
        result = {
            "n": n,
            "bias": bias,
            "rmse": math.sqrt(mse),
            "ubrmse": math.sqrt(spread_error / n),
            "mae": self._absolute / n,
            **dict.fromkeys((*METRICS[5:], *RATIOS), math.nan),
        }
        mean_p, mean_o = (float(mean) for mean in self._means[:2])
        if abs(mean_o) > 1e-14:
            result["mean_ratio"] = mean_p / mean_o
        # spreads that are only rounding would give a correlation of noise
        if n > 1 and spread_o > 1e-14 * n:
            result["r2"] = 1 - n * mse / spread_o
            result["sd_ratio"] = math.sqrt(spread_p / spread_o)
            result["slope"] = self._product / spread_o
            if spread_p > 1e-14 * n:
                # rounding must not lift a perfect correlation above 1
                result["r"] = max(-1.0, min(1.0, self._product / math.sqrt(spread_o * spread_p)))
                result["kge"] = 1 - math.dist((result["r"], result["sd_ratio"], result["mean_ratio"]), (1, 1, 1))
        return result


def scores_by(predicted: np.ndarray, observed: np.ndarray, group: np.ndarray) -> pd.DataFrame:
    """Return the metrics of each group, as of each station: one row a group, columns `METRICS` and `RATIOS`."""
    predicted, observed, group = np.asarray(predicted), np.asarray(observed), np.asarray(group)
    order = np.argsort(group, kind="stable")
    names, starts = np.unique(group[order], return_index=True)
    rows = [scores(predicted[rows], observed[rows]) for rows in np.split(order, starts[1:])]
    return pd.DataFrame(rows, index=pd.Index(names, name="group"), columns=[*METRICS, *RATIOS])
