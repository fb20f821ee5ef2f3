# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores over the draws of folds that are repeated with other seeds: no row counts twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .confidence import SCORES

BOUNDS = {"rmse": (0, np.inf), "ubrmse": (0, np.inf), "mae": (0, np.inf), "r": (-1, 1), "r2": (-np.inf, 1)}


def over_draws(tables: Sequence[pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """Return the mean of scores over the draws of folds, and intervals that know how draws differ.

    Half an interval is the root of the sum of squares of its mean over the draws and of 1.96 standard errors of the
    mean over them, SD (n - 1) over the root of n.

    Parameters
    ----------
    tables : sequence of DataFrame
        One a draw: the columns `by`, and numbers.
    by : sequence of str
        What tells the rows of a draw apart.
    """
    if len(tables) == 1 or not len(tables[0]):
        return tables[0]
    whole = pd.concat(tables, ignore_index=True)
    grouped = whole.groupby(list(by), sort=False, observed=True)
    mean = grouped.mean(numeric_only=True)
    between = 1.96 * grouped.std(numeric_only=True).div(np.sqrt(grouped.size()), axis=0).fillna(0)
    for score in (name for name in SCORES if f"{name}_low" in mean):
        low, high = BOUNDS.get(score, (-np.inf, np.inf))
        for end, sign in (("low", -1), ("high", 1)):
            half = np.hypot(mean[score] - mean[f"{score}_{end}"], between[score])
            mean[f"{score}_{end}"] = (mean[score] + sign * half).clip(low, high)
    mean["n"] = mean["n"].round().astype(np.int64)
    return mean.reset_index()[list(whole.columns)]
