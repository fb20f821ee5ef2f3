# SPDX-License-Identifier: GPL-2.0-or-later
"""Training: one algorithm for each learner, all of them this class."""

from ...core.base.options import listed
from ...core.training.settings import FoldOptions, SchemeOptions, SearchOptions, WeightOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm
from ..parameters import classes_seen, collect, covariate_names, model_out, options, samples_in, seed, text
from . import scores

FOLDS = "FOLDS_"
RECORDS = {"SCHEME_": SchemeOptions, "SEARCH_": SearchOptions, "WEIGHTS_": WeightOptions}


def recipe_parameters():
    """Return what says how a learner is tuned, weighted and put together; folded away, since the defaults do."""
    grid = tr(
        "Settings of the learner and the values that a search tries, as n_leaves: 3, 4, 5; max_depth: 2, 4. Left "
        "empty, those that the learner itself proposes."
    )
    scheme, search, weights = (options(record, prefix, advanced=True) for prefix, record in RECORDS.items())
    return [*search, text("GRID", tr("Values to search"), grid, advanced=True), *scheme, *weights]


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
        self.NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", *learner.needs)

    def createInstance(self):
        return TrainModel(self._learner)

    def title(self):
        return tr("Train: {}").format(tr(self._learner.label))

    def summary(self):
        return tr(self._learner.summary)

    def parameters(self):
        return [
            samples_in(),
            covariate_names(),
            classes_seen(),
            *options(self._learner.options),
            *options(FoldOptions, FOLDS),
            *recipe_parameters(),
            seed(),
            model_out(),
            scores.predictions_out(),
        ]

    def outputs(self):
        return scores.outputs()

    def compute(self, values, progress):
        from ...core.samples.samples import Samples
        from ...core.training.recipe import Candidate, Recipe, parse_grid
        from ...core.training.train import train

        samples = Samples.read(values["SAMPLES"])
        names = listed(values["COVARIATES"])
        candidate = Candidate.of(self._learner.key, collect(self._learner.options, values), parse_grid(values["GRID"]))
        scheme, search, weights = (collect(record, values, prefix) for prefix, record in RECORDS.items())
        model = train(
            samples.select(names) if names else samples,
            Recipe((candidate,), scheme, search, weights, classes=tuple(listed(values["CLASSES"]))),
            collect(FoldOptions, values, FOLDS),
            seed=values["SEED"],
            progress=progress,
        )
        scores.write(model, values, progress)
        return scores.results(model)
