# SPDX-License-Identifier: GPL-2.0-or-later
"""Training: folds for honest scores, then one model of all samples."""

from __future__ import annotations

import numpy as np

from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from ..scoring.metrics import scores, scores_by
from .check_samples import check_samples, learnable
from .cross_validate import predict_held_back
from .fitted import Fitted
from .folds.divide import make_folds, settled
from .model import Model
from .recipe import Recipe
from .schemes import fit_recipe
from .settings import FoldOptions


def train(
    samples: Samples,
    recipe: Recipe,
    folds: FoldOptions = FoldOptions(),
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
) -> Model:
    """Score a recipe by folds and train it on all samples.

    Parameters
    ----------
    samples : Samples
    recipe : Recipe
    folds : FoldOptions, optional
        By station, else by blocks of coarse cells, else single samples, when left out.
    seed, threads : int
        0 threads means all cores.

    Raises
    ------
    InputError
        If there are too few samples, or a covariate is constant.
    """
    folds = settled(folds, samples)
    samples = learnable(samples, recipe.takes_gaps, progress)
    check_samples(samples, progress)
    last, fold_scores = folds.n_folds / (folds.n_folds + 1), None
    memo: dict = {}
    if folds.n_folds:
        predicted = out_of_fold(samples, recipe, folds, seed, threads, progress.part(0, last), memo)
        fold_scores = _fold_scores(samples, predicted)
        progress.say(_sentence(fold_scores["pooled"], folds))
    fitted = fit_recipe(recipe, samples, seed, threads, progress.part(last, 1), memo)
    _tell_size(recipe, fitted, progress)
    return Model.of(samples, recipe, fitted, folds, fold_scores, seed)


def out_of_fold(
    samples: Samples,
    recipe: Recipe,
    folds: FoldOptions,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
    memo: dict | None = None,
) -> np.ndarray:
    """Return for every sample the prediction of a model that has not seen its fold, shape (n,), m3 m-3.

    All that a recipe tunes and chooses happens inside of the training parts. Rows with gaps are NaN if its learners
    take none.
    """

    def fit(own: Samples, step: Progress):
        return fit_recipe(recipe, own, seed, threads, step, memo)

    return predict_held_back(samples, make_folds(samples, folds, seed, progress), fit, progress)


def _tell_size(recipe: Recipe, fitted: Fitted, progress: Progress) -> None:
    """Tell what was chosen by the number of samples."""
    chosen = {c.learner.key: [k for k, v in c.options.as_dict().items() if v is None] for c in recipe.candidates}
    found: dict[str, set] = {}
    for member in fitted.members:
        for name in chosen[member.learner.key]:
            found.setdefault(name, set()).add(getattr(member.options, name))
    if found:
        told = ", ".join(f"{name} {' or '.join(map(str, sorted(values)))}" for name, values in found.items())
        progress.say(f"Chosen by the number of samples: {told}")


def _fold_scores(samples: Samples, predicted: np.ndarray) -> dict:
    """Return pooled scores, and mean and median over stations where there are any."""
    result = {"pooled": scores(predicted, samples.y)}
    if "station" in samples.index:
        table = scores_by(predicted, samples.y, samples.index["station"].to_numpy())
        middle = table.drop(columns="n")
        result["station_mean"], result["station_median"] = middle.mean().to_dict(), middle.median().to_dict()
    return result


def _sentence(pooled: dict, folds: FoldOptions) -> str:
    return (
        f"{folds.n_folds} folds by {folds.by}: RMSE {pooled['rmse']:.4f}, bias {pooled['bias']:+.4f}, "
        f"ubRMSE {pooled['ubrmse']:.4f} m3 m-3, R {pooled['r']:.3f}, R2 {pooled['r2']:.3f}, n {pooled['n']}"
    )
