# SPDX-License-Identifier: GPL-2.0-or-later
"""About how long a run will learn, told before it begins to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from ..base.duration import duration
from ..base.errors import InputError, MissingPackage
from ..base.extras import require
from ..base.names import grouped
from ..base.progress import Progress
from ..samples.samples import Samples
from ..training.fit_time import FitKind, fit_kinds
from ..training.recipe import Recipe
from .prepare import adapted
from .run_state import RunState

FEW = 200  # fits; fewer are not worth the time that it takes to time one


def tell_time(state: RunState, samples: Samples, recipes: Sequence[Recipe], progress: Progress) -> None:
    """Tell how many fits training, test, folds and comparison take, and about how long these do, if they are many.

    It is told by the time of one fit of each kind. What cannot be fitted is told when its turn comes.

    Parameters
    ----------
    state : RunState
    samples : Samples
        Those that will be learned from.
    recipes : sequence of Recipe
        Of the method, in the names of the study.
    progress : Progress
    """
    method, seed = state.method, state.method.seed
    compared = [adapted(recipe, samples, state.roles)[0] for recipe in method.compare.values()]
    cores = state.threads or os.cpu_count() or 1
    kinds: list[tuple[FitKind, float, float]] = []
    fits = 0.0
    for recipe, in_turn, side_by_side, kept in _times(state, recipes, compared):
        try:
            require(*(package for candidate in recipe.candidates for package in candidate.learner.needs))
            found = fit_kinds(recipe, samples, seed)
        except (InputError, MissingPackage):
            continue
        fits += (in_turn + side_by_side) * sum(kind.n for kind in found)
        # a search has fits enough for all cores
        one_by_one = in_turn if recipe.search.search == "off" else in_turn / cores
        kinds += [(kind, one_by_one + side_by_side / cores, kept) for kind in found]
    if fits < FEW:
        return
    seconds = 0.0
    for kind, times, kept in kinds:
        with suppress(InputError):
            seconds += times * kind.seconds(seed, progress, kept)
    where = f"{state.folder.name}: " if method.depths else ""
    progress.say(
        f"{where}{grouped(fits)} fits for training, test and folds: about {duration(seconds)} on {cores} "
        "cores, by the time of one of each kind. Sampling, maps and reports come on top."
    )


def _times(
    state: RunState, recipes: Sequence[Recipe], compared: Sequence[Recipe]
) -> list[tuple[Recipe, int, int, float]]:
    """Return how often each recipe is fitted, one after another and side by side in the comparison.

    The last number is the fraction of the samples that such a fit learns from, on average.
    """
    method = state.method
    test = method.test
    n_folds = method.folds.n_folds
    trained = n_folds + 1, max(n_folds, 1)  # fits, and how often the samples are learned from
    tested = (0, 0.0) if test is None else (1, test.training_fraction)
    rescaling = n_folds if method.rescale.beside and method.rescale.rescale != "off" else 0
    rescaled = 2 * rescaling, 2 * max(rescaling - 1, 0)
    beside = sum(folds.n_folds for folds in method.compare_folds), sum(f.n_folds - 1 for f in method.compare_folds)
    in_comparison = (beside[0] + tested[0], beside[1] + tested[1]) if method.compare_folds else (0, 0)

    def of(recipe: Recipe, in_turn: Sequence[tuple[int, float]], side: tuple[int, float]):
        n = sum(fits for fits, _ in in_turn)
        learned = sum(times for _, times in in_turn) + side[1]
        return recipe, n, side[0], learned / max(n + side[0], 1)

    first, *rest = recipes
    times = [of(first, [trained, tested, rescaled], in_comparison), *(of(recipe, [trained], (0, 0)) for recipe in rest)]
    of_maps = [trained] if method.compare_maps else []
    return times + [of(recipe, of_maps, in_comparison) for recipe in compared]
