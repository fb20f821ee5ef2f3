# SPDX-License-Identifier: GPL-2.0-or-later
"""Days of the sample region as hours whose sum or mean they are."""

from __future__ import annotations

import numpy as np

HOURS = 24


def rain_hours(daily: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Share out daily rain over the hours that end at 01 to 24 UTC, most of it over few of them.

    Parameters
    ----------
    daily : ndarray, shape (days, ...)

    Returns
    -------
    ndarray, shape (24 days, ...)
        In the unit of the daily sums.
    """
    share = rng.gamma(0.3, size=(len(daily), HOURS))
    share[share < 0.2] = 0
    share[:, rng.integers(HOURS)] += 0.01  # an hour at least
    share /= share.sum(axis=1, keepdims=True)
    return np.einsum("dh,d...->dh...", share, daily).reshape(-1, *daily.shape[1:])


def temperature_hours(daily: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return temperatures at 00 to 23 UTC, shape (24 days, ...), whose daily means are the given; warmest at 14 UTC."""
    swing = rng.uniform(2, 8, len(daily))[:, None] * np.cos((np.arange(HOURS) - 14) * 2 * np.pi / HOURS)
    hours = daily[:, None] + swing.reshape(*swing.shape, *[1] * (daily.ndim - 1))
    return hours.reshape(-1, *daily.shape[1:])


def readings(daily: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return hourly readings of stations' soil moisture (m3 m-3) and which of them are false.

    The mean of a day's true readings is the given value: what is false comes in pairs twelve hours apart, and so
    leaves the rest of the daily cycle balanced.

    Parameters
    ----------
    daily : ndarray, shape (days, stations)
        NaN where there is none.

    Returns
    -------
    values, false : ndarray, shape (24 days, stations)
    """
    swing = 0.004 * np.cos((np.arange(HOURS) - 6) * 2 * np.pi / HOURS)
    values = daily[:, None] + np.minimum(1, daily / 0.01)[:, None] * swing[:, None]
    false = np.zeros(values.shape, bool)
    day, station = np.nonzero((rng.random(daily.shape) < 0.2) & np.isfinite(daily))
    hour = rng.integers(0, HOURS, len(day))
    for at in (hour, (hour + HOURS // 2) % HOURS):
        false[day, at, station] = True
    values[false] = rng.choice([-0.05, 0.75], false.sum())
    return values.reshape(-1, daily.shape[1]), false.reshape(-1, daily.shape[1])
