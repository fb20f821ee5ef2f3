# SPDX-License-Identifier: GPL-2.0-or-later
"""Where to measure next: the pixels whose samples would bring most of a map into the area of applicability."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from ..base.progress import SILENT, Progress
from ..rasters.grid import WGS84, project
from ..study.study import Study
from ..training.applicability import Applicability

MOST_PIXELS = 4000  # outside pixels that are covered, and candidates that cover them
MOST_DAYS = 12  # evenly over the period, whose mean covariates count
WINDOW_VALUES = 4 << 20
COLUMNS = ("rank", "longitude", "latitude", "x", "y", "gain", "inside")


def where_next(
    study: Study,
    learned: Applicability,
    names: list[str],
    days: np.ndarray,
    n_sites: int,
    seed: int = 0,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Return pixels to measure at, each chosen when those before it are taken as measured.

    Covariates count by their means over up to twelve days of the period, and of many pixels outside as many as
    `MOST_PIXELS` are drawn.

    Returns
    -------
    DataFrame
        rank, longitude, latitude (degrees), x, y (of the target grid), gain (fraction of the known pixels that samples
        at this pixel would bring inside) and inside (fraction that would be inside then). Fewer rows, or none, where
        no pixel is outside any more.
    """
    if not n_sites:
        return pd.DataFrame(columns=COLUMNS)
    X, pixels = _means(study, names, days, progress.part(0, 0.8))
    found = learned.look(X, progress=progress.part(0.8, 0.9))
    outside = np.flatnonzero(found.index > learned.threshold)
    known = int(np.isfinite(found.index).sum())
    if not len(outside):
        return pd.DataFrame(columns=COLUMNS)
    rng = np.random.default_rng(seed)
    some = outside if len(outside) <= MOST_PIXELS else np.sort(rng.choice(outside, MOST_PIXELS, replace=False))
    share = len(outside) / len(some) / known  # of the grid that each of them stands for
    reached = _reached(learned, X[some], progress.part(0.9, 1))
    rows, inside = [], 1 - len(outside) / known
    for rank in range(1, n_sites + 1):
        gains = reached.sum(1)
        best = int(gains.argmax())
        if not gains[best]:
            break
        inside += gains[best] * share
        rows.append((rank, *_place(study, pixels[some[best]]), gains[best] * share, inside))
        reached[:, reached[best]] = False
    return pd.DataFrame(rows, columns=COLUMNS)


def _means(study: Study, names: list[str], days: np.ndarray, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Return mean covariates of the pixels that know all, shape (n, covariates), and their numbers on the grid."""
    days = days[np.unique(np.linspace(0, len(days) - 1, min(len(days), MOST_DAYS)).astype(int))]
    grid = study.grid
    numbers = np.arange(grid.size).reshape(grid.shape)
    X, pixels = [], []
    for window, part in progress.parts(list(grid.windows(max(1, WINDOW_VALUES // study.slots(names, days))))):
        total = np.zeros((len(names), int(window.height), int(window.width)))
        for block in study.features(names, days, window, part):
            total += block
        mean = total / len(days)
        known = np.isfinite(mean).all(0)
        X.append(mean[:, known].T)
        pixels.append(numbers[window.toslices()][known])
    return np.concatenate(X).astype(np.float32), np.concatenate(pixels)


def _reached(learned: Applicability, X: np.ndarray, progress: Progress) -> np.ndarray:
    """Return which pixels, columns, are no more unlike to each, rows, than the threshold."""
    points = learned.points(X)
    reach = learned.threshold * learned.mean_distance
    reached = np.empty((len(points), len(points)), bool)
    for start in progress.over(range(0, len(points), 500)):
        reached[start : start + 500] = cdist(points[start : start + 500], points) <= reach
    return reached


def _place(study: Study, pixel: int) -> tuple[float, float, float, float]:
    """Return longitude, latitude, x and y of a pixel's centre."""
    row, column = divmod(int(pixel), study.grid.shape[1])
    x, y = study.grid.transform * (column + 0.5, row + 0.5)
    longitude, latitude = project(np.array([x]), np.array([y]), study.grid.crs, WGS84)
    return float(longitude[0]), float(latitude[0]), x, y
