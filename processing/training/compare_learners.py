# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of any learners under any folds."""

from pathlib import Path

from qgis.core import QgsProcessingOutputFile, QgsProcessingOutputString, QgsProcessingOutputVectorLayer

from ...core.base.options import listed
from ...core.training.folds import FOLDS, described, labels
from ...core.training.learners import LEARNERS, learner
from ...core.training.settings import FoldOptions, HoldoutOptions, SearchOptions
from ...i18n import tr
from .. import judged
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import (
    choices_of,
    classes_seen,
    collect,
    covariate_names,
    flag,
    folder_out,
    options,
    samples_in,
    seed,
)
from ..styling import load_points

FOLDS_PREFIX, TEST_PREFIX, SEARCH = "FOLDS_", "TEST_", "SEARCH_"
SET_HERE = ("FOLDS_BY", "FOLDS_KS_P")


class CompareLearners(SoilSharpAlgorithm):
    NAME, GROUP = "compare_learners", "training"
    TAGS = ("cross-validation", "accuracy", "benchmark", "baseline", "spatial", "confidence interval")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "sklearn", "matplotlib", "jinja2")

    def title(self):
        return tr("Compare learners")

    def summary(self):
        return tr(
            "Score several learners under several kinds of folds on the same samples, beside the coarse product as it "
            "is, the training mean and a linear model: tables with confidence intervals, a layer of stations, and a "
            "report that says how optimistic random folds are. A run that was stopped goes on where it was."
        )

    def parameters(self):
        return [
            samples_in(),
            covariate_names(),
            choices_of(
                "LEARNERS",
                tr("Learners"),
                tr("With their default settings, or tuned by a search. A linear one is always beside them."),
                {record.key: record.label for record in LEARNERS},
                default="linear,random_forest,lightgbm",
            ),
            classes_seen(),
            choices_of(
                "FOLDS",
                tr("Folds by"),
                tr("What is held out together. {}. Random folds beside others show how optimistic they are; kinds "
                   "that these samples do not allow, or that lack the name of a column, are left out.")
                .format(described(FOLDS)),
                labels(FOLDS),
                default="random,station,date",
            ),
            *(parameter for parameter in options(FoldOptions, FOLDS_PREFIX) if parameter.name not in SET_HERE),
            flag(
                "TEST",
                tr("Test part too"),
                tr("Whether all learners are also scored on one part of the samples that they were kept from, as "
                   "papers do beside their folds."),
                default=False,
                advanced=True,
            ),
            *options(HoldoutOptions, TEST_PREFIX, advanced=True, defaults={"by": "station"}),
            *options(SearchOptions, SEARCH, advanced=True),
            flag(
                "QUARTILES",
                tr("Quartiles in the head-to-head"),
                tr("The head-to-head counts the stations that each learner wins in every class of land: of texture, "
                   "land cover, climate or any other covariate of classes or column of text. With this, quartiles of "
                   "the static numbers count beside them, which the published one has not."),
                default=False,
                advanced=True,
            ),
            seed(),
            folder_out(
                "OUTPUT",
                tr("Folder of the comparison"),
                tr("Gets report.html, scores.csv, predictions.csv, costs.csv (time and size of each model), of "
                   "repeated folds repeats.csv, with stations stations.csv, duels.csv, losses.csv and stations.gpkg, "
                   "and in parts/ what is needed to go on after a stop."),
            ),
        ]  # fmt: skip

    def outputs(self):
        return [
            QgsProcessingOutputFile("REPORT", tr("Report, one HTML page")),
            QgsProcessingOutputFile("TABLE", tr("Table of scores (CSV), one row a model and folds or test part")),
            QgsProcessingOutputFile("PREDICTIONS", tr("Table of what every model and baseline predicts (CSV)")),
            QgsProcessingOutputVectorLayer("LAYER", tr("Stations with the scores of every model, if there are any")),
            QgsProcessingOutputString("BEST", tr("Learner with the least error under the hardest folds")),
            QgsProcessingOutputString("LADDER", tr("The error of the best learner from folds to folds, in one line")),
            QgsProcessingOutputString("HARDEST", tr("Folds under which the learners err most")),
            *numbers(
                BLOCK_CELLS=tr("Blocks as large as the covariates are alike, in coarse cells"),
                RANGE_KM=tr("Distance up to which the covariates are alike, km"),
                RMSE=tr("Root mean square error of the best learner there, m³ m⁻³"),
                R=tr("Correlation of the best learner there"),
                N=tr("Number of samples that count there"),
            ),
            *judged.outputs(),
        ]

    def compute(self, values, progress):
        from ...core.base.inputs import refuse_file
        from ...core.samples.samples import Samples
        from ...core.training.compare.comparison import compare
        from ...core.training.compare.report import FILES, write_comparison
        from ...core.training.recipe import Recipe

        for name in FILES:
            refuse_file(Path(values["OUTPUT"]) / name)  # now, and not after the work
        samples = Samples.read(values["SAMPLES"])
        names = listed(values["COVARIATES"])
        search = collect(SearchOptions, values, SEARCH)
        classes = tuple(listed(values["CLASSES"]))
        keys = filter(None, values["LEARNERS"].split(","))
        kinds = filter(None, values["FOLDS"].split(","))
        result = compare(
            samples.select(names) if names else samples,
            {learner(key).label: Recipe.of(key, search=search, classes=classes) for key in keys},
            [collect(FoldOptions, {**values, "FOLDS_BY": by, "FOLDS_KS_P": 0.0}, FOLDS_PREFIX) for by in kinds],
            values["OUTPUT"],
            seed=values["SEED"],
            progress=progress.part(0, 0.95),
            test=collect(HoldoutOptions, values, TEST_PREFIX) if values["TEST"] else None,
            quartiles=values["QUARTILES"],
        )
        paths = write_comparison(values["OUTPUT"], result, progress.part(0.95, 1))
        progress.say(result.verdict)
        alike = result.correlogram
        tested = result.tested and result.tested.verdict
        for sentence in filter(None, [tested, result.ladder, result.gap, alike and alike.sentence]):
            progress.say(sentence)
        best = result.of(result.hardest).set_index("product").loc[result.best]
        layer = paths.get("stations.gpkg")
        self._layer = str(layer) if layer else ""
        return {
            "REPORT": str(paths["report.html"]),
            "TABLE": str(paths["scores.csv"]),
            "PREDICTIONS": str(paths["predictions.csv"]),
            "LAYER": self._layer or None,
            "BEST": result.best_learner,
            "LADDER": result.ladder,
            "HARDEST": result.hardest,
            "BLOCK_CELLS": alike and alike.block_cells,
            "RANGE_KM": alike and alike.range_km,
            "RMSE": float(best["rmse"]),
            "R": float(best["r"]),
            "N": int(best["n"]),
            **judged.results(_standing(result)),
        }

    def finish(self, values, results, context):
        if self._layer:
            load_points(context, "LAYER", self._layer, tr("Scores of learners at the stations"))
        return results


def _standing(result):
    """Return where learners stand beside what needs no learning, under the hardest folds; None if that is unknown."""
    from ...core.scoring.standing import standing, table_of

    held_out = result.held_out.of_part(result.hardest, "held_out")
    table = table_of(held_out.scores())
    return standing(table, held_out.models) if len(table) > len(held_out.models) else None
