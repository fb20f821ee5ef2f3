# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model goes by, and whether that makes sense."""

from qgis.core import QgsProcessingOutputString

from ...core.training.settings import ExplainOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_in, file_out, model_in, options, report_out, seed


class ExplainModel(SoilSharpAlgorithm):
    NAME, GROUP = "explain_model", "training"
    TAGS = ("SHAP", "importance", "partial dependence", "interpretation", "covariates")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Explain model")

    def summary(self):
        return tr(
            "Tell what a model goes by: SHAP values, importances, partial dependence and accumulated local effects of "
            "its covariates, also by land cover, and whether it answers to them as physics expects, as with wetter "
            "soil to more rain."
        )

    def parameters(self):
        samples = tr("Table with soil moisture and the model's covariates; best one that it has not learned from.")
        return [
            model_in(),
            file_in("SAMPLES", tr("Samples"), samples, filter="*.csv"),
            *options(ExplainOptions),
            seed(),
            file_in(
                "STUDY",
                tr("Study"),
                tr(
                    "Study file with the model's covariates: the report tells what part of its grid lies outside of "
                    "what the samples cover. Empty: not told."
                ),
                filter="*.json",
                optional=True,
            ),
            file_out("OUTPUT_TABLE", tr("Importance"), tr("Table (CSV), one row a covariate."), "*.csv"),
            report_out(tr("One HTML page with tables and figures.")),
            file_out("OUTPUT_SHAP", tr("SHAP values"), tr("Table (CSV), one row a sample."), "*.csv", optional=True),
            file_out(
                "OUTPUT_CURVES",
                tr("Partial dependence"),
                tr("Table (CSV), one row a covariate and value."),
                "*.csv",
                optional=True,
            ),
            file_out(
                "OUTPUT_EFFECTS",
                tr("Effects by class"),
                tr("Table (CSV) of accumulated local effects and partial dependence, of all samples and by class."),
                "*.csv",
                optional=True,
            ),
            file_out(
                "OUTPUT_CLASSES",
                tr("Directions by class"),
                tr("Table (CSV), one row a class and covariate; without rows if samples have no classes."),
                "*.csv",
                optional=True,
            ),
        ]

    def outputs(self):
        return [
            QgsProcessingOutputString("FIRST", tr("The most important covariate, by SHAP values")),
            QgsProcessingOutputString("AGAINST", tr("Covariates whose direction physics does not expect")),
            QgsProcessingOutputString(
                "AGAINST_IN_CLASS", tr("The same by class, as lst in 30 (grass), with ; between them")
            ),
            *numbers(N=tr("Number of samples that were explained")),
        ]

    def compute(self, values, progress):
        from ...core.base.files import write_files
        from ...core.samples.samples import Samples
        from ...core.training.explain.explanation import explain
        from ...core.training.explain.report import explain_report
        from ...core.training.model import Model

        model, samples = Model.read(values["MODEL"]), Samples.read(values["SAMPLES"])
        explanation = explain(model, samples, collect(ExplainOptions, values), values["SEED"], progress.part(0, 0.8))
        reach = _reach(model, samples, values, progress.part(0.8, 0.9)) if values["STUDY"] else ""
        for sentence in (*explanation.warnings, *explanation.against):
            progress.warn(sentence)

        def report(path):
            explain_report(path, explanation, model.passport, reach=reach, progress=progress)

        write_files(
            (values["OUTPUT_TABLE"], explanation.write_importance),
            (values["OUTPUT_REPORT"], report),
            (values["OUTPUT_SHAP"], explanation.write_shap),
            (values["OUTPUT_CURVES"], explanation.write_curves),
            (values["OUTPUT_EFFECTS"], explanation.write_effects),
            (values["OUTPUT_CLASSES"], explanation.write_classes),
            progress=progress.part(0.9, 1),
        )
        progress.say(" ".join(filter(None, (explanation.summary, reach))))
        table = explanation.importance
        by_class = explanation.by_class
        wrong = by_class[by_class["verdict"] == "contradicts"]
        return {
            "FIRST": str(table["covariate"][0]),
            "AGAINST": ", ".join(table.loc[table["verdict"] == "contradicts", "covariate"]),
            "AGAINST_IN_CLASS": "; ".join(f"{row.covariate} in {row.group}" for row in wrong.itertuples()),
            "N": len(explanation.X),
        }


def _reach(model, samples, values, progress):
    """Return the line on what part of the study's grid lies outside of what the samples cover."""
    from ...core.analysis.reach import grid_line
    from ...core.study.study import Study

    return grid_line(Study.read(values["STUDY"]), model, samples, values["SEED"], progress)
