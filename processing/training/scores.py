# SPDX-License-Identifier: GPL-2.0-or-later
"""What every training step tells of its model."""

from ...i18n import tr
from .. import detail
from ..base import numbers


def outputs():
    """Return the results of a training step."""
    return [
        *numbers(
            RMSE=tr("Root mean square error of the folds, m³ m⁻³"),
            UBRMSE=tr("Unbiased root mean square error of the folds, m³ m⁻³"),
            BIAS=tr("Bias of the folds, predicted minus observed, m³ m⁻³"),
            R=tr("Correlation of the folds"),
            R2=tr("Coefficient of determination of the folds"),
            N=tr("Number of samples"),
        ),
        *detail.outputs(),
    ]


def results(model):
    """Return the values of `outputs`."""
    scores = {name.upper(): model.scores.get(name) for name in ("rmse", "ubrmse", "bias", "r", "r2")}
    coarse = model.coarse
    return {
        **scores,
        "N": model.passport["n_samples"],
        **detail.results(coarse.weights if coarse is not None else None),
    }
