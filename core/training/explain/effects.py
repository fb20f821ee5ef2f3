# SPDX-License-Identifier: GPL-2.0-or-later
"""How a model answers to one covariate where samples lie: accumulated local effects, of all samples and by class."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ...base.errors import InputError
from ...base.names import class_of
from ...base.progress import SILENT, Progress
from ...preprocessing.legends import groups_of_codes
from ...samples.samples import Samples
from ...study.covariates import known_as
from .directions import directions

ALL = "all"
ALE, PD = "ALE", "PD"
MIN_GROUP = 30  # samples of a class that curves and directions are told of
MAX_GROUPS = 8  # classes, the most frequent
MOSTLY = 0.5  # fraction of a cell that one class must cover
COLUMNS = ["covariate", "group", "curve", "value", "effect", "n"]


def accumulated_effects(
    ask: Callable, X: np.ndarray, days: np.ndarray | None, f: int, n_bins: int, progress: Progress = SILENT
) -> tuple[np.ndarray, np.ndarray]:
    """Return values of a covariate, and the accumulated local effect of each.

    Samples are divided into bins by quantiles of the covariate. In each the mean is taken of how the predictions of
    its samples change from its lower to its upper edge; these are summed up and shifted so that the mean over all
    samples is 0, a sample counting as the mean of the two edges of its bin. Other than partial dependence it asks of
    no combination of covariates that does not exist nearby.

    Parameters
    ----------
    ask : callable
        Gives predictions for X, days and a progress.
    X : ndarray, shape (n, features)
        Rows that do not know the covariate do not count.
    days : ndarray of datetime64[D], shape (n,), or None
    f : int
        Number of the covariate.
    n_bins : int
        At most; there are fewer where values repeat.

    Returns
    -------
    edges, effect : ndarray, shape (bins + 1,)
        The unit of the covariate; m3 m-3. Empty where it does not vary.

    References
    ----------
    Apley & Zhu 2020, equations 15 and 16.
    """
    known = np.isfinite(X[:, f])
    X, days = X[known], None if days is None else days[known]
    x = X[:, f]
    rank = np.ceil(np.arange(n_bins + 1) / n_bins * len(x)).astype(int) - 1
    edges = np.unique(np.sort(x)[np.maximum(rank, 0)]) if len(x) else x
    if len(edges) < 2:
        return np.empty(0), np.empty(0)
    of_bin = np.clip(np.searchsorted(edges, x, "left"), 1, len(edges) - 1) - 1  # the first holds its lower edge too
    at_edges = []
    for at in (of_bin, of_bin + 1):
        moved = X.copy()
        moved[:, f] = edges[at]
        at_edges.append(ask(moved, days, progress.part(0, 0)))
    lower, upper = at_edges
    count = np.bincount(of_bin, minlength=len(edges) - 1)
    local = np.bincount(of_bin, upper - lower, len(edges) - 1) / np.maximum(count, 1)
    effect = np.concatenate([[0.0], np.cumsum(local)])
    middle = (effect[:-1] + effect[1:]) / 2
    return edges, effect - np.average(middle, weights=count)


def groups_of(samples: Samples, column: str = "", legend: str = "") -> tuple[np.ndarray, dict[str, str]]:
    """Return the class of each sample, as of land cover, and what is known of each class.

    Parameters
    ----------
    samples : Samples
    column : str
        That holds numbers of classes, or whose classes are columns of fractions; the land cover when left out.
    legend : str
        Key of `LEGENDS`, which tells what numbers stand for; '' if that is not known.

    Returns
    -------
    groups : ndarray of str, shape (n,)
        '' where no class covers more than half, or there are no classes.
    covers : dict of str to str
        Class to the land cover that it is by the legend, '' where that is not known; the most frequent first.

    Raises
    ------
    InputError
        If samples have no such column.
    """
    codes = _codes(samples, column)
    if codes is None:
        return np.full(len(samples), "", object), {}
    meaning = groups_of_codes(legend)
    words = samples.class_words(column or _land_cover(samples))
    numbers, counts = np.unique(codes[np.isfinite(codes)], return_counts=True)
    names, covers = {}, {}
    for number in numbers[np.argsort(-counts, kind="stable")]:
        cover = meaning.get(int(number), "")
        called = words.get(f"{number:g}", f"{number:g}")
        called = called if called not in covers else f"{called} {number:g}"  # of two classes with one name
        names[number] = f"{called} ({cover})" if cover and cover != called else called
        covers[names[number]] = cover
    return np.array([names.get(code, "") for code in codes], object), covers


def _codes(samples: Samples, column: str) -> np.ndarray | None:
    """Return the number of the class of each sample, NaN where none covers more than half; None without classes."""
    name = column or _land_cover(samples)
    if not name:
        return None
    columns = samples.columns_of(name)
    if not columns and name in samples.index:
        return pd.to_numeric(samples.index[name], errors="coerce").to_numpy(float)
    if not columns:
        there = ", ".join([*samples.names, *samples.index.columns])
        raise InputError(f"The samples have no column '{name}' with classes; they have {there}.")
    fractions = [class_of(samples.names[f]) for f in columns]
    if fractions[0] is None:
        return samples.X[:, columns[0]].astype(float)
    share = np.nan_to_num(samples.X[:, list(columns)])
    of_class = np.array([part[1] for part in fractions if part is not None])
    return np.where(share.max(1) > MOSTLY, of_class[share.argmax(1)], np.nan)


def _land_cover(samples: Samples) -> str:
    """Return the column of land cover by its name, '' if there is none."""
    for column in (*samples.names, *samples.index.columns):
        name = (class_of(column) or (column,))[0]
        known = known_as(name)
        if known is not None and known.classes:
            return name
    return ""


def told_of(groups: np.ndarray, covers: dict[str, str]) -> list[str]:
    """Return the classes that have enough samples to be told of, the most frequent first."""
    return [name for name in covers if np.count_nonzero(groups == name) >= MIN_GROUP][:MAX_GROUPS]


def effects(
    ask: Callable, samples: Samples, groups: np.ndarray, told: list[str], n_bins: int, progress: Progress = SILENT
) -> pd.DataFrame:
    """Return the accumulated local effects of each covariate, of all samples and of each class.

    Returns
    -------
    DataFrame
        covariate, group ("all" or a class), curve ("ALE"), value, effect (m3 m-3 from the mean), n (samples).
    """
    found = []
    turns = [(f, group) for f in range(samples.X.shape[1]) if f not in samples.categories for group in (ALL, *told)]
    for f, group in progress.over(turns):
        rows = slice(None) if group == ALL else groups == group
        X, days = samples.X[rows], None if samples.days is None else samples.days[rows]
        edges, effect = accumulated_effects(ask, X, days, f, n_bins, progress)
        found.append(_curve(samples.names[f], group, ALE, edges, effect, len(X)))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def dependence_by_class(
    samples: Samples, curves: pd.DataFrame, lines: dict, groups: np.ndarray, told: list[str]
) -> pd.DataFrame:
    """Return the partial dependence of the samples of each class, shifted so that its mean over them is 0.

    Parameters
    ----------
    samples : Samples
        Those of the lines.
    curves : DataFrame
    lines : dict of str to ndarray, shape (samples, points)
        As `partial_dependence` gives them.
    groups : ndarray of str, shape (samples,)
        The classes of the samples of the lines.
    told : list of str
    """
    found = []
    for name, own in curves.groupby("covariate", sort=False):
        x, grid = samples.X[:, samples.names.index(name)], own["value"].to_numpy()
        for group in (ALL, *told):
            rows = np.isfinite(x) & (np.full(len(groups), True) if group == ALL else groups == group)
            if rows.any():
                mean = lines[name][rows].mean(0)
                level = np.interp(x[rows], grid, mean).mean()
                found.append(_curve(name, group, PD, grid, mean - level, int(rows.sum())))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def _curve(name: str, group: str, curve: str, values: np.ndarray, effect: np.ndarray, n: int) -> pd.DataFrame:
    words = {"covariate": name, "group": group, "curve": curve}
    return pd.DataFrame({**words, "value": values, "effect": effect, "n": n}, columns=COLUMNS)


def directions_by_class(
    samples: Samples, values: np.ndarray, groups: np.ndarray, covers: dict[str, str], told: list[str]
) -> pd.DataFrame:
    """Return the direction of each covariate in each class, seen and expected there.

    Returns
    -------
    DataFrame
        group, cover (by the legend), n, covariate, and the columns of `directions`.
    """
    found = []
    for group in told:
        rows = groups == group
        table = directions(samples.X[rows], values[rows], samples.names, samples.categories, covers[group])
        words = {"group": group, "cover": covers[group], "n": int(rows.sum()), "covariate": samples.names}
        found.append(pd.concat([pd.DataFrame(words), table], axis=1))
    if not found:
        return pd.DataFrame(columns=["group", "cover", "n", "covariate", "verdict"])
    return pd.concat(found, ignore_index=True)
