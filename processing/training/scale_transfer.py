# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model loses from coarse cells to finer ones."""

from qgis.core import QgsProcessingOutputString

from ...i18n import tr
from ..base import SoilSharpAlgorithm, known, numbers
from ..parameters import file_in, file_out, model_in, report_out, samples_in, seed


class CheckScaleTransfer(SoilSharpAlgorithm):
    NAME, GROUP = "check_scale_transfer", "training"
    TAGS = ("scale", "transfer", "extrapolation", "trust", "cross-validation", "super-cells", "support")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Check scale transfer")

    def summary(self):
        return tr(
            "Tell what a model of a coarse product loses when it is asked for smaller cells than it has learned from: "
            "learned from 2 x 2 and 4 x 4 coarse cells, scored on single ones that were held out, and the other way "
            "round. Fine pixels outside of the range of the coarse means are counted by covariate."
        )

    def parameters(self):
        return [
            file_in("STUDY", tr("Study"), tr("Study file that has the covariates of the model."), filter="*.json"),
            model_in(),
            samples_in(),
            seed(),
            file_out(
                "OUTPUT",
                tr("Losses by scale"),
                tr(
                    "Table (CSV), one row for what was learned from and scored on, in cells a side: errors in m³ m⁻³, "
                    "those of a model that learned at the scored scale, and the loss in % of these."
                ),
                "*.csv",
            ),
            file_out(
                "OUTPUT_PIXELS",
                tr("Pixels outside of the coarse means"),
                tr("Table (CSV), one row a covariate: the range of its coarse means, and fractions of pixels outside."),
                "*.csv",
                optional=True,
            ),
            file_out(
                "OUTPUT_MODEL",
                tr("Model that was weighed"),
                tr("The same model with what was found in its passport, so that maps and reports can tell it."),
                "*.soilsharp",
                optional=True,
            ),
            report_out(tr("One HTML page with tables and figures.")),
        ]

    def outputs(self):
        return [
            *numbers(
                LOSS_2=tr("Loss of RMSE on single cells after learning from 2 x 2 cells, %"),
                LOSS_4=tr("Loss of RMSE on single cells after learning from 4 x 4 cells, %"),
                OUTSIDE=tr("Fraction of the fine pixels with a covariate outside of the range of the coarse means"),
            ),
            QgsProcessingOutputString("FIRST", tr("The covariate by which most pixels lie outside")),
            QgsProcessingOutputString("SENTENCE", tr("What came out, in one sentence")),
        ]

    def compute(self, values, progress):
        from ...core.analysis.scale_check import check_scale_transfer
        from ...core.base.files import write_files
        from ...core.samples.samples import Samples
        from ...core.study.study import Study
        from ...core.training.model import Model

        check = check_scale_transfer(
            Study.read(values["STUDY"]),
            Model.read(values["MODEL"]),
            Samples.read(values["SAMPLES"]),
            values["SEED"],
            progress=progress.part(0, 0.95),
        )
        written = progress.part(0.95, 1)
        write_files(
            (values["OUTPUT"], check.write_losses),
            (values["OUTPUT_PIXELS"], check.write_outside),
            (values["OUTPUT_MODEL"], check.model.write),
            (values["OUTPUT_REPORT"], lambda path: check.write_report(path, written)),
            progress=written,
        )
        progress.say(check.sentence)
        lost = check.transfer.down.set_index("learned")["loss_percent"]
        return {
            "LOSS_2": known(lost.get(2, float("nan"))),
            "LOSS_4": known(lost.get(4, float("nan"))),
            "OUTSIDE": float(check.outside.iloc[-1]["outside"]),
            "FIRST": str(check.outside.iloc[0]["covariate"]),
            "SENTENCE": check.sentence,
        }
