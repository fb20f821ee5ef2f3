# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds: which samples are held back to see how a model does where it has not learned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.stats import ks_2samp

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from .check_samples import static_names
from .distances import distance_matched, nearest_km, sample_places
from .fold_groups import (
    Pair,
    days_of,
    drawn,
    need,
    need_columns,
    need_rows,
    pairs_of,
    split,
    station_classes,
    stations_of,
    years_of,
)
from .settings import FoldOptions, HoldoutOptions

LARGEST_BLOCK = 4  # coarse cells; how far soil moisture is alike within one storm's reach at 9 km
MOST_DRAWS = 100  # until both parts are alike
MOST_DIVISIONS = 1000  # of the stations into two parts, from which the widest is taken


def make_folds(samples: Samples, options: FoldOptions, seed: int = 0, progress: Progress = SILENT) -> list[Pair]:
    """Return pairs of row numbers (learn, test).

    Every row is in exactly one test part and in the other learn parts, but for two kinds: folds by station_year test
    only some of the rows, and folds that are buffered learn from fewer.

    Parameters
    ----------
    samples : Samples
    options : FoldOptions
    seed : int
    progress : Progress
        Is told of classes too small to be in every fold.

    Raises
    ------
    InputError
        If the samples lack what the folds go by, there are fewer groups than folds, too few rows are left to learn
        from, or no draw passes the Kolmogorov-Smirnov test.

    References
    ----------
    class: Poehls et al. 2025, section 4.5, where classes with fewer stations than folds were halved instead of spread.
    station_year: leave location and time out, Meyer et al. 2018, doi:10.1016/j.envsoft.2017.12.001.
    knndm: k-fold nearest neighbour distance matching, Linnenbrink et al. 2024, doi:10.5194/gmd-17-5897-2024.
    Kolmogorov-Smirnov test of the parts: Rao et al. 2022, section 2.3.2.
    """
    options, n = settled(options, samples), options.n_folds
    if n < 2:
        raise InputError(f"n_folds is {n}, but at least 2 folds are needed: one to learn from, one to test with.")
    _check_ks(options.by, options.ks_p, ("random", "date"))
    rng = np.random.default_rng(seed)
    if options.by == "station_year":
        return _station_year(samples, n, rng)
    if options.by == "knndm":
        return pairs_of(distance_matched(samples, n, rng, progress), n)
    if options.by == "class":
        return pairs_of(_stratified(samples, options, rng, progress), n)
    groups = _groups(samples, options)
    pairs = _alike(lambda: pairs_of(drawn(groups, options.by, n, rng), n), samples.y, options, progress)
    return _buffered(samples, pairs, options.buffer_km) if options.by == "buffered" else pairs


def settled(options: FoldOptions, samples: Samples) -> FoldOptions:
    """Return the options with "auto" replaced by what lies together in the samples."""
    if options.by != "auto":
        return options
    by = "station" if "station" in samples.index else "block" if "cell_row" in samples.index else "random"
    return replace(options, by=by)


def holdout(samples: Samples, options: HoldoutOptions, seed: int = 0, progress: Progress = SILENT) -> Pair:
    """Return the row numbers of one part to learn from and one to test with; every row is in one of them.

    Parameters
    ----------
    samples : Samples
    options : HoldoutOptions
    seed : int
    progress : Progress
        Is told of classes with one station, which one of the parts lacks.

    Raises
    ------
    InputError
        If the samples lack what the division goes by, or it leaves a part empty.

    References
    ----------
    date_stratified: Rao et al. 2022, section 2.3.2 (half and half, p above 0.05). station_widest: Jääskeläinen et al.
    2025, section 3.2. class: Poehls et al. 2025, section 2.1 (80 % of the stations of each class). year: Li et al.
    2022 (the first eight of eleven years).
    """
    _check_ks(options.by, options.ks_p, ("random", "date_stratified"))
    rng = np.random.default_rng(seed)
    if options.by == "random":
        rows = np.arange(len(samples))
        return _alike(lambda: [_first(rows, options, rng)], samples.y, options, progress)[0]
    if options.by == "date_stratified":
        days = np.unique(days_of(samples), return_inverse=True)[1]
        return _alike(lambda: [split(_shared_out(days, options.share, rng))], samples.y, options, progress)[0]
    if options.by == "year":
        years = years_of(samples)
        names = np.unique(years)
        need(len(names), 2, "year", names, kind="parts")
        return split(years < names[_count(options.share, len(names))])
    station = stations_of(samples)
    n = station.max() + 1
    if options.by == "station":
        return _first(station, options, rng)
    if options.by == "station_widest":
        return split(_widest(samples, station, options.share, rng)[station])
    need(n, 2, "class", unit="stations", kind="parts")
    classes = station_classes(samples, station, options.column, int(n * min(options.share, 1 - options.share)))
    names, counts = np.unique(classes, return_counts=True)
    if (counts == 1).any():
        told = ", ".join(names[counts == 1])
        progress.warn(f"Classes of '{options.column}' with one station are in one of the parts only: {told}.")
    learned = _shared_out(classes, options.share, rng)
    if learned.all() or not learned.any():
        raise InputError(f"A share of {options.share:g} of {n} stations leaves one part empty; choose another share.")
    return split(learned[station])


# --- how groups are dealt ---------------------------------------------------------------------------------------------


def _first(number: np.ndarray, options: HoldoutOptions, rng: np.random.Generator) -> Pair:
    """Return the rows of a random share of the groups, and the rest."""
    n = int(number.max()) + 1
    need(n, 2, options.by, kind="parts")
    return split(np.isin(number, rng.permutation(n)[: _count(options.share, n)]))


def _count(share: float, n: int) -> int:
    """Return the number of groups to learn from, so that neither part is empty."""
    return min(max(round(share * n), 1), n - 1)


def _shared_out(classes: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return which members are learned from, in random order the same share of each class to within one member."""
    number = np.unique(classes, return_inverse=True)[1]
    order = np.lexsort((rng.random(len(number)), number))
    # every so many of the row are learned from, counted on over the ends of the classes
    reached = np.floor(share * np.arange(len(number) + 1) + rng.random())
    learned = np.empty(len(number), bool)
    learned[order] = np.diff(reached) > 0
    return learned


def _alike(draw: Callable[[], list[Pair]], y: np.ndarray, options, progress: Progress) -> list[Pair]:
    """Return the first draw in which y is alike in both parts of every pair, by a Kolmogorov-Smirnov test."""
    best = 0.0
    for _ in range(MOST_DRAWS):
        progress.check()
        pairs = draw()
        if not options.ks_p:
            return pairs
        p = min(ks_2samp(y[learn], y[test], method="asymp").pvalue for learn, test in pairs)
        if p > options.ks_p:
            return pairs
        best = max(best, p)
    raise InputError(
        f"None of {MOST_DRAWS} draws by {options.by} gives parts with alike soil moisture: the best has p = "
        f"{best:.2g} in its worst pair, and more than {options.ks_p:g} is asked for. Lower ks_p, or divide by "
        "something else."
    )


# --- kinds of folds ---------------------------------------------------------------------------------------------------


def _groups(samples: Samples, options: FoldOptions) -> np.ndarray:
    """Return what each row is held back with, shape (n,)."""
    by, place = options.by, samples.index
    if by == "random":
        return np.arange(len(samples))
    if by == "date":
        return days_of(samples)
    if by == "year":
        return years_of(samples)
    if by == "buffered":
        by = "station" if "station" in place else "block"
    needed = {"station": ["station"], "block": ["cell_row", "cell_column"], "column": [options.column]}[by]
    need_columns(samples, needed, options.by)
    if by == "block":
        return _blocks(*(place[c].to_numpy() for c in needed), options)
    return place[needed[0]].astype(str).to_numpy(str)


def _blocks(row: np.ndarray, column: np.ndarray, options: FoldOptions) -> np.ndarray:
    """Return the number of the square block of coarse cells that each row of the samples lies in."""
    width = column.max() + 1
    for side in [options.block_cells] if options.block_cells else range(LARGEST_BLOCK, 0, -1):
        block = row // side * width + column // side
        if len(np.unique(block)) >= 2 * options.n_folds:
            break
    return block


def _buffered(samples: Samples, pairs: list[Pair], buffer_km: float) -> list[Pair]:
    """Return the folds without the rows to learn from that lie within the buffer around a row to test with."""
    xyz, number = sample_places(samples)
    kept = []
    for k, (learn, test) in enumerate(pairs):
        far = nearest_km(xyz, xyz[np.unique(number[test])]) > buffer_km
        kept.append((learn[far[number[learn]]], test))
        need_rows(len(kept[-1][0]), k, f"A buffer of {buffer_km:g} km", "Take a smaller buffer_km or more folds.")
    return kept


def _station_year(samples: Samples, n_folds: int, rng: np.random.Generator) -> list[Pair]:
    """Return folds that each test some stations in some years, and learn from other stations in other years."""
    station, years = stations_of(samples), years_of(samples)
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
        here, now = place == k, time == years_out
        pairs.append((np.flatnonzero(~here & ~now), np.flatnonzero(here & now)))
        if not len(pairs[-1][1]):
            raise InputError(
                f"The stations of fold {k + 1} have no sample in years that are left for it: they are too short for "
                f"{n_folds} folds by station_year. Take fewer folds, or divide by station."
            )
        need_rows(len(pairs[-1][0]), k, "Holding back stations and years", "Divide by station or by year.")
    return pairs


def _stratified(samples: Samples, options: FoldOptions, rng: np.random.Generator, progress: Progress) -> np.ndarray:
    """Return the fold of each row: the stations of each class are dealt out in turn."""
    station, n = stations_of(samples), options.n_folds
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
    return part[station]


def _widest(samples: Samples, station: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return which stations are learned from: those that cover most of the range of the static covariates.

    Among equals the division with the narrowest test part is taken. Few stations are divided in all ways, more of them
    in `MOST_DIVISIONS` random ones.
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
    if comb(n, size) <= MOST_DIVISIONS:
        divisions = combinations(range(n), size)
    else:
        divisions = (rng.permutation(n)[:size] for _ in range(MOST_DIVISIONS))
    best, most = None, (-1.0, 0.0)
    for chosen in divisions:
        learned = np.isin(np.arange(n), chosen)
        covered = np.ptp(values[learned], axis=0).mean(), -np.ptp(values[~learned], axis=0).mean()
        covered = tuple(np.round(covered, 9))
        if covered > most:
            best, most = learned, covered
    return best


def _check_ks(by: str, ks_p: float, allowed: tuple[str, ...]) -> None:
    if ks_p and by not in allowed:
        raise InputError(f"ks_p is {ks_p:g}, but only parts by {' or '.join(allowed)} are drawn again, not by {by}.")
