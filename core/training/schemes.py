# SPDX-License-Identifier: GPL-2.0-or-later
"""Schemes: how the samples are shared out among models, and which learner gets each part."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..base.errors import InputError, OptionError
from ..base.names import some
from ..base.options import listed
from ..base.periods import period_starts
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from ..scoring.metrics import scores
from .check_samples import learnable, places_of
from .cross_validate import predict_held_back, rmse
from .fitted import Fitted, Member, gain_fraction
from .folds.divide import holdout
from .learners.options import left_to_folds, sized
from .recipe import Candidate, Recipe
from .sample_weights import classes_of, weights_of
from .search import inner_folds, search
from .settings import HoldoutOptions, WeightOptions

# Rao et al. 2022, section 2.3.2: half and half on each date, drawn until both halves are alike
TEST_PART = HoldoutOptions(by="date_stratified", training_fraction=0.5, ks_p=0.05)


@dataclass(frozen=True)
class Part:
    """A part of the samples, with their weights, that gets a model of its own."""

    label: str
    samples: Samples
    start: np.datetime64 | None = None


def fit_recipe(
    recipe: Recipe,
    samples: Samples,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
    memo: dict | None = None,
) -> Fitted:
    """Tune, choose and train what a recipe asks for.

    Parameters
    ----------
    recipe : Recipe
    samples : Samples
        All that may be learned from: search and choice divide these again. Rows with gaps count if all learners take
        them.
    seed, threads : int
        0 threads means all cores.
    memo : dict, optional
        Of errors that are known already; see `search`.

    Raises
    ------
    InputError
        If no part of the samples is large enough, or they lack what the scheme goes by.
    """
    parts = parts_of(recipe, learnable(samples, recipe.takes_gaps), progress)
    members, account = [], []
    for k, (part, step) in enumerate(progress.parts(parts)):
        member, tried = _best(recipe, part, seed + k, threads, step, {} if memo is None else memo)
        members.append(member)
        account += tried
    starts = [part.start for part in parts if part.start is not None]
    return Fitted(tuple(members), np.array(starts, "datetime64[D]"), account)


def parts_of(recipe: Recipe, samples: Samples, progress: Progress) -> list[Part]:
    """Return the parts of the samples that get a model each, with their weights.

    Raises
    ------
    InputError
        If no part is large enough, or the samples lack what the scheme goes by.
    """
    scheme = recipe.scheme
    if scheme.scheme == "per_period":
        return _periods(recipe, samples, progress)
    if scheme.scheme == "by_class":
        return _classes(recipe, samples, progress)
    whole = _weighted("all samples", samples, recipe.weights, progress)
    if scheme.scheme == "one_model":
        return [whole]
    balances = [WeightOptions(weights="balance", column=name) for name in _columns(scheme.columns, "by_weights")]
    return [
        *(_weighted(f"balanced by {b.column}", samples, b, progress) for b in balances),
        replace(whole, label="not balanced"),
    ]


def _periods(recipe: Recipe, samples: Samples, progress: Progress) -> list[Part]:
    """Return the periods that have samples enough; all samples as one part, told, where none has."""
    days = samples.days
    scheme = recipe.scheme
    if days is None:
        progress.warn("The samples have no dates: one model of all of them stands for all periods.")
        return [_weighted("all samples", samples, recipe.weights, progress)]
    begins = period_starts(days, scheme.period)
    starts, counts = np.unique(begins, return_counts=True)
    enough = counts >= scheme.min_samples
    if not enough.any():
        progress.warn(
            f"No period has {scheme.min_samples} samples; the {len(starts)} periods have {counts.min()} to "
            f"{counts.max()}: one model of all samples stands for all of them. Longer periods or fewer least samples "
            "give each its own."
        )
        return [_weighted("all samples", samples, recipe.weights, progress)]
    if not enough.all():
        few = some(f"{start} ({count})" for start, count in zip(starts[~enough], counts[~enough]))
        progress.warn(
            f"{int((~enough).sum())} of {len(starts)} periods have fewer than {scheme.min_samples} samples and use "
            f"the model of the period before: {few}."
        )
    parts = []
    for start in starts[enough]:
        parts.append(
            _weighted(str(start), samples.rows(np.flatnonzero(begins == start)), recipe.weights, progress, start)
        )
    return parts


def _classes(recipe: Recipe, samples: Samples, progress: Progress) -> list[Part]:
    least = recipe.scheme.min_samples
    (column,) = _columns(recipe.scheme.columns, "by_class", 1)
    classes = classes_of(samples, column)
    names, counts = np.unique(classes, return_counts=True)
    if not (counts >= least).any():
        raise InputError(
            f"No class of '{column}' has {least} samples; the largest of {len(names)} has {counts.max()}. Take fewer "
            "least samples, or one model."
        )
    small = ", ".join(f"{name} ({count})" for name, count in zip(names, counts) if count < least)
    if small:
        progress.warn(f"Classes of '{column}' with fewer than {least} samples get no model of their own: {small}.")
    parts = []
    for name in names[counts >= least]:
        parts.append(
            _weighted(f"{column} {name}", samples.rows(np.flatnonzero(classes == name)), recipe.weights, progress)
        )
    return parts


def _weighted(
    label: str, samples: Samples, weights: WeightOptions, progress: Progress, start: np.datetime64 | None = None
) -> Part:
    weight = None if weights.weights == "equal" else weights_of(samples, weights, progress)
    return Part(label, samples.weighted(weight), start)


def _columns(text: str, scheme: str, exactly: int = 0) -> list[str]:
    names = listed(text)
    if not names or (exactly and len(names) != exactly):
        raise OptionError(
            f"The scheme {scheme} needs {'the name of one column' if exactly else 'names of columns'} in 'columns', "
            f"got {text!r}."
        )
    return names


def _best(
    recipe: Recipe, part: Part, seed: int, threads: int, progress: Progress, memo: dict
) -> tuple[Member, list[dict]]:
    """Return the best candidate, tuned and trained on the whole part, and what was tried."""
    fitting = _Fitting(recipe, part.label, seed, threads, memo)
    account: list[dict] = [
        {"part": part.label, "learner": candidate.learner.key, "n_samples": len(part.samples)}
        for candidate in recipe.candidates
    ]
    best = 0
    if len(recipe.candidates) > 1:
        for entry, (candidate, step) in zip(account, progress.part(0, 0.7).parts(recipe.candidates)):
            try:
                entry.update(_errors(fitting, candidate, part.samples, step))
            except InputError as error:  # one that has too little to learn from loses
                progress.warn(f"{candidate.learner.label}, {part.label}: {error}")
                entry["error"] = np.inf
        best = int(np.argmin([entry["error"] for entry in account]))
    tuned, rmse_found = fitting.tuned(recipe.candidates[best], part.samples, progress.part(0.7, 0.85))
    if np.isfinite(rmse_found):
        account[best].setdefault("search_rmse", rmse_found)
    account[best]["options"] = tuned.options.as_dict()
    for i, entry in enumerate(account):
        # those that lost in folds were tuned in each of them anew
        entry.setdefault("options", recipe.candidates[i].options.as_dict())
        entry["chosen"] = i == best
    return fitting.trained(tuned, part.samples, progress.part(0.85, 1)), account


@dataclass(frozen=True)
class _Fitting:
    """How the candidates of a part are tuned and trained on whichever of its samples."""

    recipe: Recipe
    label: str
    seed: int
    threads: int
    memo: dict

    def tuned(self, candidate: Candidate, samples: Samples, progress: Progress) -> tuple[Candidate, float]:
        """Return a candidate with the best options on these samples, and their error in the search; NaN without one."""
        how = self.recipe.search
        if how.search == "off":
            open_values = left_to_folds(candidate.options, len(samples))
            if not open_values:
                return replace(candidate, options=sized(candidate.options, len(samples))), np.nan
            candidate, how = replace(candidate, grid=open_values), replace(how, search="grid")
        found = search(candidate, samples, how, self.seed, self.threads, progress=progress, memo=self.memo)
        return replace(candidate, options=found.options), found.rmse

    def trained(self, candidate: Candidate, samples: Samples, progress: Progress) -> Member:
        """Return a candidate that has learned these samples."""
        estimator = candidate.learner.build(candidate.options, self.seed, self.threads, samples.categories)
        estimator.fine_sd = samples.fine_sd
        estimator.names = samples.names
        place = places_of(samples)
        estimator.repeats = 1.0 if place is None else len(samples) / len(np.unique(place))
        estimator.fit(samples.X, samples.y, samples.weight, progress)
        return Member(candidate.learner, candidate.options, estimator, self.label)


def _errors(fitting: _Fitting, candidate: Candidate, samples: Samples, progress: Progress) -> dict:
    """Return the error that candidates compete with, and what it is made of; m3 m-3.

    What they are tried with is never among what they were tuned and trained on.
    """
    recipe, seed = fitting.recipe, fitting.seed
    if recipe.choose == "cv":
        pairs = inner_folds(samples, recipe.search, seed, progress)

        def fit(own: Samples, step: Progress) -> Fitted:
            tuned, _ = fitting.tuned(candidate, own, step.part(0, 0.8))
            return Fitted((fitting.trained(tuned, own, step.part(0.8, 1)),))

        error = rmse(predict_held_back(samples, pairs, fit, progress), samples.y)
        return {"cv_rmse": error, "error": error}
    learn, test = holdout(
        samples, TEST_PART if samples.days is not None else replace(TEST_PART, by="random"), seed, progress
    )
    own = samples.rows(learn)
    tuned, found = fitting.tuned(candidate, own, progress.part(0, 0.8))
    estimator = fitting.trained(tuned, own, progress.part(0.8, 1)).estimator
    predicted = estimator.predict(samples.X)
    of_halves = {half: scores(predicted[rows], samples.y[rows]) for half, rows in (("train", learn), ("test", test))}
    training, testing = (of_halves[half]["rmse"] for half in ("train", "test"))
    # the mean of both is the published rule of Rao et al. 2022: it favours learners that overfit
    error = testing if recipe.choose == "test" else (training + testing) / 2
    told: dict[str, object] = {"search_rmse": found} if np.isfinite(found) else {}
    told |= {f"{half}_{metric}": own[metric] for half, own in of_halves.items() for metric in ("rmse", "r")}
    gain = gain_fraction(estimator)
    if np.isfinite(gain).all():
        told["importance"] = dict(zip(samples.names, gain.tolist()))
    return {**told, "error": error, "options": tuned.options.as_dict()}
