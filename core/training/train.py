# SPDX-License-Identifier: GPL-2.0-or-later
"""Training: folds for honest scores, then one model of all samples."""

from __future__ import annotations

import numpy as np

from ..errors import InputError
from ..model_file import Model
from ..options import Options
from ..progress import SILENT, Progress
from ..samples import Samples
from ..settings import FoldOptions
from ..validation.metrics import scores, scores_by
from .folds import make_folds, settled
from .learners import Learner

LEAST_PER_COVARIATE = 5  # fewer samples than this per covariate teach a learner nothing
LEAST_SAMPLES = 20


def train(
    samples: Samples,
    learner: Learner,
    options: Options | None = None,
    folds: FoldOptions | None = None,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
) -> Model:
    """Score a learner by folds and train it on all samples.

    Parameters
    ----------
    samples : Samples
    learner : Learner
    options : Options, optional
        Of the learner's own kind.
    folds : FoldOptions, optional
        By station, else by blocks of coarse cells, else single samples, when left out.
    seed, threads : int
        0 threads means all cores.

    Raises
    ------
    InputError
        If there are too few samples, or a covariate is constant.
    """
    options, folds = options or learner.options(), settled(folds or FoldOptions(), samples)
    _check(samples)
    n_fits = folds.n_folds + 1
    fold_scores = None
    if folds.n_folds:
        predicted = out_of_fold(samples, learner, options, folds, seed, threads, progress.part(0, 1 - 1 / n_fits))
        fold_scores = _fold_scores(samples, predicted)
        progress.say(_sentence(fold_scores["pooled"], folds))
    estimator = learner.build(options, seed, threads)
    estimator.fit(samples.X, samples.y, samples.weight, progress.part(1 - 1 / n_fits, 1))
    return Model.of(samples, learner, options, estimator, folds, fold_scores, seed)


def out_of_fold(
    samples: Samples,
    learner: Learner,
    options: Options,
    folds: FoldOptions,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
) -> np.ndarray:
    """Return for every sample the prediction of a model that has not seen its fold, shape (n,)."""
    predicted = np.full(len(samples), np.nan)
    pairs = make_folds(samples, folds, seed)
    weight = samples.weight
    for k, (learn, test) in enumerate(pairs):
        estimator = learner.build(options, seed, threads)
        part = progress.part(k / len(pairs), (k + 1) / len(pairs))
        estimator.fit(samples.X[learn], samples.y[learn], None if weight is None else weight[learn], part)
        predicted[test] = estimator.predict(samples.X[test])
    return predicted


def _check(samples: Samples) -> None:
    least = max(LEAST_SAMPLES, LEAST_PER_COVARIATE * len(samples.names))
    if len(samples) < least:
        raise InputError(
            f"{len(samples)} samples are too few for {len(samples.names)} covariates: at least {least} are needed. "
            "Widen the period or the area, or leave covariates out."
        )
    bad = ~np.isfinite(samples.X).all(0)
    if bad.any():
        names = ", ".join(np.array(samples.names)[bad])
        raise InputError(f"The samples have cells without a number in {names}; remove these rows or covariates.")
    if not np.isfinite(samples.y).all():
        raise InputError(f"{int((~np.isfinite(samples.y)).sum())} samples have no soil moisture; remove these rows.")
    constant = np.ptp(samples.X, axis=0) == 0
    if constant.any():
        names = ", ".join(np.array(samples.names)[constant])
        raise InputError(f"{names} has the same value in all samples and teaches nothing; leave it out.")


def _fold_scores(samples: Samples, predicted: np.ndarray) -> dict:
    """Return pooled scores, and mean and median over stations where there are any."""
    result = {"pooled": scores(predicted, samples.y)}
    if "station" in samples.place:
        table = scores_by(predicted, samples.y, samples.place["station"].to_numpy())
        middle = table.drop(columns="n")
        result["station_mean"], result["station_median"] = middle.mean().to_dict(), middle.median().to_dict()
    return result


def _sentence(pooled: dict, folds: FoldOptions) -> str:
    return (
        f"{folds.n_folds} folds by {folds.by}: RMSE {pooled['rmse']:.4f}, bias {pooled['bias']:+.4f}, "
        f"ubRMSE {pooled['ubrmse']:.4f} m3 m-3, R {pooled['r']:.3f}, R2 {pooled['r2']:.3f}, n {pooled['n']}"
    )
