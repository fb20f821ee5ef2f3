# SPDX-License-Identifier: GPL-2.0-or-later
"""Great-circle distances between samples, and from the places of a map to them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial import cKDTree
from scipy.stats import wasserstein_distance

from ...base.errors import InputError
from ...base.progress import SILENT, Progress
from ...rasters.grid import WGS84, Grid, areal, project
from ...samples.samples import Samples
from .groups import dealt, need, pairs_of

EARTH_KM = 6371.0088  # mean radius
MAX_CLUSTERED = 2000  # places that are clustered one by one; more are put together into so many tight groups first
N_DIVISIONS = 20  # numbers of clusters that are tried
MAP_PLACES = 2000  # random places of the map whose distances to the samples are matched
LINES = 1001  # from the lower to the upper edge of the map, between which areas grow evenly
LARGEST_SHARE = 0.5  # of the places in one fold (Linnenbrink et al. 2024)


def sample_places(samples: Samples) -> tuple[np.ndarray, np.ndarray]:
    """Return the different places on the unit sphere, shape (places, 3), and the number of that of each sample, (n,).

    Raises
    ------
    InputError
        If coordinates are impossible.
    """
    place = samples.index[["longitude", "latitude"]].astype(float)
    bad = ~((place["latitude"].abs() <= 90) & (place["longitude"].abs() <= 360))
    if bad.any():
        raise InputError(
            f"{int(bad.sum())} of {len(samples)} samples have no longitude and latitude in degrees; remove these rows "
            "or choose other folds."
        )
    groups = place.groupby(["longitude", "latitude"])
    keys = groups.size().index
    xyz = on_sphere(keys.get_level_values(0).to_numpy(), keys.get_level_values(1).to_numpy())
    return xyz, groups.ngroup().to_numpy()


def on_sphere(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Return points on the unit sphere, shape (n, 3), of degrees, shape (n,)."""
    east, north = np.radians(longitude), np.radians(latitude)
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def nearest_km(xyz: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the great-circle distance of each point to the nearest of some others, shape (n,), km."""
    chord, _ = cKDTree(others).query(xyz)
    return 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))


def map_places(samples: Samples, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return random places of the map that a model is for, evenly over its area, on the unit sphere, shape (n, 3).

    It is the target grid where the samples know it, sea and all, else the box around them.
    """
    if "grid" in samples.facts:
        grid = Grid.from_dict(samples.facts["grid"])
        crs, (left, bottom, right, top) = grid.crs, grid.bounds
    else:
        place = samples.index
        crs, left, right = WGS84, place["longitude"].min(), place["longitude"].max()
        bottom, top = place["latitude"].min(), place["latitude"].max()
    x = rng.uniform(left, right, n)
    lines = np.linspace(bottom, top, LINES)
    areas = areal(crs, left, lines)
    y = np.interp(rng.uniform(areas[0], areas[-1], n), areas, lines)
    return on_sphere(*project(x, y, crs, WGS84))


def clusterings(
    xyz: np.ndarray, fewest: int, rng: np.random.Generator, progress: Progress = SILENT
) -> Iterator[np.ndarray]:
    """Yield the cluster of each place, shape (places,), for more and more clusters: from the fewest to one a place."""
    tight = np.arange(len(xyz))
    if len(xyz) > MAX_CLUSTERED:
        # k-means of many places takes long; the nearest of some random ones groups them as tightly where they are dense
        seeds = rng.choice(len(xyz), MAX_CLUSTERED, replace=False)
        tight = cKDTree(xyz[seeds]).query(xyz)[1]
        progress.check()
    counts = np.bincount(tight)
    centres = np.column_stack([np.bincount(tight, axis) for axis in xyz.T]) / counts[:, None]
    tree = linkage(centres, "ward")
    for k in progress.over(np.unique(np.geomspace(fewest, len(centres), N_DIVISIONS).round().astype(int))):
        yield fcluster(tree, k, "maxclust")[tight]
    yield np.arange(len(xyz))


def distance_matched(samples: Samples, n_folds: int, rng: np.random.Generator, progress: Progress) -> np.ndarray:
    """Return the fold of each row, chosen so that tests are as far from what was learned as the map is.

    Places are clustered into few to many clusters, these dealt to the folds; of all divisions the one is taken whose
    distances from a test place to the nearest learned one come closest (Wasserstein distance) to those from the map.
    """
    xyz, number = sample_places(samples)
    need(len(xyz), n_folds, "knndm", unit="places")
    wanted = nearest_km(map_places(samples, MAP_PLACES, rng), xyz)
    best, least = None, np.inf
    for cluster in clusterings(xyz, n_folds, rng, progress):
        names, cluster = np.unique(cluster, return_inverse=True)
        if len(names) < n_folds:
            continue
        part = dealt(rng.permutation(len(names)), cluster, n_folds)
        # one place a cluster gives even folds; others may come out so uneven that little is learned
        if len(names) < len(xyz) and np.bincount(part).max() > max(LARGEST_SHARE, 1.5 / n_folds) * len(xyz):
            continue
        found = np.concatenate([nearest_km(xyz[test], xyz[learn]) for learn, test in pairs_of(part, n_folds)])
        apart = wasserstein_distance(found, wanted)
        if apart < least:
            best, least = part, apart
    return best[number]
