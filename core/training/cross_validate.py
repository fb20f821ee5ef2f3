# SPDX-License-Identifier: GPL-2.0-or-later
"""Predictions of rows by models that have not seen them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from .fitted import Fitted


def predict_held_back(
    samples: Samples,
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
    fit: Callable[[Samples, Progress], Fitted],
    progress: Progress = SILENT,
) -> np.ndarray:
    """Return the prediction of each row by a model that learned without it, shape (n,), m3 m-3.

    Parameters
    ----------
    samples : Samples
    pairs : sequence of (learn, test)
        Row numbers; rows in no test part get NaN.
    fit : callable
        Takes the samples to learn from and the progress of this fit.

    Raises
    ------
    InputError
        If a part cannot be learned from; with the fold.
    """
    predicted = np.full(len(samples), np.nan)
    days = samples.days
    for k, ((learn, test), part) in enumerate(progress.parts(pairs), 1):
        try:
            fitted = fit(samples.rows(learn), part)
        except InputError as error:
            where = f"Of the {len(learn)} samples that fold {k} of {len(pairs)} learns from"
            raise InputError(f"{where}: {error}") from error
        predicted[test] = fitted.predict(samples.X[test], None if days is None else days[test])
    return predicted


def rmse(predicted: np.ndarray, observed: np.ndarray) -> float:
    """Return the root mean square error of the rows that have a prediction, m3 m-3."""
    return float(np.sqrt(np.nanmean((predicted - observed) ** 2)))
