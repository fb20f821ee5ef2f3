# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of what covariates add to the prediction of a model."""

from qgis.core import QgsProcessingOutputString

from ...core.analysis.settings import ShapMapOptions
from ...i18n import tr
from ..parameters import (
    collect,
    file_in,
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


class ShapMaps(WriteMaps):
    NAME, GROUP = "shap_maps", "validation"
    TAGS = ("SHAP", "explain", "interpretation", "importance", "covariates", "attribution")
    NEEDS = (*WriteMaps.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Map SHAP values")

    def summary(self):
        return tr(
            "Map by how much each covariate makes the prediction of a pixel wetter or drier on each day, against the "
            "mean prediction of the samples. About how long it takes is told before the first map."
        )

    def parameters(self):
        return [
            file_in("STUDY", tr("Study"), tr("Study file that has the covariates of the model."), filter="*.json"),
            model_in(),
            samples_in(),
            *options(ShapMapOptions),
            *period(tr("the first day of the study"), tr("the last day of the study")),
            seed(),
            load_flag(default=False),
            folder_out(
                "OUTPUT",
                tr("Folder of maps"),
                tr(
                    "Gets a folder for each covariate, as shap_ndvi/shap_ndvi_20230501.tif, in m³ m⁻³: above 0 it "
                    "makes the pixel wetter. The same of what is predicted, before any consistency with the coarse "
                    "product, and summary.csv."
                ),
            ),
            report_out(tr("One HTML page with the maps of a day side by side and how much each covariate moves them.")),
        ]

    def outputs(self):
        return [
            *super().outputs(),
            QgsProcessingOutputString("FIRST", tr("The covariate that moves the maps most")),
        ]

    def compute(self, values, progress):
        from ...core.analysis.shap_maps import shap_maps
        from ...core.rasters.dates import days_asked
        from ...core.samples.samples import Samples
        from ...core.study.study import Study
        from ...core.training.model import Model

        first, last = days_asked(values["START"], values["END"])
        result = shap_maps(
            Study.read(values["STUDY"]),
            Model.read(values["MODEL"]),
            Samples.read(values["SAMPLES"]),
            values["OUTPUT"],
            collect(ShapMapOptions, values),
            first=first,
            last=last,
            seed=values["SEED"],
            progress=progress,
        )
        if values["OUTPUT_REPORT"]:
            from ...core.analysis.shap_report import shap_maps_report

            shap_maps_report(values["OUTPUT_REPORT"], result)
        best = result.table.sort_values("mean_abs", ascending=False)["covariate"]
        return {**self.account(result.outcome), "FIRST": best.iloc[0]}
