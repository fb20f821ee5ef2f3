# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds of each kind: pairs of row numbers (learn, test), of samples, options, a random generator and a progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

import numpy as np
from scipy.optimize import linear_sum_assignment

from ...base.errors import InputError
from ...base.progress import Progress
from ...samples.samples import Samples
from ..settings import FoldOptions
from . import fold_kind
from .cells import FEWEST_PLACES, cell_km, whole_cells
from .distances import distance_matched, nearest_km, sample_places
from .groups import (
    Pair,
    days_of,
    drawn,
    need,
    need_columns,
    need_rows,
    pairs_of,
    station_classes,
    stations_of,
    years_of,
)

LARGEST_BLOCK = 4  # coarse cells; how far soil moisture is alike within one storm's reach at 9 km


def by_groups(groups_of: Callable[[Samples, FoldOptions], np.ndarray]):
    """Make folds of a function that gives what each row is held out with, shape (n,)."""

    @wraps(groups_of)
    def folds(samples: Samples, options: FoldOptions, rng: np.random.Generator, progress: Progress) -> list[Pair]:
        part = drawn(groups_of(samples, options), options.by, options.n_folds, rng)
        return pairs_of(part, options.n_folds)

    return folds


@by_groups
def random(samples: Samples, options: FoldOptions) -> np.ndarray:
    """Hold out single rows."""
    return np.arange(len(samples))


@by_groups
def station(samples: Samples, options: FoldOptions) -> np.ndarray:
    """Hold out whole stations."""
    return _texts(samples, "station")


@by_groups
def date(samples: Samples, options: FoldOptions) -> np.ndarray:
    """Hold out whole days."""
    return days_of(samples)


@by_groups
def year(samples: Samples, options: FoldOptions) -> np.ndarray:
    """Hold out calendar years."""
    return years_of(samples)


@by_groups
def column(samples: Samples, options: FoldOptions) -> np.ndarray:
    """Hold out rows with one text in a column."""
    return _texts(samples, options.column)


@by_groups
def block(samples: Samples, options: FoldOptions) -> np.ndarray:
    """Hold out square blocks of coarse cells."""
    row = samples.index["cell_row"].to_numpy()
    column = samples.index["cell_column"].to_numpy()
    width = column.max() + 1
    for side in _sides(samples, options):
        blocks = row // side * width + column // side
        if len(np.unique(blocks)) >= 2 * options.n_folds:
            break
    return blocks


def _sides(samples: Samples, options: FoldOptions) -> Sequence[int]:
    """Return the sides of blocks, in coarse cells, of which the first that gives blocks enough is taken."""
    if options.block_cells:
        return [options.block_cells]
    if not options.block_km:
        return range(LARGEST_BLOCK, 0, -1)
    side_km = cell_km(samples)
    if side_km is None:
        raise InputError(
            f"block_km is {options.block_km:g}, but how large a coarse cell is cannot be told from the samples, which "
            f"have neither a coarse grid nor {FEWEST_PLACES} places with longitude, latitude and cell; give "
            "block_cells instead."
        )
    return [whole_cells(options.block_km, side_km)]


def buffered(samples: Samples, options: FoldOptions, rng: np.random.Generator, progress: Progress) -> list[Pair]:
    """Hold out stations, else blocks, and leave what lies within the buffer around them out of training."""
    held_out = station if "station" in samples.index else block
    need_columns(samples, fold_kind(held_out.__name__).needs, options.by)
    xyz, number = sample_places(samples)
    kept = []
    for k, (learn, test) in enumerate(held_out(samples, options, rng, progress)):
        far = nearest_km(xyz, xyz[np.unique(number[test])]) > options.buffer_km
        learn = learn[far[number[learn]]]
        need_rows(len(learn), k, f"A buffer of {options.buffer_km:g} km", "Take a smaller buffer_km or more folds.")
        kept.append((learn, test))
    return kept


def station_year(samples: Samples, options: FoldOptions, rng: np.random.Generator, progress: Progress) -> list[Pair]:
    """Test some stations in some years, and learn from other stations in other years.

    Meyer et al. 2018, doi:10.1016/j.envsoft.2017.12.001 (leave location and time out).
    """
    n_folds = options.n_folds
    station = stations_of(samples)
    years = years_of(samples)
    n_years = len(np.unique(years))
    need(n_years, 2, "station_year", np.unique(years), "years")
    place = drawn(station, "station_year", n_folds, rng)
    time = drawn(years, "station_year", min(n_folds, n_years), rng)
    # stations begin and end: parts of stations and of years are paired so that each pair has rows, and many
    counts = np.zeros((n_folds, time.max() + 1))
    np.add.at(counts, (place, time), 1)
    columns = np.arange(n_folds) % counts.shape[1]
    _, chosen = linear_sum_assignment(-np.log(np.maximum(counts[:, columns], 1e-9)))
    pairs = []
    for k, years_out in enumerate(columns[chosen]):
        here = place == k
        now = time == years_out
        learn = np.flatnonzero(~here & ~now)
        test = np.flatnonzero(here & now)
        if not len(test):
            raise InputError(
                f"The stations of fold {k + 1} have no sample in years that are left for it: they are too short for "
                f"{n_folds} folds by station_year. Take fewer folds, or divide by station."
            )
        need_rows(len(learn), k, "Holding out stations and years", "Divide by station or by year.")
        pairs.append((learn, test))
    return pairs


def stratified(samples: Samples, options: FoldOptions, rng: np.random.Generator, progress: Progress) -> list[Pair]:
    """Deal the stations of each class out in turn.

    Poehls et al. 2025, section 4.5, where classes with fewer stations than folds were halved instead of spread.
    """
    n = options.n_folds
    station = stations_of(samples)
    n_stations = station.max() + 1
    need(n_stations, n, "class", unit="stations")
    classes = station_classes(samples, station, options.column, n_stations // n)
    names, number, counts = np.unique(classes, return_inverse=True, return_counts=True)
    if (counts < n).any():
        told = ", ".join(f"{name} ({count})" for name, count in zip(names, counts) if count < n)
        progress.warn(
            f"Classes of '{options.column}' with fewer stations than the {n} folds are not in every fold: {told}."
        )
    part = np.empty(n_stations, int)
    part[np.lexsort((rng.random(n_stations), rng.permutation(len(names))[number]))] = np.arange(n_stations) % n
    return pairs_of(part[station], n)


def knndm(samples: Samples, options: FoldOptions, rng: np.random.Generator, progress: Progress) -> list[Pair]:
    """Hold out places as far from the training ones as the map is.

    k-fold nearest neighbour distance matching, Linnenbrink et al. 2024, doi:10.5194/gmd-17-5897-2024.
    """
    return pairs_of(distance_matched(samples, options.n_folds, rng, progress), options.n_folds)


def _texts(samples: Samples, name: str) -> np.ndarray:
    return samples.index[name].astype(str).to_numpy(str)
