# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of a place and a time of the year without any product: the climatology of the training rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

CLIMATOLOGY = "Training climatology"


def climatology(
    observed: np.ndarray,
    learn: np.ndarray,
    test: np.ndarray,
    place: np.ndarray | None = None,
    days: np.ndarray | None = None,
) -> np.ndarray:
    """Return what the rows to learn from let one expect of the rows to test with, by place and calendar month.

    The first of these that has a row to learn from: the mean of the place in the calendar month (of any year); the mean
    of the place; the mean of all places in the calendar month; the mean of all rows.

    Parameters
    ----------
    observed : ndarray, shape (n,)
        m3 m-3; NaN does not count.
    learn, test : ndarray of int
        Numbers of the rows; those to test with say nothing.
    place : ndarray, shape (n,), optional
        Number or name of the station or cell of each row.
    days : ndarray, shape (n,), datetime64, optional

    Returns
    -------
    ndarray, shape (len(test),)
        m3 m-3; NaN if no row to learn from is known.
    """
    rows = pd.DataFrame({"observed": np.asarray(observed, np.float64)})
    rows["place"] = 0 if place is None else pd.factorize(np.asarray(place))[0]
    rows["month"] = 0 if days is None else np.asarray(days, "datetime64[M]").astype(int) % 12
    seen, asked = rows.iloc[learn].dropna(), rows.iloc[test]
    expected = pd.Series(np.nan, asked.index)
    for keys in (["place", "month"], ["place"], ["month"]):
        means = seen.groupby(keys)["observed"].mean()
        wanted = pd.MultiIndex.from_frame(asked[keys]) if len(keys) > 1 else pd.Index(asked[keys[0]])
        found = means.reindex(wanted).to_numpy()
        expected = expected.fillna(pd.Series(found, asked.index))
    return expected.fillna(seen["observed"].mean()).to_numpy()
