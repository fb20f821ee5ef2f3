# SPDX-License-Identifier: GPL-2.0-or-later
"""Held-out predictions of samples as a table, beside what is known without the model: places, classes, baselines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

import numpy as np
import pandas as pd

from ..base.errors import InputError, MissingPackage
from ..base.names import class_of
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from ..scoring.baselines import AS_IS, SMOOTH
from ..scoring.climatology import CLIMATOLOGY, climatology
from ..scoring.predictions import Predictions
from ..study.columns import COARSE_SMOOTH
from ..study.study import COARSE
from .check_samples import places_of
from .cross_validate import predict_held_back
from .folds import fold_kind
from .folds.groups import Pair
from .recipe import Recipe
from .sample_weights import values_of
from .schemes import fit_recipe
from .settings import FoldOptions, HoldoutOptions
from .texture import COLUMN, with_texture

LINEAR = "linear"  # the learner that any other one should beat


def folds_label(options: FoldOptions | HoldoutOptions) -> str:
    """Return the kind of folds, or of a test part, in a few words for tables and axes, as "by station"."""
    kind = fold_kind(options.by)
    return (kind.title or kind.label).format(**options.as_dict())


def fold_numbers(pairs: Sequence[Pair], n: int) -> np.ndarray:
    """Return the fold in which each of n rows is tested, from 1 on; 0 of one that is in no test part."""
    fold = np.zeros(n, np.int64)
    for number, (_, test) in enumerate(pairs, 1):
        fold[test] = number
    return fold


def place_of(samples: Samples) -> pd.DataFrame:
    """Return what is known of the rows beside their covariates, and the classes of the land among these as text.

    Classes are the covariates whose numbers name them, those that have a column for each class (the one that covers
    most), by their names where these are known, and the texture of the soil where the samples have sand and clay in %.
    """
    classes = [samples.names[i] for i in samples.categories]
    classes += [part[0] for part in map(class_of, samples.names) if part]
    place = samples.index.drop(columns=COARSE_SMOOTH, errors="ignore").reset_index(drop=True)
    for name in dict.fromkeys(classes):
        if name not in place:
            texts = values_of(samples, name)
            place[name] = texts.where(texts != "nan").to_numpy(object)
    for name in place.columns:
        place[name] = samples.called(name, place[name])
    if {"sand", "clay"} <= set(samples.names) and COLUMN not in place:
        with suppress(InputError):  # in another unit than %
            place[COLUMN] = with_texture(samples, "sand", "clay").index[COLUMN].to_numpy(object)
    return place


def baselines_of(samples: Samples, pairs: Sequence[Pair]) -> dict[str, np.ndarray]:
    """Return what there is without learning: the coarse product as it is and smooth, and the training climatology.

    Parameters
    ----------
    samples : Samples
    pairs : sequence of (learn, test)
        Row numbers; only rows to learn from have a say in what is expected of those to test with.

    Returns
    -------
    dict of str to ndarray, shape (n,)
        m3 m-3; NaN in rows that no test part holds.
    """
    tested = fold_numbers(pairs, len(samples)) > 0
    found: dict[str, np.ndarray] = {}
    if samples.facts.get("target") != "coarse" and COARSE in samples.names:
        found[AS_IS] = samples.X[:, samples.names.index(COARSE)]
    if COARSE_SMOOTH in samples.index:
        found[SMOOTH] = samples.index[COARSE_SMOOTH].to_numpy(np.float64)
    found = {name: np.where(tested, values, np.nan) for name, values in found.items()}
    expected = np.full(len(samples), np.nan)
    place = places_of(samples)
    for learn, test in pairs:
        expected[test] = climatology(samples.y, learn, test, place, samples.days)
    return {**found, CLIMATOLOGY: expected}


def has_linear(recipes: Iterable[Recipe]) -> bool:
    """Whether one of the recipes is a linear model by itself."""
    return any(len(r.candidates) == 1 and r.candidates[0].learner.key == LINEAR for r in recipes)


def linear_baseline(
    samples: Samples,
    pairs: Sequence[Pair],
    recipes: Sequence[Recipe],
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
) -> dict[str, np.ndarray]:
    """Return the predictions of a linear model in the same folds, by its name; nothing if it is a recipe already."""
    if len(recipes) == 1 and has_linear(recipes):
        return {}
    plain = Recipe.of(LINEAR)

    def fit(own: Samples, step: Progress):
        return fit_recipe(plain, own, seed, threads, step)

    try:
        return {plain.label: predict_held_back(samples, pairs, fit, progress)}
    except (InputError, MissingPackage) as error:
        progress.warn(f"{plain.label} is no baseline here: {error}")
        return {}


def held_out_table(
    samples: Samples,
    pairs: Sequence[Pair],
    folds: str,
    models: Mapping[str, np.ndarray],
    baselines: Mapping[str, np.ndarray],
    sds: Mapping[str, np.ndarray] | None = None,
    part: str = "held_out",
    draw: int = 1,
) -> Predictions:
    """Return predictions of all rows as the table of those that a test part holds.

    Parameters
    ----------
    samples : Samples
    pairs : sequence of (learn, test)
        Row numbers.
    folds : str
        Kind of folds.
    models, baselines, sds : mapping of str to ndarray, shape (n,)
        m3 m-3; a standard deviation that is unknown in all rows is none.
    part : str
        "held_out" or "test".
    draw : int
        Which of the draws of the folds it is.
    """
    fold = fold_numbers(pairs, len(samples))
    rows = np.flatnonzero(fold)
    spreads = {name: values[rows] for name, values in (sds or {}).items() if np.isfinite(values).any()}
    return Predictions.of(
        place_of(samples).iloc[rows],
        samples.y[rows],
        {name: values[rows] for name, values in models.items()},
        {name: values[rows] for name, values in baselines.items()},
        folds=folds,
        draw=draw,
        fold=fold[rows] if part == "held_out" else 0,
        part=part,
        sds=spreads,
        facts={name: samples.facts[name] for name in ("study", "target") if name in samples.facts},
    )
