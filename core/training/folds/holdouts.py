# SPDX-License-Identifier: GPL-2.0-or-later
"""Test parts of each kind: one pair of row numbers (learn, test), of samples, options, a generator and a progress."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from ...base.errors import InputError
from ...base.progress import Progress
from ...samples.samples import Samples
from ..check_samples import static_names
from ..settings import HoldoutOptions
from .groups import Pair, days_of, need, split, station_classes, stations_of, years_of

MAX_DIVISIONS = 1000  # of the stations into two parts, from which the widest is taken


def random(samples: Samples, options: HoldoutOptions, rng: np.random.Generator, progress: Progress) -> Pair:
    """Test single rows."""
    return _some(np.arange(len(samples)), options, rng)


def station(samples: Samples, options: HoldoutOptions, rng: np.random.Generator, progress: Progress) -> Pair:
    """Test whole stations."""
    return _some(stations_of(samples), options, rng)


def date_stratified(samples: Samples, options: HoldoutOptions, rng: np.random.Generator, progress: Progress) -> Pair:
    """Test the same fraction of the rows of each day (Rao et al. 2022, section 2.3.2: half and half, p above 0.05)."""
    days = np.unique(days_of(samples), return_inverse=True)[1]
    return split(_shared_out(days, options.training_fraction, rng))


def year(samples: Samples, options: HoldoutOptions, rng: np.random.Generator, progress: Progress) -> Pair:
    """Test the last years (Li et al. 2022: three of eleven)."""
    years = years_of(samples)
    names = np.unique(years)
    need(len(names), 2, "year", names, kind="parts")
    return split(years < names[_count(options.training_fraction, len(names))])


def station_widest(samples: Samples, options: HoldoutOptions, rng: np.random.Generator, progress: Progress) -> Pair:
    """Test stations so that the others span the widest range (Jääskeläinen et al. 2025, section 3.2)."""
    station = stations_of(samples)
    return split(_widest(samples, station, options.training_fraction, rng)[station])


def stratified(samples: Samples, options: HoldoutOptions, rng: np.random.Generator, progress: Progress) -> Pair:
    """Test the same fraction of the stations of each class (Poehls et al. 2025, section 2.1: a fifth)."""
    station = stations_of(samples)
    n = station.max() + 1
    need(n, 2, "class", unit="stations", kind="parts")
    classes = station_classes(
        samples, station, options.column, int(n * min(options.training_fraction, 1 - options.training_fraction))
    )
    names, counts = np.unique(classes, return_counts=True)
    if (counts == 1).any():
        told = ", ".join(names[counts == 1])
        progress.warn(f"Classes of '{options.column}' with one station are in one of the parts only: {told}.")
    learned = _shared_out(classes, options.training_fraction, rng)
    if learned.all() or not learned.any():
        raise InputError(
            f"A training fraction of {options.training_fraction:g} of {n} stations leaves one part empty; choose "
            "another one."
        )
    return split(learned[station])


def _some(number: np.ndarray, options: HoldoutOptions, rng: np.random.Generator) -> Pair:
    """Return the rows of a random fraction of the groups to learn from, and the rest."""
    n = int(number.max()) + 1
    need(n, 2, options.by, kind="parts")
    return split(np.isin(number, rng.permutation(n)[: _count(options.training_fraction, n)]))


def _count(share: float, n: int) -> int:
    """Return the number of groups to learn from, so that neither part is empty."""
    return min(max(round(share * n), 1), n - 1)


def _shared_out(classes: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return which members are learned from, in random order the same fraction of each class to within one member."""
    number = np.unique(classes, return_inverse=True)[1]
    order = np.lexsort((rng.random(len(number)), number))
    # every so many of the row are learned from, counted on over the ends of the classes
    reached = np.floor(share * np.arange(len(number) + 1) + rng.random())
    learned = np.empty(len(number), bool)
    learned[order] = np.diff(reached) > 0
    return learned


def _widest(samples: Samples, station: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return which stations are learned from: those that cover most of the range of the static covariates.

    Among equals the division with the narrowest test part is taken. Few stations are divided in all ways, more of them
    in `MAX_DIVISIONS` random ones.
    """
    names = static_names(samples)
    if not names:
        raise InputError(
            "No covariate stays the same within a station, and station_widest goes by such ones. Choose 'station'."
        )
    own = samples.select(names)
    table = pd.DataFrame(own.X, columns=names).groupby(station).first()
    table = pd.get_dummies(table, columns=[names[i] for i in own.categories], dtype=float)
    values = table.fillna(table.median()).to_numpy(float)
    values = (values - values.min(0)) / np.where(np.ptp(values, axis=0) > 0, np.ptp(values, axis=0), 1)
    n = len(values)
    need(n, 2, "station_widest", kind="parts")
    size = _count(share, n)
    if comb(n, size) <= MAX_DIVISIONS:
        divisions = combinations(range(n), size)
    else:
        divisions = (rng.permutation(n)[:size] for _ in range(MAX_DIVISIONS))
    best, most = None, (-1.0, 0.0)
    for chosen in divisions:
        learned = np.isin(np.arange(n), chosen)
        covered = np.ptp(values[learned], axis=0).mean(), -np.ptp(values[~learned], axis=0).mean()
        covered = tuple(np.round(covered, 9))
        if covered > most:
            best, most = learned, covered
    return best
