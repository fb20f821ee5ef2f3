# SPDX-License-Identifier: GPL-2.0-or-later
"""What samples are held out with, how it is dealt out, and what is said if that cannot be done."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...base.errors import InputError
from ...samples.samples import Samples
from ..check_samples import MIN_SAMPLES, places_of
from ..sample_weights import N_CLASSES, cut, values_of

Pair = tuple[np.ndarray, np.ndarray]


def pairs_of(part: np.ndarray, n_folds: int) -> list[Pair]:
    """Return the rows outside and inside of each part."""
    return [(np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(n_folds)]


def split(learned: np.ndarray) -> Pair:
    """Return the rows that are learned from, and the others."""
    return np.flatnonzero(learned), np.flatnonzero(~learned)


def drawn(groups: np.ndarray, by: str, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """Return the fold of each row, whole groups together."""
    names, number = np.unique(groups, return_inverse=True)
    need(len(names), n_folds, by, names)
    order = rng.permutation(len(names))
    if len(names) == len(groups):
        part = np.empty(len(groups), int)
        part[order] = np.arange(len(groups)) % n_folds
        return part[number]
    return dealt(order, number, n_folds)


def dealt(order: np.ndarray, number: np.ndarray, n_folds: int) -> np.ndarray:
    """Return the part of each row: groups go from the largest to the smallest to the part that has least."""
    sizes = np.bincount(number)
    part_of, load = np.empty(len(order), int), np.zeros(n_folds)
    for name in order[np.argsort(-sizes[order], kind="stable")]:
        part_of[name] = load.argmin()
        load[part_of[name]] += sizes[name]
    return part_of[number]


def station_classes(samples: Samples, station: np.ndarray, column: str, n_classes: int) -> np.ndarray:
    """Return the class of each station, shape (stations,): of its median, or the most frequent of its texts."""
    groups = values_of(samples, column).groupby(station)
    if pd.api.types.is_numeric_dtype(groups.obj):
        return cut(groups.median(), min(max(n_classes, 1), N_CLASSES), equal_size=True)
    return groups.agg(lambda texts: texts.value_counts(sort=False).sort_index().idxmax()).to_numpy(str)


def stations_of(samples: Samples) -> np.ndarray:
    """Return the number of the station, else of the coarse cell, of each row."""
    station = places_of(samples)
    if station is None:
        need_columns(samples, ["station"], "station")
    return station


def days_of(samples: Samples) -> np.ndarray:
    """Return the day of each row, datetime64[D]."""
    days = samples.index["date"].to_numpy("datetime64[D]")
    if np.isnat(days).any():
        raise InputError(f"{int(np.isnat(days).sum())} of {len(samples)} samples have no date; remove these rows.")
    return days


def years_of(samples: Samples) -> np.ndarray:
    """Return the calendar year of each row."""
    return days_of(samples).astype("datetime64[Y]").astype(int) + 1970


def need_columns(samples: Samples, columns: list[str], by: str) -> None:
    """Refuse samples without what they are to be divided by."""
    missing = [name for name in columns if name not in samples.index]
    if not missing:
        return
    have = ", ".join(samples.index.columns) or "none"
    if not all(missing):
        raise InputError(f"Folds by {by} need the name of a column; the samples have {have}.")
    raise InputError(
        f"Folds by {by} need the column {', '.join(missing)}, which the samples lack; they have {have}. Choose other "
        "folds."
    )


def need(found: int, needed: int, by: str, names=(), unit: str = "groups", kind: str = "folds") -> None:
    """Refuse fewer groups than folds."""
    if found >= needed:
        return
    which = f" ({names[0]})" if found == 1 and len(names) else ""
    what = "Divide by something else." if found < 2 else f"Take {found} {kind} or fewer, or divide by something else."
    raise InputError(f"{needed} {kind} by {by} need as many {unit}, but the samples have {found}{which}. {what}")


def need_rows(found: int, fold: int, cause: str, advice: str) -> None:
    """Refuse a fold that leaves too little to learn from."""
    if found < MIN_SAMPLES:
        raise InputError(
            f"{cause} leaves {found} samples to learn from in fold {fold + 1}; at least {MIN_SAMPLES} are needed. "
            f"{advice}"
        )
