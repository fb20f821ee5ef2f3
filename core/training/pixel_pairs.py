# SPDX-License-Identifier: GPL-2.0-or-later
"""What stations differ from each other that stand in one pixel: all that a network alone tells of its own error."""

from __future__ import annotations

import numpy as np

from ..rasters.grid import Grid
from ..samples.samples import Samples
from ..units import SM_SHOWN
from .settings import FoldOptions

LEAST_PIXELS = 5  # with several stations, for a standard deviation to be told


def error_in_pixels(samples: Samples) -> tuple[float, int] | None:
    """Return the error of stations by those that share a pixel, and how many such pixels there are.

    Parameters
    ----------
    samples : Samples
        Of stations, with longitude, latitude and date.

    Returns
    -------
    (float, int) or None
        The standard deviation of the stations of a pixel on a day, m3 m-3, as the root of the mean of its square over
        the pixels; its sensor, its level and its place in the pixel are in it. None of fewer than five pixels.
    """
    grid = samples.facts.get("grid")
    if not grid or not {"station", "longitude", "latitude", "date"} <= set(samples.index):
        return None
    index = samples.index
    rows, columns = Grid.from_dict(grid).cells_at(index["longitude"].to_numpy(), index["latitude"].to_numpy())
    values = index[["date"]].assign(row=rows, column=columns, y=samples.y.astype(float))
    variance = values[rows >= 0].groupby(["row", "column", "date"])["y"].var(ddof=1).dropna()
    by_pixel = variance.groupby(level=["row", "column"]).mean()
    if len(by_pixel) < LEAST_PIXELS:
        return None
    return float(np.sqrt(by_pixel.mean())), len(by_pixel)


def pairs_sentence(samples: Samples, folds: FoldOptions) -> str:
    """Return what stations of one pixel say of the error that bands are made with; '' where they are too few."""
    found = error_in_pixels(samples)
    if found is None:
        return ""
    error, pixels = found
    return (
        f"In {pixels} pixels with several stations these differ from each other by a standard deviation of "
        f"{error:.3f} {SM_SHOWN}; the error of the stations that bands are made with is {folds.station_error:g}."
    )
