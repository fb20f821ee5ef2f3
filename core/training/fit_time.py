# SPDX-License-Identifier: GPL-2.0-or-later
"""How many fits a recipe takes, and how long one of each kind does, so that a person can be told before it begins."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ..base.options import Options
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from .check_samples import learnable
from .learners import Learner
from .recipe import Recipe
from .schemes import parts_of
from .search import n_searched, tries_of
from .texture import seeing


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
        How many there are, each counted by the samples that it learns from.
    """

    learner: Learner
    options: Options
    samples: Samples
    n: float

    def seconds(self, seed: int = 0, progress: Progress = SILENT) -> float:
        """Return the time of all, one after another with one thread, by that of the first.

        Raises
        ------
        InputError
            If it cannot learn from its samples.
        """
        estimator = self.learner.build(self.options, seed, 1, self.samples.categories)
        began = time.perf_counter()
        estimator.fit(self.samples.X, self.samples.y, self.samples.weight, progress.part(0, 0))
        return self.n * (time.perf_counter() - began)


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
        n = searched + 1
        if several:
            # each is tuned and trained wherever it is tried; the last one is that of the best
            tried = recipe.search.inner_folds if recipe.choose == "cv" else 1
            n = tried * (searched + 1) + (searched + 1) / len(recipe.candidates)
        kinds.append(FitKind(candidate.learner, tries[len(tries) // 2], middle, len(parts) * n))
    return kinds
