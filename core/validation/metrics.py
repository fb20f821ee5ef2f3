# SPDX-License-Identifier: GPL-2.0-or-later
"""The plain metrics of soil moisture validation; bias is predicted minus observed, everywhere."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

METRICS = ("n", "bias", "rmse", "ubrmse", "mae", "r", "r2")
# label and unit for tables and axes
WORDS = {
    "n": ("n", ""),
    "bias": ("bias", "m³ m⁻³"),
    "rmse": ("RMSE", "m³ m⁻³"),
    "ubrmse": ("ubRMSE", "m³ m⁻³"),
    "mae": ("MAE", "m³ m⁻³"),
    "r": ("R", ""),
    "r2": ("R²", ""),
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
        r2 = 1 - SSE / SST, the coefficient of determination, which may be negative. NaN where not defined:
        r and r2 need two pairs and observations that differ.

    References
    ----------
    Entekhabi et al. 2010, Performance Metrics for Soil Moisture Retrievals, J. Hydrometeorol. 11, 832-840.
    """
    predicted, observed = np.asarray(predicted, float).ravel(), np.asarray(observed, float).ravel()
    known = np.isfinite(predicted) & np.isfinite(observed)
    p, o = predicted[known], observed[known]
    if not p.size:
        return {"n": 0, **dict.fromkeys(METRICS[1:], math.nan)}
    error = p - o
    bias, mse = error.mean(), (error**2).mean()
    result = {
        "n": int(p.size),
        "bias": float(bias),
        "rmse": float(np.sqrt(mse)),
        "ubrmse": float(error.std()),
        "mae": float(np.abs(error).mean()),
        "r": math.nan,
        "r2": math.nan,
    }
    spread_o, spread_p = ((o - o.mean()) ** 2).sum(), ((p - p.mean()) ** 2).sum()
    # spreads that are only rounding would give a correlation of noise
    if p.size > 1 and spread_o > 1e-14 * p.size:
        result["r2"] = float(1 - (error**2).sum() / spread_o)
        if spread_p > 1e-14 * p.size:
            result["r"] = float(((o - o.mean()) * (p - p.mean())).sum() / np.sqrt(spread_o * spread_p))
    return result


def scores_by(predicted: np.ndarray, observed: np.ndarray, group: np.ndarray) -> pd.DataFrame:
    """Return the metrics of each group, as of each station: one row a group, columns `METRICS`."""
    predicted, observed, group = np.asarray(predicted), np.asarray(observed), np.asarray(group)
    order = np.argsort(group, kind="stable")
    names, starts = np.unique(group[order], return_index=True)
    rows = [scores(predicted[rows], observed[rows]) for rows in np.split(order, starts[1:])]
    return pd.DataFrame(rows, index=pd.Index(names, name="group"), columns=list(METRICS))
