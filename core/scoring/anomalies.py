# SPDX-License-Identifier: GPL-2.0-or-later
"""Anomalies: how far soil moisture departs from the season, or from the weeks around, whose cycle counts no more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .settings import AnomalyOptions

KINDS = {"short_term": "short-term", "seasonal": "seasonal"}
MIN_YEARS = 3  # fewer are no climatology
DAYS_OF_YEAR = 366


def anomalies(
    values: np.ndarray, days: np.ndarray, kind: str, options: AnomalyOptions = AnomalyOptions()
) -> np.ndarray:
    """Return the departure of values from their mean around each day.

    Parameters
    ----------
    values : ndarray, shape (n,) or (n, k)
        One series a column, m3 m-3; NaN does not count.
    days : ndarray of datetime64, shape (n,)
        In any order, each once.
    kind : {"short_term", "seasonal"}
        Whether the mean is of the days around it, or of the same days of all years.
    options : AnomalyOptions

    Returns
    -------
    ndarray of the shape of values
        m3 m-3; NaN where the window has fewer valid days than asked for, or seasonal ones fewer years than `MIN_YEARS`.

    References
    ----------
    Albergel et al. 2012, Evaluation of remotely sensed and modelled soil moisture products using global ground-based
    in situ observations, Remote Sens. Environ. 118, 215-226: five weeks, five days at least.
    Gruber et al. 2020, Validation practices for satellite soil moisture retrievals, Remote Sens. Environ. 244, 111806.
    """
    values, days = np.asarray(values, float), np.asarray(days).astype("datetime64[D]")
    if not len(values):
        return values.copy()
    columns = values.reshape(len(values), -1)
    mean = {"short_term": _running_mean, "seasonal": _climatology}[kind](columns, days, options)
    return (columns - mean).reshape(values.shape)


def anomaly_pairs(
    pairs: pd.DataFrame,
    columns: Sequence[str],
    kind: str,
    options: AnomalyOptions = AnomalyOptions(),
    series: Sequence[str] = ("station",),
) -> pd.DataFrame:
    """Return pairs with each column as anomalies of its own series; rows without any are left out.

    Parameters
    ----------
    pairs : DataFrame
        date, the columns of `series`, and the columns, m3 m-3. Rows in which a column is NaN do not count.
    columns : sequence of str
    kind : {"short_term", "seasonal"}
    options : AnomalyOptions
    series : sequence of str
        What tells the series apart, as the station.
    """
    columns = list(columns)
    departed = pairs.dropna(subset=columns).reset_index(drop=True)
    departed[columns] = departed[columns].astype(float)
    values, days = departed[columns].to_numpy(), departed["date"].to_numpy()
    for rows in departed.groupby(list(series), dropna=False).indices.values():
        values[rows] = anomalies(values[rows], days[rows], kind, options)
    departed[columns] = values
    return departed.dropna(subset=columns).reset_index(drop=True)


def _running_mean(columns: np.ndarray, days: np.ndarray, options: AnomalyOptions) -> np.ndarray:
    """Return the mean of the days around each day, shape (n, k)."""
    at, half = (days - days.min()).astype(int), options.window // 2
    total, count = _placed(columns, at, at.max() + 1)
    return _mean(_around(total, half)[at], _around(count, half)[at], options.min_days)


def _climatology(columns: np.ndarray, days: np.ndarray, options: AnomalyOptions) -> np.ndarray:
    """Return the mean of the same days of all years, shape (n, k)."""
    when, half = pd.DatetimeIndex(days), options.window // 2
    # the first of March is the same day in every year
    day = (when.dayofyear + (~when.is_leap_year & (when.dayofyear >= 60))).to_numpy() - 1
    years, year = np.unique(when.year, return_inverse=True)
    total = np.zeros((DAYS_OF_YEAR, columns.shape[1]))
    count, counted_years = np.zeros_like(total), np.zeros_like(total)
    for number in range(len(years)):
        own = year == number
        placed_total, placed_count = _placed(columns[own], day[own], DAYS_OF_YEAR)
        days_there = _around_year(placed_count, half)
        total += _around_year(placed_total, half)
        count += days_there
        counted_years += days_there > 0
    mean = _mean(total, count, options.min_days)
    mean[counted_years < MIN_YEARS] = np.nan
    return mean[day]


def _placed(columns: np.ndarray, at: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums and the counts of the known values at each place, shape (length, k)."""
    known = np.isfinite(columns)
    total, count = np.zeros((length, columns.shape[1])), np.zeros((length, columns.shape[1]))
    np.add.at(total, at, np.where(known, columns, 0))
    np.add.at(count, at, known)
    return total, count


def _around(values: np.ndarray, half: int) -> np.ndarray:
    """Return the sums of so many rows before and after each, shape (n, k)."""
    summed = np.concatenate([np.zeros_like(values[:1]), values.cumsum(axis=0)])
    at = np.arange(len(values))
    return summed[(at + half + 1).clip(max=len(values))] - summed[(at - half).clip(0)]


def _around_year(values: np.ndarray, half: int) -> np.ndarray:
    """Return the same of the days of a year, whose end meets its beginning."""
    ring = np.arange(-half, DAYS_OF_YEAR + half) % DAYS_OF_YEAR
    return _around(values[ring], half)[half : half + DAYS_OF_YEAR]


def _mean(total: np.ndarray, count: np.ndarray, least: int) -> np.ndarray:
    return np.where(count >= least, total / np.maximum(count, 1), np.nan)
