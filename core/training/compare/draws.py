# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds of a comparison that are drawn several times: their draws, and the scores over all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from ...base.progress import Progress
from ...samples.samples import Samples
from ...scoring.metrics import scores
from ..folds.divide import make_folds
from ..repeats import other_seeds
from .jobs import Division, HeldBack

Models = Mapping[str, np.ndarray]  # what each model predicts of all samples


def drawn_again(
    samples: Samples, divisions: Sequence[Division], seed: int, progress: Progress
) -> dict[str, list[Division]]:
    """Return, by their label, the draws of folds after the first; of folds that are drawn once there are none."""
    again: dict[str, list[Division]] = {}
    for division in divisions:
        options = division.options
        for number, other in enumerate(other_seeds(seed, options.repeats), 2):
            pairs = make_folds(samples, options, other, progress)
            again.setdefault(division.label, []).append(Division(f"{division.label}, repeat {number}", options, pairs))
    return again


def draw_scores(
    samples: Samples, again: Mapping[str, Sequence[Division]], held_out: HeldBack, names: Collection[str]
) -> pd.DataFrame:
    """Return the pooled scores of each draw, of the rows that it holds out; one row a folds, model and repeat."""
    rows = []
    for label, own in again.items():
        for number, key in enumerate([label, *(division.label for division in own)], 1):
            known = [name for name in names if (key, name) in held_out.predicted]
            for name in known:
                found = scores(held_out.predicted[key, name], samples.y)
                rows.append({"folds": label, "product": name, "repeat": number, **found})
    return pd.DataFrame(rows)


def each_draw(predicted: Mapping[str, Models], further: Mapping[str, Sequence[Models]], label: str, name: str) -> list:
    """Return what a model predicts under some folds, one array a draw, of those in which it could be fitted."""
    return [predicted[label][name], *(models[name] for models in further.get(label, ()) if name in models)]


def squared_errors(
    predicted: Mapping[str, Models], further: Mapping[str, Sequence[Models]], observed: np.ndarray
) -> dict[str, dict[str, np.ndarray]]:
    """Return the squared error of each row by folds and model, the mean over the draws; NaN where one lacks the row."""
    errors: dict[str, dict[str, np.ndarray]] = {label: {} for label in predicted}
    for label, models in predicted.items():
        for name in models:
            drawn = each_draw(predicted, further, label, name)
            errors[label][name] = np.mean([(values - observed) ** 2 for values in drawn], axis=0)
    return errors
