# SPDX-License-Identifier: GPL-2.0-or-later
"""Where to measure next: the pixels whose samples would bring most of a map into the area of applicability."""

from __future__ import annotations

import numpy as np
import pandas as pd
from rasterio.windows import Window
from scipy.spatial.distance import cdist

from ..base.progress import SILENT, Progress
from ..kriging.days import some_of
from ..rasters.grid import WGS84, project
from ..study.study import Study
from ..training.applicability import Applicability

MOST_PIXELS = 4000  # outside pixels that are covered, and candidates that cover them
MOST_DAYS = 12  # evenly over the period, whose mean covariates count
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
    rng = np.random.default_rng(seed)
    X, pixels, n_outside, n_known = _outside(study, learned, names, days, rng, progress.part(0, 0.9))
    if not n_outside:
        return pd.DataFrame(columns=COLUMNS)
    share = n_outside / len(pixels) / n_known  # of the grid that each of them stands for
    reached = _reached(learned, X, progress.part(0.9, 1))
    rows, inside = [], 1 - n_outside / n_known
    for rank in range(1, n_sites + 1):
        progress.check()
        gains = reached.sum(1)
        best = int(gains.argmax())
        if not gains[best]:
            break
        inside += gains[best] * share
        rows.append((rank, *_place(study, pixels[best]), gains[best] * share, inside))
        reached[:, reached[best]] = False
    return pd.DataFrame(rows, columns=COLUMNS)


def _outside(
    study: Study,
    learned: Applicability,
    names: list[str],
    days: np.ndarray,
    rng: np.random.Generator,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Return mean covariates, shape (n, covariates), and numbers of pixels outside, and how many are outside and known.

    Of more than `MOST_PIXELS` as many are drawn: those with the least of random numbers, so that no others are kept.
    """
    days = days[some_of(len(days), MOST_DAYS)]
    numbers = np.arange(study.grid.size).reshape(study.grid.shape)
    X, pixels, drawn = np.empty((0, len(names)), np.float32), np.empty(0, int), np.empty(0)
    n_outside = n_known = 0
    for window, part in progress.parts(study.windows(names, days)):
        mean = _mean(study, names, days, window, part)
        known = np.isfinite(mean).all(0)
        own = np.ascontiguousarray(mean[:, known].T)
        outside = learned.look(own, progress=progress, count=False).index > learned.threshold
        n_known += len(own)
        n_outside += int(outside.sum())
        X = np.concatenate([X, own[outside]])
        pixels = np.concatenate([pixels, numbers[window.toslices()][known][outside]])
        drawn = np.concatenate([drawn, rng.random(int(outside.sum()))])
        least = np.sort(np.argsort(drawn, kind="stable")[:MOST_PIXELS])
        X, pixels, drawn = X[least], pixels[least], drawn[least]
    return X, pixels, n_outside, n_known


def _mean(study: Study, names: list[str], days: np.ndarray, window: Window, progress: Progress) -> np.ndarray:
    """Return mean covariates of a window, shape (covariates, rows, columns), float32."""
    total = np.zeros((len(names), int(window.height), int(window.width)))
    for block in study.features(names, days, window, progress):
        total += block
    return (total / len(days)).astype(np.float32)


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
