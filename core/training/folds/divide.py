# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples are divided: which of them are held out to see how a model does where it has not learned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.stats import ks_2samp

from ...base.errors import InputError
from ...base.progress import SILENT, Progress
from ...samples.samples import Samples
from ..settings import FoldOptions, HoldoutOptions
from . import FOLDS, HOLDOUTS, FoldKind, fold_kind, function, taking
from .groups import Pair, need_columns

MAX_DRAWS = 100  # until both parts are alike


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
    """
    options = settled(options, samples)
    if options.n_folds < 2:
        raise InputError(
            f"n_folds is {options.n_folds}, but at least 2 folds are needed: one to learn from, one to test with."
        )
    kind = fold_kind(options.by)
    _check(kind, FOLDS, samples, options)
    rng = np.random.default_rng(seed)
    divide = function(kind.folds)
    return _alike(lambda: divide(samples, options, rng, progress), samples.y, options, progress)


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
    """
    kind = fold_kind(options.by)
    _check(kind, HOLDOUTS, samples, options)
    rng = np.random.default_rng(seed)
    divide = function(kind.holdout)
    return _alike(lambda: [divide(samples, options, rng, progress)], samples.y, options, progress)[0]


def _check(kind: FoldKind, offered: tuple[FoldKind, ...], samples: Samples, options) -> None:
    """Refuse samples that lack what the kind of folds needs, and a test that it does not take."""
    need_columns(samples, [name.format(**options.as_dict()) for name in kind.needs], kind.key)
    if options.ks_p and "ks_p" not in kind.takes:
        raise InputError(
            f"ks_p is {options.ks_p:g}, but only parts by {taking('ks_p', offered)} are drawn again, not by {kind.key}."
        )


def _alike(draw: Callable[[], list[Pair]], y: np.ndarray, options, progress: Progress) -> list[Pair]:
    """Return the first draw in which y is alike in both parts of every pair, by a Kolmogorov-Smirnov test.

    Rao et al. 2022, section 2.3.2.
    """
    best = 0.0
    for _ in range(MAX_DRAWS):
        progress.check()
        pairs = draw()
        if not options.ks_p:
            return pairs
        p = min(ks_2samp(y[learn], y[test], method="asymp").pvalue for learn, test in pairs)
        if p > options.ks_p:
            return pairs
        best = max(best, p)
    raise InputError(
        f"None of {MAX_DRAWS} draws by {options.by} gives parts with alike soil moisture: the best has p = "
        f"{best:.2g} in its worst pair, and more than {options.ks_p:g} is asked for. Lower ks_p, or divide by "
        "something else."
    )
