# SPDX-License-Identifier: GPL-2.0-or-later
"""Predictions of a run that its models had not learned from, as one table: of its folds, and of the published test."""

from __future__ import annotations

import numpy as np

from ..base.progress import Progress
from ..samples.samples import Samples
from ..scoring.predictions import FILE, Predictions
from ..training.fitted import Fitted
from ..training.folds.groups import Pair
from ..training.held_out import baselines_of, folds_label, held_out_table, linear_baseline
from ..training.model import Model
from ..training.recipe import Recipe
from ..training.settings import HoldoutOptions
from ..validation.land_classes import with_classes
from .run_state import RunState


def tested(
    state: RunState,
    samples: Samples,
    pair: Pair,
    options: HoldoutOptions,
    recipe: Recipe,
    fitted: Fitted,
    predicted: np.ndarray,
    progress: Progress,
) -> Predictions:
    """Return the table of the published test, with the rows that were learned from as a part of their own.

    Parameters
    ----------
    state : RunState
    samples : Samples
    pair : (learn, test)
        Row numbers.
    options : HoldoutOptions
        How they were divided.
    recipe : Recipe
    fitted : Fitted
        Of the rows to learn from.
    predicted : ndarray, shape (n,)
        What it says of all samples, m3 m-3.
    progress : Progress
    """
    learn, test = pair
    both = [(learn, np.concatenate([learn, test]))]
    baselines = baselines_of(samples, both)
    baselines |= linear_baseline(samples, both, [recipe], state.method.seed, state.threads, progress)
    spread = fitted.predict_sd(samples.X, samples.days)
    name, label = state.method.name, folds_label(options)
    sds = {} if spread is None else {name: spread}
    models = {name: predicted}
    return Predictions.joined([
        held_out_table(samples, [(learn, rows)], label, models, baselines, sds, part)
        for part, rows in (("train", learn), ("test", test))
    ])  # fmt: skip


def write_predictions(
    state: RunState, model: Model, test: Predictions | None, progress: Progress
) -> Predictions | None:
    """Write what the run held out, by folds and for its test, and return it; None where it held out nothing.

    Stations have the classes of the land that the study knows, also those that the model has not learned from.
    """
    parts = [test] if test is not None else []
    if model.held_out is not None:
        # the method's name says more than a list of all its learners
        parts.insert(0, model.held_out.renamed({model.held_out.models[0]: state.method.name}))
    if not parts:
        return None
    predictions = Predictions.joined(parts)
    if "station" in predictions.table:  # a coarse cell lies in many classes
        predictions = with_classes(predictions, state.study)
    predictions.write(state.folder / FILE, progress)
    return predictions
