# SPDX-License-Identifier: GPL-2.0-or-later
"""How many fits a recipe takes, and how long one of each kind does, so that a person can be told before it begins."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from ..base.options import Options
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from .check_samples import learnable
from .learners import Learner
from .recipe import Recipe
from .schemes import TEST_PART, parts_of
from .search import n_searched, tries_of
from .texture import seeing

SHORT = 1.0  # s


@dataclass(frozen=True)
class FitKind:
    """Fits that take about as long as each other.

    Attributes
    ----------
    learner : Learner
    options : Options
        The middle one of the combinations that are tried.
    samples : Samples
        The middle one of the parts that get a model of their own.
    n : float
        How many there are.
    fraction : float
        Of the samples that one of them learns from, on average: the others are held out to search and to choose.
    """

    learner: Learner
    options: Options
    samples: Samples
    n: float
    fraction: float = 1.0

    def seconds(self, seed: int = 0, progress: Progress = SILENT, kept: float = 1.0) -> float:
        """Return the time of all, one after another with one thread, by that of one on as many samples as they have.

        A kernel on half of the samples takes a quarter of the time: it is no use to time it on all of them.

        Parameters
        ----------
        seed : int
        progress : Progress
        kept : float
            Fraction of the samples that folds and test parts leave to learn from.

        Raises
        ------
        InputError
            If it cannot learn from its samples.
        """
        n = max(1, round(self.fraction * kept * len(self.samples)))
        rows = np.sort(np.random.default_rng(seed).choice(len(self.samples), n, replace=False))
        own = self.samples.rows(rows)
        took = self._timed(own, seed, progress)
        if took < SHORT:  # the first one may have loaded its library
            took = min(took, self._timed(own, seed, progress))
        return self.n * took

    def _timed(self, samples: Samples, seed: int, progress: Progress) -> float:
        estimator = self.learner.build(self.options, seed, 1, samples.categories)
        began = time.perf_counter()
        estimator.fit(samples.X, samples.y, samples.weight, progress.part(0, 0))
        return time.perf_counter() - began


def fit_kinds(recipe: Recipe, samples: Samples, seed: int = 0) -> list[FitKind]:
    """Return the fits that `fit_recipe` makes of some samples: those of search and choice, and the last ones.

    Parameters
    ----------
    recipe : Recipe
    samples : Samples
    seed : int

    Raises
    ------
    InputError
        If no part of the samples is large enough, or they lack what the recipe goes by.
    """
    samples = learnable(seeing(samples, recipe.classes), recipe.takes_gaps)
    parts = [part.samples for part in parts_of(recipe, samples, SILENT)]
    middle = sorted(parts, key=len)[len(parts) // 2]
    several = len(recipe.candidates) > 1
    kinds = []
    for candidate in recipe.candidates:
        tries = tries_of(candidate, recipe.search, len(middle), seed)
        searched = n_searched(tries, candidate.learner, recipe.search, len(middle))
        inner = recipe.search.inner_folds
        tuned = searched + 1, searched * (1 - 1 / inner) + 1  # fits, and how often the samples are learned from
        n, learned = tuned
        if several:
            # each is tuned and trained wherever it is tried; the last one is that of the best
            tried, kept = (inner, 1 - 1 / inner) if recipe.choose == "cv" else (1, TEST_PART.training_fraction)
            last = 1 / len(recipe.candidates)
            n, learned = tuned[0] * (tried + last), tuned[1] * (tried * kept + last)
        kinds.append(FitKind(candidate.learner, tries[len(tries) // 2], middle, len(parts) * n, learned / n))
    return kinds
