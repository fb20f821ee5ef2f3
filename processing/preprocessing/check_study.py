# SPDX-License-Identifier: GPL-2.0-or-later
"""What a study lacks, said before anything long starts."""

from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import file_in, file_out


class CheckStudy(SoilSharpAlgorithm):
    NAME, GROUP = "check_study", "preprocessing"
    TAGS = ("coverage", "gaps", "quality", "dates", "units", "stations")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "matplotlib", "jinja2")

    def title(self):
        return tr("Check study")

    def summary(self):
        return tr(
            "Look at everything that a study names before anything long starts: cover and age of each covariate and "
            "day, places that do not overlap, units that look wrong, stations off the grid, days without coarse data. "
            "Problems are told in the log, in a table and in a report; nothing is changed."
        )

    def parameters(self):
        return [
            file_in("STUDY", tr("Study"), tr("The study file to check."), filter="*.json"),
            file_out(
                "OUTPUT",
                tr("Report"),
                tr("HTML page with all findings, the covariates, and what is valid on which day."),
                "*.html",
            ),
            file_out(
                "OUTPUT_TABLE", tr("Table of covariates"), tr("CSV, one row a covariate."), "*.csv", optional=True
            ),
        ]

    def outputs(self):
        return numbers(
            PROBLEMS=tr("Things that must be mended before the study can be used"),
            WARNINGS=tr("Things to know"),
            COVERED_DAYS=tr("Days on which some pixel has all covariates"),
            MEAN_COVER=tr("Fraction of the grid that a map covers on the mean day"),
        )

    def compute(self, values, progress):
        from ...core.study.check import PROBLEM, WARNING, check_study
        from ...core.study.report import write_study_report
        from ...core.study.study import Study

        check = check_study(Study.read(values["STUDY"]), progress)
        for line in check.text().splitlines():
            (progress.warn if line.startswith("[") else progress.say)(line)
        write_study_report(values["OUTPUT"], check)
        if values["OUTPUT_TABLE"]:
            check.write_table(values["OUTPUT_TABLE"])
        together = check.days["all"]
        return {
            "PROBLEMS": check.count(PROBLEM),
            "WARNINGS": check.count(WARNING),
            "COVERED_DAYS": int((together > 0).sum()),
            "MEAN_COVER": float(together.mean()),
        }
