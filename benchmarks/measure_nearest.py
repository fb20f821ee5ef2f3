# SPDX-License-Identifier: GPL-2.0-or-later
"""The nearest samples of many pixels, as maps of the area of applicability ask for them."""

import time
from pathlib import Path

PIXELS = 1_000_000
SAMPLES = 10_000
COVARIATES = 13
# by how much each covariate counts less than the one before it
FALLING = {"all": 1.0, "few": 0.5}


def made_up_points(count: str):
    """Return pixels and samples, float32, and the radius within which nine of ten pixels have a sample."""
    import numpy as np
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(1)
    mixed = np.eye(COVARIATES) + 0.5 * rng.normal(size=(COVARIATES, COVARIATES))  # covariates go together
    weights = FALLING[count] ** np.arange(COVARIATES)
    reference = rng.normal(size=(SAMPLES, COVARIATES)) @ mixed
    spread = reference.std(0)
    pixels = np.empty((PIXELS, COVARIATES), np.float32)
    for rows in np.array_split(np.arange(PIXELS), 20):
        pixels[rows] = rng.normal(size=(len(rows), COVARIATES)) @ mixed / spread * weights
    reference = (reference / spread * weights).astype(np.float32)
    apart, _ = cKDTree(reference).query(pixels[:5000])
    return pixels, reference, float(np.quantile(apart, 0.9))


def by_tree(folder: Path, argument: str) -> dict:
    """Time the obvious way: the tree of scipy in all threads; argument: how many covariates count, nearest or both."""
    from scipy.spatial import cKDTree

    count, what = argument.split("-")
    pixels, reference, radius = made_up_points(count)
    start, processor = time.perf_counter(), time.process_time()
    tree = cKDTree(reference)
    _, number = tree.query(pixels, workers=-1)
    near = tree.query_ball_point(pixels, radius, return_length=True, workers=-1).sum() if what == "both" else 0
    return _figures(start, processor, number, near)


def by_neighbours(folder: Path, argument: str) -> dict:
    """Time the search of the area of applicability; the argument is that of `by_tree`."""
    from soilsharp.core.training.nearest import Neighbours

    count, what = argument.split("-")
    pixels, reference, radius = made_up_points(count)
    start, processor = time.perf_counter(), time.process_time()
    number, near = Neighbours(reference).search(pixels, radius if what == "both" else None)
    return _figures(start, processor, number, 0 if near is None else near.sum())


def _figures(start: float, processor: float, number, near) -> dict:
    took, cpu = time.perf_counter() - start, time.process_time() - processor
    return {"seconds": took, "cpu_seconds": cpu, "sum": int(number.sum()), "near": int(near)}
