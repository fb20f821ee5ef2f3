# SPDX-License-Identifier: GPL-2.0-or-later
"""Which covariates are worth learning from."""

from qgis.core import QgsProcessingOutputString

from ...core.training.learners import LEARNERS
from ...core.training.settings import FoldOptions, SelectionOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import choice, collect, file_out, options, samples_in, seed

FOLDS = "FOLDS_"
SET_HERE = ("FOLDS_REPEATS",)  # which is for scores


class SelectCovariates(SoilSharpAlgorithm):
    NAME, GROUP = "select_covariates", "training"
    TAGS = ("feature selection", "variable selection", "correlation", "importance", "predictors")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "sklearn")

    def title(self):
        return tr("Select covariates")

    def summary(self):
        return tr(
            "Find the covariates that are worth learning from: by votes on their correlation with soil moisture and "
            "their importance in a forest, by what is lost without each, or by adding one after another. Folds that "
            "chose covariates are optimistic; score the final model by others, or at stations kept apart."
        )

    def parameters(self):
        return [
            samples_in(),
            *options(SelectionOptions),
            choice(
                "LEARNER",
                tr("Learner"),
                tr("Whose error by folds counts, with its default settings; vote does without."),
                {learner.key: learner.label for learner in LEARNERS},
                default="hist_gradient_boosting",
                needs_of={learner.key: learner.needs for learner in LEARNERS},
            ),
            *(parameter for parameter in options(FoldOptions, FOLDS) if parameter.name not in SET_HERE),
            seed(),
            file_out("OUTPUT", tr("Table"), tr("Table (CSV), one row a covariate; stays tells the choice."), "*.csv"),
        ]

    def outputs(self):
        return [
            QgsProcessingOutputString("COVARIATES", tr("Covariates that stay, separated by commas")),
            *numbers(N_COVARIATES=tr("Number of covariates that stay")),
        ]

    def compute(self, values, progress):
        from ...core.base.files import whole_file
        from ...core.base.tables import write_csv
        from ...core.samples.samples import Samples
        from ...core.training.recipe import Recipe
        from ...core.training.selection import select

        table = select(
            Samples.read(values["SAMPLES"]),
            collect(SelectionOptions, values),
            Recipe.of(values["LEARNER"]),
            collect(FoldOptions, {**values, "FOLDS_REPEATS": 1}, FOLDS),
            seed=values["SEED"],
            progress=progress,
        )
        with whole_file(values["OUTPUT"]) as part:
            write_csv(part, table, float_format="%.6g")
        stay = table.loc[table["stays"], "covariate"].tolist()
        if not stay:
            progress.warn(tr("No covariate stays: look at the samples and at the thresholds."))
        progress.say(tr("{} of {} stay: {}").format(len(stay), len(table), ", ".join(stay)))
        return {"COVARIATES": ",".join(stay), "N_COVARIATES": len(stay)}
