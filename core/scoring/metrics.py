# SPDX-License-Identifier: GPL-2.0-or-later
"""The plain metrics of soil moisture validation; bias is predicted minus observed, everywhere."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..units import SM_SHOWN

MIN_PAIRS = 10  # for a correlation, or a spread of errors, to say anything: of a station, a class, a day
DENSITY_EDGES = np.linspace(0, 1, 201)  # m3 m-3; bins of densities of pairs
METRICS = ("n", "bias", "rmse", "ubrmse", "mae", "r", "r2", "kge")  # what tables and pages show
RATIOS = ("sd_ratio", "mean_ratio", "slope")  # best at 1: what KGE, the gain and a Taylor diagram are made of
ERRORS = ("bias", "rmse", "mae")  # means of errors, which a few pairs tell too
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
    "r_squared": ("r²", ""),  # the square of R, which R² is not
    "gdown": ("GDOWN", ""),
    "gain_efficiency": ("efficiency gain", ""),
    "gain_precision": ("precision gain", ""),
    "gain_accuracy": ("accuracy gain", ""),
    "mean_sd": ("mean SD", SM_SHOWN),
    "coverage_68": ("within ± 1 SD", ""),
    "coverage_90": ("within the band of 90 %", ""),
    "z_sd": ("error / SD, RMS", ""),
    "held_50": ("within the band of 50 %", ""),
    "held_80": ("within the band of 80 %", ""),
    "held_90": ("within the band of 90 %", ""),
    "width_50": ("width, 50 %", SM_SHOWN),
    "width_80": ("width, 80 %", SM_SHOWN),
    "width_90": ("width, 90 %", SM_SHOWN),
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
        found = _metrics(
            np.array([self.n]),
            np.array([self._absolute]),
            self._means[:, None],
            self._squares[:, None],
            np.array([self._product]),
        )
        return {name: int(values[0]) if name == "n" else float(values[0]) for name, values in found.items()}


def scores_by(predicted: np.ndarray, observed: np.ndarray, group: np.ndarray) -> pd.DataFrame:
    """Return the metrics of each group, as of each station: one row a group, columns `METRICS` and `RATIOS`.

    Groups stand in the order of their names, also those of which no pair is known.
    """
    predicted, observed = np.asarray(predicted, float), np.asarray(observed, float)
    names, groups = np.unique(np.asarray(group), return_inverse=True)
    known = np.isfinite(predicted) & np.isfinite(observed)
    p, o, groups = predicted[known], observed[known], groups[known]
    values = np.stack([p, o, p - o])

    def summed(rows: np.ndarray) -> np.ndarray:
        return np.bincount(groups, rows, len(names))

    n = np.bincount(groups, minlength=len(names))
    absolute = summed(np.abs(values[2]))
    with np.errstate(invalid="ignore"):  # of a group without pairs
        means = np.stack([summed(row) for row in values]) / n
    values -= means[:, groups]
    squares = np.stack([summed(row**2) for row in values])
    found = _metrics(n, absolute, means, squares, summed(values[0] * values[1]))
    return pd.DataFrame(found, index=pd.Index(names, name="group"))


def without_few(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of scores in which groups of fewer than `MIN_PAIRS` pairs have their n and `ERRORS` alone.

    Two pairs always lie on a line: their R is 1 or -1, whatever they are.

    Parameters
    ----------
    table : DataFrame
        n, and metrics with or without the limits of their intervals, as r_low.
    """
    few = table["n"] < MIN_PAIRS
    of_spread = [name for name in (*METRICS, *RATIOS, "r_squared") if name not in ("n", *ERRORS)]
    names = [name for metric in of_spread for name in (metric, f"{metric}_low", f"{metric}_high") if name in table]
    return table.assign(**{name: table[name].where(~few) for name in names})


def _metrics(
    n: np.ndarray, absolute: np.ndarray, means: np.ndarray, squares: np.ndarray, product: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the metrics of groups of pairs.

    Parameters
    ----------
    n : ndarray of int, shape (k,)
        Pairs of a group.
    absolute : ndarray, shape (k,)
        Sum of the absolute errors.
    means, squares : ndarray, shape (3, k)
        Means of predicted, observed and predicted - observed, and sums of their squared deviations from these.
    product : ndarray, shape (k,)
        Sum of the products of the deviations of predicted and observed.
    """
    unknown = np.full(len(n), math.nan)
    mean_p, mean_o, bias = means
    spread_p, spread_o, spread_error = squares
    with np.errstate(all="ignore"):
        mse = spread_error / n + bias**2
        found = {"n": n, "bias": bias, "rmse": np.sqrt(mse), "ubrmse": np.sqrt(spread_error / n), "mae": absolute / n}
        # spreads that are only rounding would give a correlation of noise
        varies = (n > 1) & (spread_o > 1e-14 * n)
        # rounding must not lift a perfect correlation above 1
        r = np.clip(product / np.sqrt(spread_o * spread_p), -1.0, 1.0)
        found["r"] = np.where(varies & (spread_p > 1e-14 * n), r, unknown)
        found["r2"] = np.where(varies, 1 - n * mse / spread_o, unknown)
        found["kge"] = unknown  # made of what follows, and shown before it
        found["sd_ratio"] = np.where(varies, np.sqrt(spread_p / spread_o), unknown)
        found["mean_ratio"] = np.where(np.abs(mean_o) > 1e-14, mean_p / mean_o, unknown)
        found["slope"] = np.where(varies, product / spread_o, unknown)
        parts = (found[name] - 1 for name in ("r", "sd_ratio", "mean_ratio"))
        found["kge"] = 1 - np.sqrt(sum(part**2 for part in parts))
    for name, values in found.items():
        if name != "n":
            found[name] = np.where(n > 0, values, unknown)
    return found
