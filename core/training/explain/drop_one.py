# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model would lose without each of its covariates: the same recipe and folds, trained again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...base.errors import InputError
from ...base.progress import SILENT, Progress
from ...samples.samples import Samples
from ..check_samples import check_samples, learnable
from ..folds.divide import make_folds, settled
from ..recipe import Recipe
from ..recipes_of import recipes_of
from ..selection import drop_one, error_of
from ..settings import FoldOptions

if TYPE_CHECKING:
    from ..model import Model


def losses_without(
    model: Model, samples: Samples, seed: int = 0, threads: int = 0, progress: Progress = SILENT
) -> np.ndarray:
    """Return by how much the RMSE of folds grows without each covariate, m3 m-3, shape (covariates,).

    Parameters
    ----------
    model : Model
        Gives the learners with the options that they were trained with, without a new search, the scheme, the
        weights and the folds; five folds if it had none.
    samples : Samples
        With the covariates of the model.
    seed, threads : int
        0 threads means all cores.

    References
    ----------
    Poehls et al. 2025, section 2.0.2.
    """
    recipe, folds = recipe_of(model), FoldOptions.from_dict(model.passport["folds"], "folds of the model")
    samples = learnable(samples, recipe.takes_gaps, progress)
    folds = settled(folds if folds.n_folds else FoldOptions(), samples)
    check_samples(samples, progress)
    table = drop_one(samples, error_of(recipe, make_folds(samples, folds, seed), seed, threads), progress)
    return table.set_index("covariate")["loss"].reindex(samples.names).to_numpy()


def recipe_of(model: Model) -> Recipe:
    """Return what a model was trained by, with each learner's options as its first member has them."""
    if len(model.parts) > 1:
        raise InputError(
            f"This model is a blend of {len(model.parts)} recipes ({model.passport['learner']}); to leave out each "
            "covariate, explain a model of one of them."
        )
    (recipe,) = recipes_of(model)
    return recipe
