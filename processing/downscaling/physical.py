# SPDX-License-Identifier: GPL-2.0-or-later
"""The coarse product divided by physics alone."""

from ...core.downscaling.settings import PhysicalOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_in, folder_out, load_flag, options, period
from . import consistency


class PhysicalDownscaling(SoilSharpAlgorithm):
    NAME, GROUP = "physical_downscaling", "downscaling"
    TAGS = ("DISPATCH", "thermal inertia", "TVDI", "evaporation", "LST", "NDVI", "baseline", "physics")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Downscale by physics")

    def summary(self):
        return tr(
            "Divide the coarse product of a study by surface temperature and NDVI alone, without a learner: by thermal "
            "inertia, evaporative efficiency or a dryness index. It is what learning has to beat."
        )

    def parameters(self):
        return [
            file_in(
                "STUDY",
                tr("Study"),
                tr("Study file with a coarse product, surface temperature in K and NDVI."),
                filter="*.json",
            ),
            *options(PhysicalOptions),
            *period(tr("the first day of the study"), tr("the last day of the study")),
            load_flag(),
            folder_out(
                "OUTPUT",
                tr("Folder of fine maps"),
                tr(
                    "Gets one GeoTIFF a day, sm_YYYYMMDD.tif, in m³ m⁻³, whose means over coarse cells are the coarse "
                    "values. Under clouds, and for DISPATCH under dense vegetation, there is no value."
                ),
            ),
        ]

    def outputs(self):
        return numbers(
            DAYS=tr("Number of maps"),
            EMPTY_DAYS=tr("Days without a map; the log says why"),
            MEAN=tr("Mean soil moisture of all maps, m³ m⁻³"),
            VALID_PIXELS=tr("Pixels with a value, in all maps"),
            N_HELD=tr("Pixels that the minimum or maximum water content holds, in all maps"),
        )

    def compute(self, values, progress):
        from ...core.downscaling.physical import physical_series
        from ...core.rasters.dates import days_asked
        from ...core.study.study import Study

        first, last = days_asked(values["START"], values["END"])
        self._study = Study.read(values["STUDY"])
        facts = physical_series(
            self._study,
            values["OUTPUT"],
            collect(PhysicalOptions, values),
            first=first,
            last=last,
            progress=progress,
        )
        self._maps = facts.maps
        valid = sum(fact.valid for fact in facts.maps)
        return {
            "DAYS": len(facts.maps),
            "EMPTY_DAYS": len(facts.empty_days),
            "MEAN": sum(fact.mean * fact.valid for fact in facts.maps) / valid,
            "VALID_PIXELS": valid,
            "N_HELD": facts.bounds.n_held,
        }

    def finish(self, values, results, context):
        if values["LOAD"]:
            consistency.load(context, self._maps, values["OUTPUT"], self._study)
        return results
