# SPDX-License-Identifier: GPL-2.0-or-later
"""The fine maps of a period."""

from ...core.downscaling.settings import ConsistencyOptions
from ...i18n import tr
from .. import judged
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_in, folder_out, load_flag, model_in, period
from . import consistency


class DownscaleSeries(SoilSharpAlgorithm):
    NAME, GROUP = "downscale_series", "downscaling"
    TAGS = ("predict", "maps", "daily", "time series", "fine resolution", "disaggregation")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Downscale series")

    def summary(self):
        return tr(
            "Make the fine map of every day of a study with a trained model. The maps are loaded with their days: the "
            "temporal controller of QGIS plays them."
        )

    def parameters(self):
        return [
            file_in("STUDY", tr("Study"), tr("Study file that has the covariates of the model."), filter="*.json"),
            model_in(),
            *period(tr("the first day of the study"), tr("the last day of the study")),
            *consistency.parameters(),
            load_flag(),
            folder_out(
                "OUTPUT",
                tr("Folder of fine maps"),
                tr(
                    "Gets one GeoTIFF a day, sm_YYYYMMDD.tif, in m³ m⁻³. If maps are kriged, those of what pixels rest "
                    "on lie in the folder filled. Those of the standard deviation lie in the folder sd, those of its "
                    "parts in sd_model, sd_inputs and sd_coarse."
                ),
            ),
        ]

    def outputs(self):
        return [
            *numbers(
                DAYS=tr("Number of maps"),
                EMPTY_DAYS=tr("Days without a map, since no pixel had all covariates"),
                MEAN=tr("Mean soil moisture of all maps, m³ m⁻³"),
                VALID_PIXELS=tr("Pixels with a value, in all maps"),
            ),
            *consistency.outputs(),
        ]

    def compute(self, values, progress):
        from ...core.downscaling.downscale import downscale_series
        from ...core.rasters.dates import days_asked
        from ...core.study.study import Study
        from ...core.training.model import Model

        first, last = days_asked(values["START"], values["END"])
        self._study = Study.read(values["STUDY"])
        model = Model.read(values["MODEL"])
        judged.warn_of(model.passport, progress)
        facts = downscale_series(
            self._study,
            model,
            values["OUTPUT"],
            first=first,
            last=last,
            options=collect(ConsistencyOptions, values),
            progress=progress,
        )
        self._maps = facts.maps
        if facts.empty_days:
            progress.warn(tr("{} days have no map: no pixel has all covariates.").format(len(facts.empty_days)))
        valid = sum(fact.valid for fact in facts.maps)
        return {
            "DAYS": len(facts.maps),
            "EMPTY_DAYS": len(facts.empty_days),
            "MEAN": sum(fact.mean * fact.valid for fact in facts.maps) / valid,
            "VALID_PIXELS": valid,
            **consistency.results(facts),
        }

    def finish(self, values, results, context):
        if values["LOAD"]:
            consistency.load(context, self._maps, values["OUTPUT"], self._study)
        return results
