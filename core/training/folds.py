# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds: which samples are held back to see how a model does where it has not learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import InputError
from ..samples import Samples
from ..settings import FoldOptions


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
    # shuffled, then dealt out from the largest to the smallest: parts of about equal size
    order = np.random.default_rng(seed).permutation(len(names))
    sizes = np.bincount(number)
    part_of, load = np.empty(len(names), int), np.zeros(options.n_folds)
    for name in order[np.argsort(-sizes[order], kind="stable")]:
        part_of[name] = load.argmin()
        load[part_of[name]] += sizes[name]
    part = part_of[number]
    return [(np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(options.n_folds)]


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
        row, column = (place[c].to_numpy() // options.block_cells for c in ("cell_row", "cell_column"))
        return row * (column.max() + 1) + column
    return place[needed[options.by][0]].astype(str).to_numpy()
