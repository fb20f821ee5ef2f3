# SPDX-License-Identifier: GPL-2.0-or-later
"""The search for the best options of a learner, by folds of the samples that it is given and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from math import ceil, log2, prod

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.options import Options
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from .folds.divide import make_folds
from .learners import Learner
from .learners.options import LightGBMOptions, sized
from .parallel import in_parallel
from .recipe import Candidate
from .settings import FoldOptions, SearchOptions

MAX_COMBINATIONS = 100_000  # of a grid: more is a slip of the pen, not a search
MIN_PER_FOLD = 50  # samples with which halving begins; errors of fewer say nothing


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Attributes
    ----------
    options : Options
        The best, of the learner's own kind.
    table : DataFrame
        One row for each combination tried: the settings searched, `rmse` of all test parts together, m3 m-3, NaN where
        the learner failed, and `n_samples` that it was found on.
    """

    options: Options
    table: pd.DataFrame

    @property
    def rmse(self) -> float:
        """The error of the best on all samples, m3 m-3; NaN if there was nothing to choose from."""
        return float(self.table["rmse"][self.table["n_samples"] == self.table["n_samples"].max()].min())


@dataclass(frozen=True)
class _Ground:
    """What combinations are tried on: samples, and pairs of row numbers (learn, test)."""

    X: np.ndarray
    y: np.ndarray
    weight: np.ndarray | None
    folds: list[tuple[np.ndarray, np.ndarray]]
    categories: tuple[int, ...]
    names: tuple[str, ...]

    def part(self, size: int, seed: int) -> _Ground:
        """Return a ground of fewer samples; they are spread over the same folds, and those of less are among them."""
        place = np.ones(len(self.y))  # what is in no test part comes last
        rng = np.random.default_rng(seed)
        for _, test in self.folds:
            place[test] = (rng.permutation(len(test)) + 0.5) / len(test)
        taken = np.zeros(len(self.y), bool)
        taken[np.argsort(place, kind="stable")[:size]] = True
        folds = [(learn[taken[learn]], test[taken[test]]) for learn, test in self.folds]
        return replace(self, folds=folds)

    @property
    def n_tested(self) -> int:
        return sum(len(test) for _, test in self.folds)

    def mark(self) -> bytes:
        """Return a digest that no other ground has."""
        mark = blake2b(repr((self.categories, self.names)).encode())
        for part in (self.X, self.y, self.weight, *(rows for fold in self.folds for rows in fold)):
            array = np.asarray([] if part is None else part)
            mark.update(repr((array.shape, array.dtype.str)).encode() + array.tobytes())
        return mark.digest()


def search(
    candidate: Candidate,
    samples: Samples,
    options: SearchOptions,
    seed: int = 0,
    threads: int = 0,
    weight: np.ndarray | None = None,
    progress: Progress = SILENT,
    memo: dict[str, float] | None = None,
) -> SearchResult:
    """Return the options of a learner that have the least error in folds of these samples.

    The first of several alike is taken. Where there is nothing to choose from, nothing is fitted.

    Parameters
    ----------
    candidate : Candidate
        The learner, its options, and the values to try.
    samples : Samples
        The training part; what is held out elsewhere must not be among it.
    options : SearchOptions
    seed, threads : int
        0 threads means all cores.
    weight : ndarray, shape (n,), optional
        Weights in training; those of the samples when left out. Errors count alike.
    progress : Progress
    memo : dict of str to float, optional
        Errors that are known already, by a digest of samples, folds, weights, options and seed. What is found is added.

    Raises
    ------
    InputError
        If no combination could be fitted, there are too many, or no folds can be made.
    """
    ranges = _ranges(candidate, options)
    tries = tries_of(candidate, options, len(samples), seed)
    table = pd.DataFrame([tried.as_dict() for tried in tries], range(len(tries)), list(ranges))
    table["rmse"] = np.nan
    table["n_samples"] = len(samples)
    if len(tries) == 1:
        return SearchResult(tries[0], table)
    ground = _Ground(
        samples.X,
        samples.y,
        samples.weight if weight is None else weight,
        inner_folds(samples, options, seed, progress),
        samples.categories,
        samples.names,
    )
    sizes = _sizes(len(samples), len(tries), options) if options.search == "halving" else [len(samples)]
    memo = {} if memo is None else memo
    alive = list(range(len(tries)))
    for size, part in progress.parts(sizes):
        here = ground if size == len(samples) else ground.part(size, seed)
        rmse = _errors([tries[k] for k in alive], candidate.learner, here, seed, threads, part, memo)
        table.loc[alive, "rmse"] = rmse
        table.loc[alive, "n_samples"] = size
        order = np.argsort(rmse, kind="stable")[: int(np.isfinite(rmse).sum())]
        alive = [alive[k] for k in order[: ceil(len(alive) / 2)]]
    return SearchResult(tries[alive[0]], table)


def _ranges(candidate: Candidate, options: SearchOptions) -> dict[str, tuple]:
    """Return the values to try of each setting, each once; none where nothing is searched."""
    ranges = candidate.ranges() if options.search != "off" else {}
    return {name: tuple(dict.fromkeys(values)) for name, values in ranges.items()}


def tries_of(candidate: Candidate, options: SearchOptions, n_samples: int, seed: int = 0) -> list[Options]:
    """Return the options of a learner that a search tries on so many samples, in the order of the grid; at least one.

    Raises
    ------
    InputError
        If there are too many.
    """
    return [sized(o, n_samples) for o in _combinations(candidate, _ranges(candidate, options), options, seed)]


def n_searched(tries: Sequence[Options], kind: Learner, options: SearchOptions, n_samples: int) -> float:
    """Return how many fits a search of these combinations takes, each counted by its fraction of the samples."""
    if len(tries) == 1:
        return 0.0
    staged = hasattr(kind.build(tries[0]), "predict_staged")
    n = len({replace(o, n_trees=1) if staged else o for o in map(_plain, tries)})
    sizes = _sizes(n_samples, len(tries), options) if options.search == "halving" else [n_samples]
    rounds = sum(size / n_samples / 2**i for i, size in enumerate(sizes))
    return n * options.inner_folds * rounds


def _combinations(candidate: Candidate, ranges: dict, options: SearchOptions, seed: int) -> list[Options]:
    """Return the options to try, in the order of the grid."""
    if not ranges:
        return [candidate.options]
    shape = tuple(len(values) for values in ranges.values())
    total = prod(shape)
    if options.search in ("random", "halving") and total > options.n_tries:
        chosen = np.sort(np.random.default_rng(seed).choice(total, options.n_tries, replace=False))
    elif total > MAX_COMBINATIONS:
        raise InputError(
            f"The grid of {candidate.learner.label} has {total} combinations of {', '.join(ranges)}. "
            "Take fewer values, or a random search."
        )
    else:
        chosen = np.arange(total)
    numbers = zip(*np.unravel_index(chosen, shape))
    tries = []
    for row in numbers:
        values = {name: ranges[name][k] for name, k in zip(ranges, row)}
        tries.append(replace(candidate.options, **values))
    return tries


def inner_folds(
    samples: Samples, options: SearchOptions, seed: int = 0, progress: Progress = SILENT
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return pairs of row numbers (learn, test): of single samples where "auto" finds too few groups, which is told.

    Raises
    ------
    InputError
        If no folds can be made.
    """
    wish = FoldOptions(by=options.inner_by, n_folds=options.inner_folds)
    try:
        return make_folds(samples, wish, seed)
    except InputError as error:
        if wish.by != "auto":
            raise
        folds = make_folds(samples, replace(wish, by="random"), seed)
        progress.warn(f"Inside of the training set single samples are held out: {error}")
        return folds


def _sizes(n_samples: int, n_tries: int, options: SearchOptions) -> list[int]:
    """Return how many samples each round of halving takes: twice as many each time, all of them in the last."""
    sizes = [ceil(n_samples / 2**i) for i in reversed(range(ceil(log2(n_tries))))]
    return [size for size in sizes[:-1] if size >= MIN_PER_FOLD * options.inner_folds] + [n_samples]


def _errors(
    tries: Sequence[Options],
    kind: Learner,
    ground: _Ground,
    seed: int,
    threads: int,
    progress: Progress,
    memo: dict[str, float],
) -> np.ndarray:
    """Return the RMSE of each combination, NaN where it failed; what the memo has is not fitted again."""
    mark = ground.mark()
    plain = [_plain(tried) for tried in tries]
    keys = [blake2b(mark + repr((kind.key, seed, o)).encode(), digest_size=16).hexdigest() for o in plain]
    staged = hasattr(kind.build(tries[0]), "predict_staged")
    groups: dict = {}  # of those that differ in the number of trees alone; one fit serves them all
    for key, o in {key: o for key, o in zip(keys, plain) if key not in memo}.items():
        groups.setdefault(replace(o, n_trees=1) if staged else o, []).append((key, o))
    groups = [sorted(group, key=lambda pair: getattr(pair[1], "n_trees", 0)) for group in groups.values()]
    jobs: list[partial] = []
    for group in groups:
        grown = [options for _, options in group]
        jobs += [partial(_fold_errors, kind, grown, ground, fold, seed) for fold in ground.folds]
    results = in_parallel(jobs, threads, progress)
    failures = []
    for i, group in enumerate(groups):
        parts = results[i * len(ground.folds) : (i + 1) * len(ground.folds)]
        failure = next((part for part in parts if isinstance(part, Exception)), None)
        if failure is None:
            rmse = np.sqrt(np.sum(parts, axis=0) / ground.n_tested)
            memo.update((key, float(error)) for (key, _), error in zip(group, rmse) if np.isfinite(error))
        failures.append(failure)
    errors = np.array([memo.get(key, np.nan) for key in keys])
    _tell_failures(kind, errors, next(filter(None, failures), None), progress)
    return errors


def _plain(options: Options) -> Options:
    """Return the options in one form for all that make the same trees, so that these are grown once."""
    if isinstance(options, LightGBMOptions):
        leaves, depth = options.n_leaves, options.max_depth
        if depth:
            leaves = min(leaves, 2**depth)
        # even a tree that splits the same side again and again has a leaf for each level and one more
        return replace(options, n_leaves=leaves, max_depth=0 if depth >= leaves - 1 else depth)
    return options


def _fold_errors(
    kind: Learner, group: list[Options], ground: _Ground, fold, seed: int, threads: int, progress: Progress
) -> np.ndarray:
    """Return the sum of squared errors on one test part, one for each of the group; the last has most trees."""
    learn, test = fold
    weight = None if ground.weight is None else ground.weight[learn]
    estimator = kind.build(group[-1], seed, threads, ground.categories)
    estimator.names = ground.names
    estimator.fit(ground.X[learn], ground.y[learn], weight, progress)
    X = ground.X[test]
    predicted = estimator.predict_staged(X, [o.n_trees for o in group]) if len(group) > 1 else [estimator.predict(X)]
    return ((np.asarray(predicted, np.float64) - ground.y[test]) ** 2).sum(axis=1)


def _tell_failures(kind: Learner, errors: np.ndarray, failure: Exception | None, progress: Progress) -> None:
    failed = int(np.isnan(errors).sum())
    if not failed:
        return
    why = failure or "its predictions are no numbers"
    if failed == len(errors):
        raise InputError(f"{kind.label}: none of {failed} combinations could be fitted: {why}") from failure
    progress.warn(f"{kind.label}: {failed} of {len(errors)} combinations failed and are left out: {why}")
