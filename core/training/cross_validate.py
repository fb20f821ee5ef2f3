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
    spread: np.ndarray | None = None,
) -> np.ndarray:
    """Return the prediction of each row by a model that learned without it, shape (n,), m3 m-3.

    Parameters
    ----------
    samples : Samples
    pairs : sequence of (learn, test)
        Row numbers; rows in no test part get NaN.
    fit : callable
        Takes the samples to learn from and the progress of this fit.
    progress : Progress
    spread : ndarray, shape (n,), optional
        Gets the standard deviations of the predictions where a fit knows them, m3 m-3.

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
        on = None if days is None else days[test]
        predicted[test] = fitted.predict(samples.X[test], on)
        own = None if spread is None else fitted.predict_sd(samples.X[test], on)
        if spread is not None and own is not None:
            spread[test] = own
    return predicted


def rmse(predicted: np.ndarray, observed: np.ndarray) -> float:
    """Return the root mean square error of the rows that have a prediction, m3 m-3."""
    return float(np.sqrt(np.nanmean((predicted - observed) ** 2)))
