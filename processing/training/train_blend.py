# SPDX-License-Identifier: GPL-2.0-or-later
"""Training: several learners in one model."""

from dataclasses import replace

from qgis.core import QgsProcessingException

from ...core.base.options import listed
from ...core.training.learners import LEARNERS
from ...core.training.settings import COMBINE, PERIODS, FoldOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm
from ..parameters import choice, choices_of, collect, covariate_names, model_out, options, samples_in, seed
from . import scores

FOLDS = "FOLDS_"
WHOLE = "whole"
METHOD = "soilsharp"  # its learners are set as it has them


class TrainBlend(SoilSharpAlgorithm):
    NAME, GROUP = "train_blend", "training"
    TAGS = ("machine learning", "regression", "model", "ensemble", "stacking", "blend", "weights")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "sklearn")

    def title(self):
        return tr("Train: several learners together")

    def summary(self):
        return tr("Several learners as the parts of one model, which learns how much of each one's detail to believe.")

    def parameters(self):
        return [
            samples_in(),
            covariate_names(),
            choices_of(
                "LEARNERS",
                tr("Learners"),
                tr("Ridge regression and LightGBM as in the method SoilSharp, others with their default settings."),
                {record.key: record.label for record in LEARNERS},
                default="linear,lightgbm",
                needs_of={record.key: record.needs for record in LEARNERS},
            ),
            choice(
                "PERIOD",
                tr("Ridge regression of"),
                tr("Whether it has one model for all days, or one for each period. Periods with fewer than 50 samples "
                   "use the model of the period before."),
                {WHOLE: tr("All days"), **PERIODS},
                default="16_days",
            ),
            choice(
                "COMBINE",
                tr("Combined"),
                tr("How the parts speak together where maps are not kriged. weighted: by least squares of the folds, "
                   "never below 0. mean: all alike. best: the one with the least error of the folds."),
                COMBINE,
            ),
            *options(FoldOptions, FOLDS),
            seed(),
            model_out(),
            scores.predictions_out(),
        ]  # fmt: skip

    def outputs(self):
        return scores.outputs()

    def compute(self, values, progress):
        from ...core.samples.samples import Samples
        from ...core.training.train import train_blend

        keys = listed(values["LEARNERS"])
        if not keys:
            raise QgsProcessingException(tr("Choose at least one learner."))
        samples = Samples.read(values["SAMPLES"])
        names = listed(values["COVARIATES"])
        model = train_blend(
            samples.select(names) if names else samples,
            [_recipe(key, values["PERIOD"]) for key in keys],
            collect(FoldOptions, values, FOLDS),
            seed=values["SEED"],
            progress=progress,
            combine=values["COMBINE"],
        )
        scores.write(model, values, progress)
        return scores.results(model)


def _recipe(key, period):
    """Return the recipe of a learner, as the method has it if it is one of its own."""
    from ...core.methods.method import Method
    from ...core.training.recipe import Recipe

    own = {candidate.learner.key: recipe for recipe in Method.read(METHOD).recipes for candidate in recipe.candidates}
    recipe = own.get(key) or Recipe.of(key)
    if key != "linear":
        return recipe
    if period == WHOLE:
        return replace(recipe, scheme=replace(recipe.scheme, scheme="one_model"))
    return replace(recipe, scheme=replace(recipe.scheme, scheme="per_period", period=period))
