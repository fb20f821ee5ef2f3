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
    """Return hourly readings of a station's soil moisture (m3 m-3) and which of them are false.

    The mean of a day's true readings is the given value: what is false comes in pairs twelve hours apart, and so
    leaves the rest of the daily cycle balanced.

    Parameters
    ----------
    daily : ndarray, shape (days,)
        NaN where there is none.

    Returns
    -------
    values, false : ndarray, shape (24 days,)
    """
    swing = 0.004 * np.cos((np.arange(HOURS) - 6) * 2 * np.pi / HOURS)
    values = daily[:, None] + np.minimum(1, daily / 0.01)[:, None] * swing
    false = np.zeros(values.shape, bool)
    hit = np.flatnonzero(rng.random(len(daily)) < 0.2)
    at = rng.integers(0, HOURS, len(hit))
    false[hit, at] = false[hit, (at + HOURS // 2) % HOURS] = True
    values = np.where(false, rng.choice([-0.05, 0.75], values.shape), values)
    return values.ravel(), (false & np.isfinite(values)).ravel()
