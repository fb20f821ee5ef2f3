# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of what was observed lies in the bands that models give their predictions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .predictions import OBSERVED, Predictions
from .settings import PARTS

# SDs to each side that hold so much of a Normal distribution
WIDTHS = {"coverage_68": 1.0, "coverage_90": 1.6449}
COVERAGE = ("mean_sd", *WIDTHS, "z_sd")


def coverage(predicted: np.ndarray, sd: np.ndarray, observed: np.ndarray) -> dict[str, float]:
    """Return how well standard deviations tell the size of errors.

    Parameters
    ----------
    predicted, sd, observed : ndarray, shape (n,)
        m3 m-3; rows in which one is NaN, or the standard deviation below 0, do not count.

    Returns
    -------
    dict
        n; mean_sd, m3 m-3; coverage_68 and coverage_90, the fractions of observations within 1 and 1.6449 SD of what
        was predicted; z_sd, the root mean square of errors over their SD. Where errors are Normal and of the size that
        is told, they are 0.68, 0.9 and 1. NaN without rows; z_sd is of the rows whose SD is above 0.
    """
    error = np.abs(np.asarray(predicted, float) - np.asarray(observed, float))
    sd = np.asarray(sd, float)
    known = np.isfinite(error) & np.isfinite(sd) & (sd >= 0)
    error = error[known]
    sd = sd[known]
    if not len(error):
        return {"n": 0, **dict.fromkeys(COVERAGE, np.nan)}
    wide = sd > 0
    z = error[wide] / sd[wide]
    within = {name: float((error <= width * sd).mean()) for name, width in WIDTHS.items()}
    z_sd = float(np.sqrt((z**2).mean())) if len(z) else np.nan
    return {"n": len(error), "mean_sd": float(sd.mean()), **within, "z_sd": z_sd}


def coverage_table(predictions: Predictions) -> pd.DataFrame:
    """Return the coverage of every model that tells its standard deviation; of repeated folds that of the first draw.

    Returns
    -------
    DataFrame
        One row a kind of folds, part and model: folds, part, product, and the numbers of `coverage`; empty if no model
        tells any.
    """
    rows = []
    for folds, part in predictions.divisions:
        own = predictions.of_part(folds, part).draws[0]
        for name in own.models:
            sd = own.sd(name)
            if sd is None or np.isnan(sd).all():
                continue
            found = coverage(own.table[name], sd, own.table[OBSERVED])
            rows.append({"folds": folds, "part": part, "product": name, **found})
    return pd.DataFrame(rows)


def coverage_words(row) -> str:
    """Return in a sentence how much the band of a row of `coverage_table` holds."""
    of = {"train": " (which it has learned from)"}.get(row["part"], "")
    held = 100 * row["coverage_90"]
    return (
        f"The band of {row['product']} that should hold 90 % of what was observed holds {held:.0f} % of "
        f"{row['n']} rows{of}."
    )


def parts_in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of several parts with a column `rows` that names them, in place of folds and part."""
    words = [f"{PARTS[part]} ({folds})" if folds else PARTS[part] for folds, part in zip(table["folds"], table["part"])]
    shown = table.drop(columns=["folds", "part"])
    if len(set(words)) > 1:
        shown.insert(0, "rows", words)
    return shown
