# SPDX-License-Identifier: GPL-2.0-or-later
"""Selection of covariates: by their marks, by what is lost without them, or by what each adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from scipy.stats import kendalltau, pearsonr, spearmanr
from sklearn.ensemble import RandomForestRegressor

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from .check_samples import check_samples, learnable
from .cross_validate import predict_held_back, rmse
from .folds.divide import make_folds
from .folds.groups import Pair
from .recipe import Recipe
from .schemes import fit_recipe
from .settings import FoldOptions, SelectionOptions

N_TREES = 100
TREES_AT_ONCE = 4  # a cancel is felt after so many
MAX_ROWS = 20_000  # that the forest grows on

Error = Callable[[Samples, Progress], float]


def select(
    samples: Samples,
    options: SelectionOptions,
    recipe: Recipe,
    folds: FoldOptions,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Select covariates by one of the methods; returns its table, in which `stays` tells the choice.

    Parameters
    ----------
    samples : Samples
    options : SelectionOptions
    recipe : Recipe
        Whose error counts, for drop_one and forward.
    folds : FoldOptions
        Of that error; every set of covariates has the same ones.
    seed, threads : int
        0 threads means all cores.

    Raises
    ------
    InputError
        If the samples are not fit to learn from, or the folds cannot be made.
    """
    if options.method == "vote":
        return vote(samples, options, seed, threads, progress)
    samples = learnable(samples, recipe.takes_gaps, progress)
    check_samples(samples, progress)
    error = error_of(recipe, make_folds(samples, folds, seed, progress), seed, threads)
    if options.method == "drop_one":
        return drop_one(samples, error, progress)
    return forward(samples, error, options.start, progress)


def vote(
    samples: Samples,
    options: SelectionOptions = SelectionOptions(),
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Give each covariate a mark for each of four signs of weakness; those with two or more go.

    Parameters
    ----------
    samples : Samples
    options : SelectionOptions, optional
    seed, threads : int
        Of the forest.
    progress : Progress
        Is told if the forest grows on some of the samples only.

    Returns
    -------
    DataFrame, one row a covariate, the most important first
        `covariate`; `pearson`, `kendall`, `spearman`: correlation with soil moisture; `importance`: fall of variance in
        a forest, as a share of the best one's; `marks`; `stays`.

    Notes
    -----
    The rule is that of Poehls et al. 2025, section 2.0.1: 25 % of the best importance and two marks are theirs, they
    do not tell the least correlations. A class is put in as the mean soil moisture of its samples, so its Pearson is
    the correlation ratio. Gaps are left out of the correlations, and are the median to the forest.
    """
    check_samples(samples, progress)
    rows = []
    for i in progress.part(0, 0.3).over(range(len(samples.names))):
        known = np.isfinite(samples.X[:, i])
        x, y = samples.X[known, i].astype(float), samples.y[known].astype(float)
        if i in samples.categories:
            x = pd.Series(y).groupby(x).transform("mean").to_numpy()
        rows.append([float(measure(x, y)[0]) for measure in (pearsonr, kendalltau, spearmanr)])
    table = pd.DataFrame(rows, columns=["pearson", "kendall", "spearman"])
    table.insert(0, "covariate", samples.names)
    importance = _importance(samples, seed, threads, progress.part(0.3, 1))
    table["importance"] = importance / importance.max()
    signs = ["pearson", "kendall", "spearman", "importance"]
    # written so that a correlation that cannot be told is a mark
    table["marks"] = sum((~(table[sign].abs() >= getattr(options, sign))).astype(int) for sign in signs)
    table["stays"] = table["marks"] < options.marks
    return table.sort_values("importance", ascending=False, ignore_index=True)


def drop_one(samples: Samples, error: Error, progress: Progress = SILENT) -> pd.DataFrame:
    """Return what is lost when each covariate is left out.

    Parameters
    ----------
    samples : Samples
    error : callable
        Takes samples and the progress of this step, and gives their error, as `error_of` does.
    progress : Progress

    Returns
    -------
    DataFrame, one row a covariate, that of the largest loss first
        `covariate`; `error` without it; `loss`: how much more that is than with all; `stays`: whether there is a loss.

    Notes
    -----
    Poehls et al. 2025, section 2.0.2, rank covariates so. Of two that tell the same neither is missed: leave out one
    at a time and look again. Folds that chose covariates flatter them; score the final model by other ones.
    """
    names = samples.names
    if len(names) < 2:
        raise InputError(f"{names[0]} is the only covariate; without it nothing is left to learn from.")
    errors = []
    for left_out, part in progress.parts([None, *names]):
        errors.append(_error(samples, [name for name in names if name != left_out], error, part))
        if left_out is None:
            progress.say(f"With all {len(names)} covariates: error {errors[0]:.4f}")
    table = pd.DataFrame({"covariate": names, "error": errors[1:]})
    table["loss"] = table["error"] - errors[0]
    table["stays"] = table["loss"] > 0
    return table.sort_values("loss", ascending=False, ignore_index=True)


def forward(
    samples: Samples, error: Error, start: int = SelectionOptions.start, progress: Progress = SILENT
) -> pd.DataFrame:
    """Take the best few covariates, then again and again the one that helps most, until none lowers the error.

    Parameters
    ----------
    samples : Samples
    error : callable
        As for `drop_one`.
    start : int
        Covariates of the first step, of which all combinations are tried.
    progress : Progress

    Returns
    -------
    DataFrame, one row a covariate, in the order in which they were taken
        `covariate`; `step` in which it was taken or last tried; `error` of the model with it and all that were taken
        before; `stays`.

    References
    ----------
    Meyer et al. 2018, doi:10.1016/j.envsoft.2017.12.001, who start with 2 and hold out stations and time together.
    """
    names = samples.names
    start = min(start, len(names))
    parts = progress.parts(range(comb(len(names), start) + sum(range(1, len(names) - start + 1))))
    chosen = []
    rows = []
    least = np.inf
    step = 0
    while len(chosen) < len(names):
        left = [name for name in names if name not in chosen]
        step += 1
        tried = {}
        for more in combinations(left, 1 if chosen else start):
            _, part = next(parts)
            tried[more] = _error(samples, [*chosen, *more], error, part)
        best = min(tried, key=tried.get)
        if not tried[best] < least:
            left_out = sorted(((tried[(name,)], name) for name in left), key=lambda pair: pair[0])
            rows += [(name, step, value, False) for value, name in left_out]
            break
        chosen = [*chosen, *best]
        least = tried[best]
        rows += [(name, step, least, True) for name in best]
        progress.say(f"{', '.join(chosen)}: error {least:.4f}")
    progress.at(1)
    return pd.DataFrame(rows, columns=["covariate", "step", "error", "stays"])


def error_of(recipe: Recipe, pairs: Sequence[Pair], seed: int = 0, threads: int = 0) -> Error:
    """Return the function that gives the root mean square error of samples by folds, m3 m-3.

    Parameters
    ----------
    recipe : Recipe
    pairs : sequence of (learn, test)
        Row numbers of all samples, so that every set of covariates has the same folds.
    """

    def error(own: Samples, progress: Progress) -> float:
        def fit(part: Samples, step: Progress):
            return fit_recipe(recipe, part, seed, threads, step)

        return rmse(predict_held_back(own, pairs, fit, progress), own.y)

    return error


def _error(samples: Samples, names: Sequence[str], error: Error, progress: Progress) -> float:
    progress.at(0)
    value = float(error(samples.select(names), progress))
    if not np.isfinite(value):
        raise InputError(f"The error with {', '.join(names)} is no number; check these covariates and the folds.")
    return value


def _importance(samples: Samples, seed: int, threads: int, progress: Progress) -> np.ndarray:
    """Return the importance of each covariate in a forest, shape (covariates,), as a fraction of 1."""
    X, y, weight = samples.X, samples.y, samples.weight
    if len(y) > MAX_ROWS:
        progress.say(f"The forest that weighs importance grows on {MAX_ROWS} of {len(y)} samples.")
        kept = np.random.default_rng(seed).choice(len(y), MAX_ROWS, replace=False)
        X, y, weight = X[kept], y[kept], None if weight is None else weight[kept]
    X = np.where(np.isnan(X), np.nanmedian(samples.X, axis=0), X)
    forest = RandomForestRegressor(
        0, min_samples_leaf=5, max_features=1 / 3, random_state=seed, n_jobs=threads or -1, warm_start=True
    )
    for grown in progress.over(range(0, N_TREES, TREES_AT_ONCE)):
        forest.n_estimators = grown + TREES_AT_ONCE
        forest.fit(X, y, weight)
    return forest.feature_importances_
