# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of where a model may be believed."""

from qgis.core import QgsProcessingOutputFile, QgsProcessingOutputString

from ...core.analysis.settings import ApplicabilityOptions
from ...i18n import tr
from ..base import numbers
from ..parameters import (
    collect,
    file_in,
    folder_in,
    folder_out,
    load_flag,
    model_in,
    options,
    period,
    report_out,
    samples_in,
    seed,
)
from ..preprocessing.write_maps import WriteMaps
from ..styling import load_polygons


class MapApplicability(WriteMaps):
    NAME, GROUP = "map_applicability", "validation"
    TAGS = ("applicability", "AOA", "dissimilarity", "trust", "extrapolation", "uncertainty", "where to measure")
    NEEDS = (*WriteMaps.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Map the area of applicability")

    def summary(self):
        return tr(
            "Map on each day how unlike a pixel is to the samples that a model has learned from, where that is too "
            "much for its scores to hold, and which covariate makes it so. Sites are proposed where measuring next "
            "would help most."
        )

    def parameters(self):
        return [
            file_in("STUDY", tr("Study"), tr("Study file that has the covariates of the model."), filter="*.json"),
            model_in(),
            samples_in(),
            file_in(
                "PREDICTIONS",
                tr("Held-out predictions"),
                tr("predictions.csv of the training: the error is told by dissimilarity. Empty: not told."),
                filter="*.csv",
                optional=True,
            ),
            folder_in(
                "MAPS",
                tr("Maps to mask"),
                tr("Folder of daily maps of soil moisture: they come again without pixels outside. Empty: none."),
                optional=True,
            ),
            *options(ApplicabilityOptions),
            *period(tr("the first day of the study"), tr("the last day of the study")),
            seed(),
            load_flag(default=False),
            folder_out(
                "OUTPUT",
                tr("Folder of maps"),
                tr(
                    "Gets the folders dissimilarity (index; 1 is the mean distance between two samples), applicable (1 "
                    "inside, 0 outside), pushed_out_by (number of a covariate in covariates.csv, 0 inside), and those "
                    "asked for; tables of covariates and of sites to measure at."
                ),
            ),
            report_out(tr("One HTML page with maps, what pushes pixels out, and where to measure next.")),
        ]

    def outputs(self):
        return [
            *super().outputs(),
            *numbers(
                OUTSIDE=tr("Fraction of the pixels and days outside of the area of applicability"),
                THRESHOLD=tr("Largest dissimilarity index inside"),
            ),
            QgsProcessingOutputString("FIRST", tr("Covariate that pushes most pixels out")),
            QgsProcessingOutputString("SENTENCE", tr("What came out, in one sentence")),
            QgsProcessingOutputFile("POLYGONS", tr("Pixels outside as polygons, where these are asked for")),
            QgsProcessingOutputFile("COVARIATES", tr("Table of covariates")),
        ]

    def compute(self, values, progress):
        from ...core.analysis.applicability_maps import COVARIATES, applicability_maps
        from ...core.analysis.outside_polygons import FILE
        from ...core.rasters.dates import days_asked
        from ...core.samples.samples import Samples
        from ...core.scoring.predictions import Predictions
        from ...core.study.study import Study
        from ...core.training.model import Model

        first, last = days_asked(values["START"], values["END"])
        result = applicability_maps(
            Study.read(values["STUDY"]),
            Model.read(values["MODEL"]),
            Samples.read(values["SAMPLES"]),
            values["OUTPUT"],
            collect(ApplicabilityOptions, values),
            maps=values["MAPS"],
            predictions=Predictions.read(values["PREDICTIONS"]) if values["PREDICTIONS"] else None,
            first=first,
            last=last,
            seed=values["SEED"],
            progress=progress,
        )
        if values["OUTPUT_REPORT"]:
            from ...core.analysis.applicability_report import applicability_report

            applicability_report(values["OUTPUT_REPORT"], result)
        return {
            **self.account(result.outcome),
            "OUTSIDE": result.outside,
            "THRESHOLD": result.learned.threshold,
            "FIRST": result.covariates.iloc[0]["covariate"],
            "SENTENCE": result.sentence,
            "POLYGONS": str(result.outcome.folder / FILE) if values["HATCH"] else "",
            "COVARIATES": str(result.outcome.folder / COVARIATES),
        }

    def finish(self, values, results, context):
        results = super().finish(values, results, context)
        if values["LOAD"] and values["HATCH"]:
            load_polygons(
                context, "OUTPUT", results["POLYGONS"], tr("Outside of what the model has seen"), "outside.qml"
            )
        return results
