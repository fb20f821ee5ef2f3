# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples of a table that has everything side by side."""

from ...core.base.options import listed
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import file_in, file_out, moisture_unit, text


class SampleTable(SoilSharpAlgorithm):
    NAME, GROUP = "sample_table", "training"
    TAGS = ("samples", "training data", "CSV", "field campaign")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Take samples from table")

    def summary(self):
        return tr(
            "Make the training table of a table that already has soil moisture and covariates side by side, as from a "
            "field campaign. Rows without soil moisture or without any covariate are left out and "
            "counted; gaps in others stay, for learners that take them."
        )

    def parameters(self):
        return [
            file_in("INPUT", tr("Table"), tr("CSV table or vector layer, one row a measurement.")),
            text(
                "COVARIATES",
                tr("Covariates"),
                tr("Names of the columns of numbers to learn from, separated by commas."),
                optional=False,
                asks="columns",
            ),
            text(
                "TARGET",
                tr("Soil moisture column"),
                tr("What to learn."),
                default="soil_moisture",
                optional=False,
                asks="column",
            ),
            moisture_unit("UNIT", tr("Unit of soil moisture")),
            text("STATION", tr("Station column"), tr("Name of the place; folds by station need it."), asks="column"),
            text("DATE", tr("Date column"), tr("Day of the measurement; folds by date need it."), asks="column"),
            text("DATE_FORMAT", tr("Date format"), tr("As %d.%m.%Y; empty: year-month-day."), advanced=True),
            file_out("OUTPUT", tr("Samples"), tr("Table (CSV) that the training steps read."), "*.csv"),
        ]

    def outputs(self):
        return numbers(N=tr("Number of samples"), LEFT_OUT=tr("Rows that were left out"))

    def compute(self, values, progress):
        from ...core.samples.samples import Samples

        samples = Samples.from_table(
            values["INPUT"],
            listed(values["COVARIATES"]),
            values["TARGET"],
            values["UNIT"],
            values["STATION"],
            values["DATE"],
            values["DATE_FORMAT"],
            progress.part(0, 0.9),
        )
        samples.write(values["OUTPUT"], progress.part(0.9, 1))
        return {"N": len(samples), "LEFT_OUT": samples.facts["left_out"]}
