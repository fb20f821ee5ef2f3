# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds: which samples are held back to see how a model does where it has not learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import InputError
from ..samples import Samples
from ..settings import FoldOptions

LARGEST_BLOCK = 4  # coarse cells; how far soil moisture is alike within one storm's reach at 9 km


def make_folds(samples: Samples, options: FoldOptions, seed: int = 0) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return pairs of row numbers (learn, test); every row is in exactly one test part.

    Raises
    ------
    InputError
        If the samples lack what the folds go by, or there are fewer groups than folds.
    """
    options = settled(options, samples)
    groups = _groups(samples, options)
    names, number = np.unique(groups, return_inverse=True)
    if len(names) < options.n_folds or len(names) < 2:
        raise InputError(
            f"{options.n_folds} folds by {options.by} need as many groups, but the samples have {len(names)}. "
            "Take fewer folds, or divide by something else."
        )
    order = np.random.default_rng(seed).permutation(len(names))
    if len(names) == len(samples):
        part = np.empty(len(samples), int)
        part[order] = np.arange(len(samples)) % options.n_folds
        part = part[number]
    else:
        part = _dealt(order, number, options.n_folds)
    return [(np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(options.n_folds)]


def _dealt(order: np.ndarray, number: np.ndarray, n_folds: int) -> np.ndarray:
    """Return the part of each row: groups go from the largest to the smallest to the part that has least."""
    sizes = np.bincount(number)
    part_of, load = np.empty(len(order), int), np.zeros(n_folds)
    for name in order[np.argsort(-sizes[order], kind="stable")]:
        part_of[name] = load.argmin()
        load[part_of[name]] += sizes[name]
    return part_of[number]


def settled(options: FoldOptions, samples: Samples) -> FoldOptions:
    """Return the options with "auto" replaced by what lies together in the samples."""
    if options.by != "auto":
        return options
    by = "station" if "station" in samples.place else "block" if "cell_row" in samples.place else "random"
    return replace(options, by=by)


def _groups(samples: Samples, options: FoldOptions) -> np.ndarray:
    """Return what each row is held back with, shape (n,)."""
    place = samples.place
    if options.by == "random":
        return np.arange(len(samples))
    needed = {
        "station": ["station"],
        "block": ["cell_row", "cell_column"],
        "date": ["date"],
        "column": [options.column],
    }
    missing = [name for name in needed[options.by] if name not in place]
    if missing:
        raise InputError(
            f"Folds by {options.by} need the column {', '.join(missing)}, which the samples lack; they have "
            f"{', '.join(place.columns) or 'none'}. Choose other folds."
        )
    if options.by == "block":
        row, column = (place[c].to_numpy() for c in ("cell_row", "cell_column"))
        return _blocks(row, column, options)
    return place[needed[options.by][0]].astype(str).to_numpy()


def _blocks(row: np.ndarray, column: np.ndarray, options: FoldOptions) -> np.ndarray:
    """Return the number of the square block of coarse cells that each row of the samples lies in."""
    width = column.max() + 1
    for side in [options.block_cells] if options.block_cells else range(LARGEST_BLOCK, 0, -1):
        block = row // side * width + column // side
        if len(np.unique(block)) >= 2 * options.n_folds:
            break
    return block
