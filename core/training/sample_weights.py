# SPDX-License-Identifier: GPL-2.0-or-later
"""How much each sample counts: alike, by how even its coarse cell is, or so that classes balance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import class_of
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from .settings import WeightOptions

N_CLASSES = 10  # that numbers are cut into
MAX_WEIGHT = 100.0  # times the mean; 2 of 1,054 stations in 10 classes (Poehls et al. 2025, sand) get 53
SPREAD_ENDINGS = ("spread", "_sd", "_std")


def weights_of(samples: Samples, options: WeightOptions, progress: Progress = SILENT) -> np.ndarray | None:
    """Return the weight of each sample, shape (n,), float32; None if all are equal.

    The weights that the samples bring are multiplied in.

    Parameters
    ----------
    samples : Samples
    options : WeightOptions
    progress : Progress
        Is told of classes so rare that their weight is cut.

    Raises
    ------
    InputError
        If the samples lack the column, or its spread is missing or negative.

    Notes
    -----
    balance: w = n / (classes n_class), so that every class has the same sum and the mean is 1 (Poehls et al. 2025,
    eq. 1). A class of one sample among a hundred thousand would rule the model, so no weight exceeds `MAX_WEIGHT`.

    homogeneity: w = 1 / (1 + (s / m)²), s being the spread of the fine pixels inside the coarse cell and m its median,
    brought to a mean of 1. It is the inverse of an error variance in which the unevenness of the cell adds to a part
    that all cells share, as large as that of a middling cell; a perfectly even cell so counts twice a middling one,
    not without limit.
    """
    if options.weights == "equal":
        return samples.weight
    weight = _balance(samples, options.column, progress) if options.weights == "balance" else _even(samples, options)
    own = samples.weight
    return (weight if own is None else weight * own).astype(np.float32)


def classes_of(samples: Samples, column: str) -> np.ndarray:
    """Return the class of each sample by a text column or a covariate, shape (n,), str.

    Numbers of more than `N_CLASSES` values are cut into so many classes of equal width between their 1st and 99th
    percentile, the outer ones taking what lies beyond: classes of equal size would leave nothing to balance.
    """
    return cut(values_of(samples, column))


def values_of(samples: Samples, column: str) -> pd.Series:
    """Return a covariate or a column of the places: numbers, or text where it names classes or days.

    Of a covariate whose classes have a column each, the class that covers most.
    """
    columns = samples.columns_of(column)
    if columns and column not in samples.names:
        codes = np.array([f"{part[1]:g}" for part in map(class_of, samples.names) if part and part[0] == column])
        fractions = samples.X[:, columns]
        return pd.Series(np.where(np.isnan(fractions).any(1), "nan", codes[np.nan_to_num(fractions).argmax(1)]))
    if column in samples.names:
        i = samples.names.index(column)
        values = pd.Series(samples.X[:, i])
        return values.map("{:g}".format) if i in samples.categories else values
    if not column or column not in samples.index:
        known = ", ".join(map(str, (*samples.index.columns, *samples.names)))
        wrong = f"The samples have no column '{column}'" if column else "No column is named to tell classes by"
        raise InputError(f"{wrong}; there are {known}. Name one of them.")
    values = samples.index[column].reset_index(drop=True)
    return values if pd.api.types.is_numeric_dtype(values) else values.astype(object).fillna("none").astype(str)


def cut(values: pd.Series, n_classes: int = N_CLASSES, equal_size: bool = False) -> np.ndarray:
    """Return the names of the classes that values fall into, shape (n,), str; few numbers and text stay as they are."""
    if not pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(str)
    numbers = values.to_numpy(float)
    known = np.isfinite(numbers)
    if len(np.unique(numbers[known])) <= n_classes:
        return np.array([f"{v:g}" if np.isfinite(v) else "none" for v in numbers])
    steps = np.linspace(0, 1, n_classes + 1)
    edges = np.unique(np.quantile(numbers[known], steps))
    if not equal_size:
        low, high = np.quantile(numbers[known], (0.01, 0.99))
        low, high = (low, high) if low < high else (edges[0], edges[-1])
        edges = low + steps * (high - low)
    number = np.searchsorted(edges[1:-1], numbers, side="right")
    names = np.array([f"{a:.4g} to {b:.4g}" for a, b in zip(edges[:-1], edges[1:])] + ["none"])
    return names[np.where(known, number, len(names) - 1)]


def _balance(samples: Samples, column: str, progress: Progress) -> np.ndarray:
    names, number, counts = np.unique(classes_of(samples, column), return_inverse=True, return_counts=True)
    weight = len(samples) / (len(names) * counts)
    rare = weight > MAX_WEIGHT
    if rare.any():
        told = ", ".join(f"{name} ({count})" for name, count in zip(names[rare], counts[rare]))
        progress.warn(
            f"So few samples are of these classes of '{column}' that their weight is cut to {MAX_WEIGHT:g}, and they "
            f"still count less than others: {told}."
        )
    return np.minimum(weight, MAX_WEIGHT)[number]


def _even(samples: Samples, options: WeightOptions) -> np.ndarray:
    columns = [str(c) for c in (*samples.index.columns, *samples.names)]
    found = [c for c in columns if c.lower().endswith(SPREAD_ENDINGS)]
    if not options.column and len(found) != 1:
        raise InputError(
            f"Weights by homogeneity need the spread inside of each coarse cell; {len(found)} columns of the samples "
            f"end in {', '.join(SPREAD_ENDINGS)}{': ' if found else ''}{', '.join(found)}. Name one; there are "
            f"{', '.join(columns)}."
        )
    column = options.column or found[0]
    spread = pd.to_numeric(values_of(samples, column), errors="coerce").to_numpy(float)
    bad = int((~(spread >= 0) | np.isinf(spread)).sum())
    if bad:
        raise InputError(
            f"'{column}' is no spread of 0 or more in {bad} of {len(samples)} samples; remove these rows or name "
            "another column."
        )
    middle = np.median(spread) or spread.max() or 1.0
    weight = 1 / (1 + (spread / middle) ** 2)
    return weight / weight.mean()
