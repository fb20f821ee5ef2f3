# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of predictions scored by anything that is known of its rows."""

from functools import partial
from pathlib import Path

from qgis.core import QgsProcessingOutputString

from ...core.scoring.settings import AnomalyOptions, ScoreOptions
from ...core.validation.settings import SeriesOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers, score_results
from ..parameters import collect, coverage_out, file_in, file_out, folder_in, options, points_out, report_out, text
from .compare_products import products_in


class ScorePredictions(SoilSharpAlgorithm):
    NAME, GROUP = "score_predictions", "validation"
    TAGS = ("ubRMSE", "accuracy", "cross-validation", "season", "land cover", "anomalies", "report", "scores")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "matplotlib")
    STYLE = {"OUTPUT_LAYER": "stations_scores.qml"}  # noqa: RUF012

    def title(self):
        return tr("Score predictions")

    def summary(self):
        return tr(
            "Score the predictions that training, a comparison of learners, a method or a validation has kept "
            "(predictions.csv): all rows, station by station, and by date, season, year, class of land or quarter of "
            "the observed values, each with intervals. The models and the baselines beside them are judged by the "
            "same rows."
        )

    def parameters(self):
        return [
            file_in(
                "INPUT",
                tr("Predictions"),
                tr("Table (CSV) that training, comparing learners, a method or validating with stations wrote."),
                filter="*.csv",
            ),
            file_in(
                "BESIDE",
                tr("Other predictions"),
                tr(
                    "Table (CSV) of another run or training: its models are scored on the rows of the same place, day "
                    "and part."
                ),
                filter="*.csv",
                optional=True,
            ),
            folder_in(
                "PRODUCTS",
                tr("Other products"),
                tr(
                    "Folder of dated maps in m³ m⁻³, or with one such folder for each product: scored on the same rows."
                ),
                optional=True,
            ),
            file_in(
                "STUDY",
                tr("Study"),
                tr("Its rain is drawn below the time series of the report."),
                filter="*.json",
                optional=True,
            ),
            *options(ScoreOptions),
            *options(SeriesOptions),
            *options(AnomalyOptions, advanced=True),
            text("TITLE", tr("Title of the report"), tr("Empty: Scores of predictions."), advanced=True),
            file_out(
                "OUTPUT",
                tr("Scores"),
                tr(
                    "Table (CSV), one row a group, kind of folds, part and product, in m³ m⁻³ but for R, R² and ratios."
                ),
                "*.csv",
            ),
            file_out(
                "OUTPUT_SPREAD",
                tr("Spread of the scores"),
                tr("Table (CSV): mean, median, SD and quartiles of the scores over stations, dates, weeks, months."),
                "*.csv",
                optional=True,
            ),
            points_out(
                "OUTPUT_LAYER",
                tr("Places with scores"),
                tr("Points: one a station or cell, product, kind of folds and part, with its scores."),
                optional=True,
            ),
            report_out(tr("One HTML page with tables and figures.")),
            coverage_out(),
        ]

    def outputs(self):
        return [
            QgsProcessingOutputString("MODEL", tr("The first model, which the numbers are of")),
            QgsProcessingOutputString("PART", tr("Part of the rows that they are of: the test part if there is one")),
            *numbers(
                RMSE=tr("Root mean square error of the first model, m³ m⁻³"),
                UBRMSE=tr("Unbiased root mean square error, m³ m⁻³"),
                BIAS=tr("Bias, predicted minus observed, m³ m⁻³"),
                R=tr("Correlation"),
                N=tr("Number of rows that were scored"),
            ),
        ]

    def compute(self, values, progress):
        from ...core.base.files import write_files
        from ...core.rasters.series import Series
        from ...core.scoring.predictions import Predictions
        from ...core.study.study import Study
        from ...core.validation.beside import with_predictions, with_products
        from ...core.validation.land_classes import named_classes
        from ...core.validation.predictions_report import leading, of_division, predictions_report
        from ...core.validation.score_predictions import score_predictions
        from ...core.validation.station_series import SeriesBeside

        predictions = Predictions.read(values["INPUT"])
        if values["BESIDE"]:
            predictions = with_predictions(predictions, Predictions.read(values["BESIDE"]))
        if values["PRODUCTS"]:
            folders = products_in(Path(values["PRODUCTS"]))
            products = {folder.name: Series.from_files(folder) for folder in folders}
            predictions = with_products(predictions, products, progress.part(0, 0.2))
        study = Study.read(values["STUDY"]) if values["STUDY"] else None
        scores = score_predictions(
            named_classes(predictions, study),
            collect(ScoreOptions, values),
            collect(AnomalyOptions, values),
            progress.part(0.2, 0.7),
        )
        for warning in scores.warnings:
            progress.warn(warning)
        division = leading(scores)
        title = values["TITLE"] or tr("Scores of predictions")
        beside = SeriesBeside(collect(SeriesOptions, values), study)
        report = partial(predictions_report, scores=scores, title=title, beside=beside, progress=progress)
        write_files(
            (values["OUTPUT"], scores.write_table),
            (values["OUTPUT_SPREAD"], scores.write_spread),
            (values["OUTPUT_LAYER"], scores.write_layer),
            (values["OUTPUT_REPORT"], report),
            (values["OUTPUT_COVERAGE"], scores.write_coverage),
            progress=progress.part(0.7, 1),
        )
        first = of_division(scores.pooled, division).iloc[0]
        return {"MODEL": first["product"], "PART": division[1], **score_results(first)}
