# SPDX-License-Identifier: GPL-2.0-or-later
"""What every training step tells of its model."""

from ...i18n import tr
from .. import detail, judged
from ..base import numbers
from ..parameters import file_out


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
        *judged.outputs(),
    ]


def predictions_out():
    """Declare the table of what the folds of a training step held out."""
    words = tr(
        "Table (CSV): what the folds predict of every sample that they hold out, in m³ m⁻³, beside the coarse product, "
        "the training climatology and a linear model. Without folds there is none."
    )
    return file_out("OUTPUT_PREDICTIONS", tr("Held-out predictions"), words, "*.csv", optional=True)


def write(model, values, progress):
    """Write the model of a training step, and its held-out predictions if they are wanted."""
    from ...core.base.files import write_files

    files = [(values["OUTPUT"], model.write)]
    if model.held_out is not None:
        files.append((values["OUTPUT_PREDICTIONS"], model.held_out.write))
    elif values["OUTPUT_PREDICTIONS"]:
        progress.warn(tr("Without folds nothing is held out, so no predictions are written."))
    write_files(*files)


def results(model):
    """Return the values of `outputs`."""
    from ...core.scoring.standing import standing_of

    scores = {name.upper(): model.scores.get(name) for name in ("rmse", "ubrmse", "bias", "r", "r2")}
    coarse = model.coarse
    return {
        **scores,
        "N": model.passport["n_samples"],
        **detail.results(coarse.weights if coarse is not None else None),
        **judged.results(standing_of(model.passport)),
    }
