# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of the calendar that days belong to."""

from __future__ import annotations

import re

import numpy as np

LENGTH = re.compile(r"([1-9]\d{0,2})_days")  # a period of so many days, as "16_days"
LAST_DEKAD = 20  # days after the first of a month at which its last dekad begins
LONGEST = 366  # days of a period
SEASONS = ("DJF", "MAM", "JJA", "SON")  # December to February, and so on


def period_starts(days: np.ndarray, period: str) -> np.ndarray:
    """Return the first day of the period that each day lies in, datetime64[D].

    Parameters
    ----------
    days : ndarray of datetime64[D]
    period : str
        "16_days", or another number of them, counted from the first of January of each year as MODIS composites are;
        "week", from Monday on; "dekad", from the 1st, 11th and 21st on; "month"; "quarter", three
        months from the first of December, March, June and September on, the seasons of each year; "year"; "date".
    """
    days = np.asarray(days, "datetime64[D]")
    if period == "date":
        return days
    if period == "week":
        return days - (days.astype(int) + 3) % 7  # day 0, the first of January 1970, was a Thursday
    month = days.astype("datetime64[M]").astype("datetime64[D]")
    if period == "month":
        return month
    if period == "quarter":
        months = days.astype("datetime64[M]")
        return (months - (months.astype(int) + 1) % 3).astype("datetime64[D]")
    if period == "dekad":
        return month + np.minimum((days - month).astype(int) // 10 * 10, LAST_DEKAD)
    year = days.astype("datetime64[Y]").astype("datetime64[D]")
    length = LENGTH.fullmatch(period)
    if length is None:
        return year
    n_days = int(length.group(1))
    return year + (days - year).astype(int) // n_days * n_days


def whole_periods(days: np.ndarray, period: str) -> np.ndarray:
    """Return all days of the periods from that of the first day to that of the last, datetime64[D]."""
    first, last = period_starts(np.array([days.min(), days.max()]), period)
    whole = np.arange(first, last + LONGEST)
    return whole[period_starts(whole, period) <= last]


def has_starts(period: str) -> bool:
    """Return whether a way to divide days is one that `period_starts` knows."""
    return period in ("date", "week", "dekad", "month", "quarter", "year") or LENGTH.fullmatch(period) is not None


def seasons(days: np.ndarray) -> np.ndarray:
    """Return the season of each day, datetime64[D], as one of `SEASONS`; shape (n,) of text."""
    return np.array(SEASONS)[season_numbers(days)]


def season_numbers(days: np.ndarray) -> np.ndarray:
    """Return the place of each day's season in `SEASONS`, shape (n,)."""
    month = np.asarray(days, "datetime64[M]").astype(int) % 12
    return (month + 1) // 3 % 4
