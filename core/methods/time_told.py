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
    kinds: list[tuple[FitKind, float]] = []
    fits = 0.0
    for recipe, in_turn, side_by_side in _times(state, recipes, compared):
        try:
            require(*(package for candidate in recipe.candidates for package in candidate.learner.needs))
            found = fit_kinds(recipe, samples, seed)
        except (InputError, MissingPackage):
            continue
        fits += (in_turn + side_by_side) * sum(kind.n for kind in found)
        # a search has fits enough for all cores
        one_by_one = in_turn if recipe.search.search == "off" else in_turn / cores
        kinds += [(kind, one_by_one + side_by_side / cores) for kind in found]
    if fits < FEW:
        return
    seconds = 0.0
    for kind, times in kinds:
        with suppress(InputError):
            seconds += times * kind.seconds(seed, progress)
    where = f"{state.folder.name}: " if method.depths else ""
    progress.say(
        f"{where}{grouped(fits)} fits for training, test and folds: about {duration(seconds)} on {cores} "
        "cores, by the time of one of each kind. Sampling, maps and reports come on top."
    )


def _times(state: RunState, recipes: Sequence[Recipe], compared: Sequence[Recipe]) -> list[tuple[Recipe, int, int]]:
    """Return how often each recipe is fitted, one after another and side by side in the comparison."""
    method = state.method
    trained = method.folds.n_folds + 1
    tested = 1 if method.test is not None else 0
    in_comparison = sum(folds.n_folds for folds in method.compare_folds) + tested if method.compare_folds else 0
    rescaled = 2 * method.folds.n_folds if method.rescale.beside and method.rescale.rescale != "off" else 0
    first, *rest = recipes
    times = [(first, trained + tested + rescaled, in_comparison), *((recipe, trained, 0) for recipe in rest)]
    of_maps = trained if method.compare_maps else 0
    return times + [(recipe, of_maps, in_comparison) for recipe in compared]
