# SPDX-License-Identifier: GPL-2.0-or-later
"""Training: one algorithm for each learner, all of them this class."""

from ...core.settings import FoldOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import MODEL_FILTER, collect, file_in, file_out, number, options, text

FOLDS = "FOLDS_"


class TrainModel(SoilSharpAlgorithm):
    """Trains one learner.

    Parameters
    ----------
    learner : Learner
        Of the registry in core.
    """

    GROUP = "training"
    TAGS = ("machine learning", "regression", "model", "cross-validation")

    def __init__(self, learner):
        super().__init__()
        self._learner = learner
        self.NAME = f"train_{learner.key}"
        self.NEEDS = (*SoilSharpAlgorithm.NEEDS, *learner.needs)

    def createInstance(self):
        return TrainModel(self._learner)

    def title(self):
        return tr("Train: {}").format(tr(self._learner.label))

    def summary(self):
        return tr(self._learner.summary)

    def parameters(self):
        return [
            file_in("SAMPLES", tr("Samples"), tr("Training table of one of the sampling steps."), filter="*.csv"),
            text(
                "COVARIATES",
                tr("Covariates"),
                tr("Names of the covariates to learn from, separated by commas; all of them when left empty."),
            ),
            *options(self._learner.options),
            *options(FoldOptions, FOLDS),
            number("SEED", tr("Seed"), tr("The same seed gives the same model."), default=0, low=0, kind=int),
            file_out("OUTPUT", tr("Model"), tr("The model with its passport, in one file."), MODEL_FILTER),
        ]

    def outputs(self):
        return numbers(
            RMSE=tr("Root mean square error of the folds, m³ m⁻³"),
            UBRMSE=tr("Unbiased root mean square error of the folds, m³ m⁻³"),
            BIAS=tr("Bias of the folds, predicted minus observed, m³ m⁻³"),
            R=tr("Correlation of the folds"),
            R2=tr("Coefficient of determination of the folds"),
            N=tr("Number of samples"),
        )

    def compute(self, values, progress):
        from ...core.samples import Samples
        from ...core.training.train import train

        samples = Samples.read(values["SAMPLES"])
        names = [name.strip() for name in values["COVARIATES"].split(",") if name.strip()]
        model = train(
            samples.select(names) if names else samples,
            self._learner,
            collect(self._learner.options, values),
            collect(FoldOptions, values, FOLDS),
            seed=values["SEED"],
            progress=progress,
        )
        model.write(values["OUTPUT"])
        pooled = (model.passport["fold_scores"] or {}).get("pooled", {})
        scores = {name.upper(): pooled.get(name) for name in ("rmse", "ubrmse", "bias", "r", "r2")}
        return {**scores, "N": len(samples)}
