# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of the calendar that days belong to."""

from __future__ import annotations

import numpy as np

SEASONS = ("DJF", "MAM", "JJA", "SON")  # December to February, and so on


def period_starts(days: np.ndarray, period: str) -> np.ndarray:
    """Return the first day of the period that each day lies in, datetime64[D].

    Parameters
    ----------
    days : ndarray of datetime64[D]
    period : str
        "16_days", counted from the first of January of each year as MODIS composites are; "week", from Monday on;
        "month"; "year"; "date".
    """
    days = np.asarray(days, "datetime64[D]")
    if period == "date":
        return days
    if period == "week":
        return days - (days.astype(int) + 3) % 7  # day 0, the first of January 1970, was a Thursday
    if period == "month":
        return days.astype("datetime64[M]").astype("datetime64[D]")
    year = days.astype("datetime64[Y]").astype("datetime64[D]")
    return year if period == "year" else year + (days - year).astype(int) // 16 * 16


def seasons(days: np.ndarray) -> np.ndarray:
    """Return the season of each day, datetime64[D], as one of `SEASONS`; shape (n,) of text."""
    month = np.asarray(days, "datetime64[M]").astype(int) % 12
    return np.array(SEASONS)[(month + 1) // 3 % 4]
