# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations whose longitude and latitude are exchanged."""

from __future__ import annotations

import numpy as np

from ..rasters.grid import Grid


def advice(grid: Grid, longitude: np.ndarray, latitude: np.ndarray) -> str:
    """Return what to do about stations of which none lies on a grid: to exchange the two columns, where that helps.

    Parameters
    ----------
    grid : Grid
    longitude, latitude : ndarray, shape (n,)
        Degrees.
    """
    x, y = np.asarray(longitude, float), np.asarray(latitude, float)
    valid = np.abs(x) <= 90
    there = int((grid.cells_at(y[valid], x[valid])[0] >= 0).sum())
    if not there:
        return "Check their longitude and latitude."
    return f"With longitude and latitude exchanged, {there} would: exchange the two columns."
