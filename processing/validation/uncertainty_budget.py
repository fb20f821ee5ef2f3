# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose errors the uncertainty of maps comes from."""

from qgis.core import QgsProcessingOutputString

from ...core.analysis.settings import BudgetOptions
from ...core.downscaling.settings import ConsistencyOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..downscaling import consistency
from ..parameters import collect, file_in, file_out, model_in, options, period, report_out

UNASKED = {"BAND": True, "PARTS": False, "ERROR_DRAWS": 0}  # of maps that are not written


class UncertaintyBudget(SoilSharpAlgorithm):
    NAME, GROUP = "uncertainty_budget", "validation"
    TAGS = ("uncertainty", "error", "Monte Carlo", "budget", "covariates", "sensitivity", "standard deviation")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Uncertainty budget")

    def summary(self):
        return tr(
            "Tell how much of the uncertainty of maps comes from the error of each covariate, from the coarse product "
            "and from the model. Each covariate is disturbed by its own error, which the study tells, on a few days "
            "and every fifth pixel, and the maps are brought to the coarse product again. For maps of it ask for the "
            "parts of the standard deviation when downscaling."
        )

    def parameters(self):
        return [
            file_in("STUDY", tr("Study"), tr("Study file that has the covariates of the model."), filter="*.json"),
            model_in(),
            *options(BudgetOptions),
            *(parameter for parameter in consistency.parameters() if parameter.name not in UNASKED),
            *period(tr("the first day of the study"), tr("the last day of the study")),
            file_out(
                "OUTPUT",
                tr("Parts of the uncertainty"),
                tr(
                    "Table (CSV): name, error (SD of the input, in its unit), sd (of the map, in m³ m⁻³) and fraction "
                    "of the variance, a row for each input, the coarse product, the model and the total."
                ),
                "*.csv",
            ),
            report_out(tr("One HTML page with the parts as a figure and a table.")),
        ]

    def outputs(self):
        return [
            *numbers(TOTAL=tr("Standard deviation of the maps, all parts together, m³ m⁻³")),
            QgsProcessingOutputString("FIRST", tr("What most of it comes from")),
            QgsProcessingOutputString("SENTENCE", tr("What came out, in one sentence")),
        ]

    def compute(self, values, progress):
        from ...core.analysis.map_budget import map_budget, write_map_budget
        from ...core.base.inputs import keeping
        from ...core.rasters.dates import days_asked
        from ...core.study.study import Study
        from ...core.training.model import Model

        first, last = days_asked(values["START"], values["END"])
        study = Study.read(values["STUDY"])
        found = map_budget(
            study,
            Model.read(values["MODEL"]),
            collect(ConsistencyOptions, {**values, **UNASKED}),
            collect(BudgetOptions, values),
            first=first,
            last=last,
            progress=progress,
        )
        with keeping(study.reads()):
            write_map_budget(values["OUTPUT"], values["OUTPUT_REPORT"], found)
        progress.say(found.sentence)
        return {
            "TOTAL": found.table["sd"].iloc[-1],
            "FIRST": found.first,
            "SENTENCE": found.sentence,
        }
