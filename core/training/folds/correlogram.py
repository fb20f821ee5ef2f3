# SPDX-License-Identifier: GPL-2.0-or-later
"""How far apart places must lie for their covariates to differ: what blocks and buffers of folds should be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...samples.samples import Samples
from ...study.study import COARSE
from .cells import FEWEST_PLACES, cell_km, whole_cells
from .distances import EARTH_KM, sample_places

MAX_PLACES = 800  # whose pairs are counted
N_CLASSES = (3, 15)  # of distance, fewest and most, up to half of the greatest one
FEWEST_PAIRS = 20  # in a class
ALIKE = 1 / np.e  # a correlation below this is none


@dataclass(frozen=True)
class Correlogram:
    """How the covariates of places resemble each other with distance.

    Attributes
    ----------
    distance_km : ndarray, shape (k,)
        Mean distance of the pairs of each class.
    correlation : DataFrame, k rows
        Moran's I of each covariate's means over time.
    ranges_km : Series
        Of each covariate, the distance at which it falls below 1/e; infinite where it does not.
    cell_km : float or None
        Side of a coarse cell; of samples of stations, which have no grid, estimated from the cells that they lie in.
    """

    distance_km: np.ndarray
    correlation: pd.DataFrame
    ranges_km: pd.Series
    cell_km: float | None = None

    @property
    def range_km(self) -> float | None:
        """The median of the covariates' ranges; None where half of them have none."""
        median = float(self.ranges_km.median())
        return median if np.isfinite(median) else None

    @property
    def block_cells(self) -> int | None:
        """The side of blocks that are as large as the range, in coarse cells."""
        if self.cell_km is None or self.range_km is None:
            return None
        return whole_cells(self.range_km, self.cell_km)

    @property
    def sentence(self) -> str:
        """What follows for blocks and buffers."""
        farthest = self.distance_km[-1]
        if self.range_km is None:
            return (
                f"The covariates are alike over more than {farthest:.0f} km, half of the extent of the samples: no "
                "folds inside of this region are independent of each other."
            )
        text = (
            f"The covariates are alike up to {self.range_km:.0f} km (median of {len(self.ranges_km)}): take a buffer "
            f"(buffer_km) of {self.range_km:.0f} km"
        )
        if self.block_cells and self.cell_km:
            side = self.block_cells * self.cell_km
            text += f", or blocks (block_km) of as much: {self.block_cells} coarse cells ({side:.0f} km)"
        return f"{text}."


def correlogram(samples: Samples, seed: int = 0) -> Correlogram | None:
    """Return how the covariates of the samples' places resemble each other with distance.

    Parameters
    ----------
    samples : Samples
        With longitude and latitude.
    seed : int
        Draws places where there are more than `MAX_PLACES`.

    Returns
    -------
    Correlogram or None
        None where there are fewer than `FEWEST_PLACES` places with coordinates, or no covariate varies among them.

    References
    ----------
    Moran 1950, Notes on Continuous Stochastic Phenomena, Biometrika 37, 17-23.
    Roberts et al. 2017, Cross-validation strategies for data with temporal, spatial, hierarchical, or phylogenetic
    structure, Ecography 40, 913-929: blocks as large as the range of the covariates' autocorrelation.
    """
    if not {"longitude", "latitude"} <= set(samples.index):
        return None
    xyz, number = sample_places(samples)
    names = [name for i, name in enumerate(samples.names) if i not in samples.categories and name != COARSE]
    if len(xyz) < FEWEST_PLACES or not names:
        return None
    means = pd.DataFrame(samples.select(names).X, columns=names).groupby(number).mean()
    if len(xyz) > MAX_PLACES:
        chosen = np.sort(np.random.default_rng(seed).choice(len(xyz), MAX_PLACES, replace=False))
        xyz, means = xyz[chosen], means.iloc[chosen]
    means = means.loc[:, means.notna().all() & (means.std() > 1e-6 * means.abs().max())]
    if means.shape[1] == 0:
        return None
    first, second = np.triu_indices(len(xyz), 1)
    chord = np.linalg.norm(xyz[first] - xyz[second], axis=1)
    distance = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
    inside = distance <= distance.max() / 2
    n_classes = int(np.clip(inside.sum() // (3 * FEWEST_PAIRS), *N_CLASSES))
    edges = np.linspace(0, distance.max() / 2, n_classes + 1)
    first, second, distance = first[inside], second[inside], distance[inside]
    place = np.clip(np.searchsorted(edges, distance, side="left") - 1, 0, n_classes - 1)
    count = np.bincount(place, minlength=n_classes)
    known = count >= FEWEST_PAIRS
    if known.sum() < 2:
        return None
    z = (means - means.mean()) / means.std(ddof=0)
    products = {name: z[name].to_numpy()[first] * z[name].to_numpy()[second] for name in z}
    sums = {name: np.bincount(place, values, n_classes) for name, values in products.items()}
    correlation = pd.DataFrame({name: values[known] / count[known] for name, values in sums.items()})
    middle = np.bincount(place, distance, n_classes)[known] / count[known]
    ranges = correlation.apply(lambda values: _range(middle, values.to_numpy()))
    return Correlogram(middle, correlation, ranges, cell_km(samples))


def _range(distance: np.ndarray, correlation: np.ndarray) -> float:
    """Return where a correlation, 1 at no distance, first falls below `ALIKE`, on the line between two classes."""
    below = np.flatnonzero(correlation < ALIKE)
    if not len(below):
        return np.inf
    at = below[0]
    before = (0.0, 1.0) if at == 0 else (distance[at - 1], correlation[at - 1])
    part = (before[1] - ALIKE) / (before[1] - correlation[at])
    return float(before[0] + part * (distance[at] - before[0]))
