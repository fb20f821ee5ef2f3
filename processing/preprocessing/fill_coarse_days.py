# SPDX-License-Identifier: GPL-2.0-or-later
"""Days without overpass, by a model for each coarse cell through time."""

from ...core.preprocessing.settings import FillDaysOptions
from ...i18n import tr
from ..parameters import collect, file_in, folder_out, load_flag, options
from .write_maps import WriteMaps


class FillCoarseDays(WriteMaps):
    NAME = "fill_coarse_days"
    TAGS = ("gaps", "overpass", "temporal disaggregation", "daily", "SMAP")
    NEEDS = (*WriteMaps.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Fill days without overpass")

    def summary(self):
        return tr(
            "Make a daily coarse product: each coarse cell learns its soil moisture through time from its own weather "
            "and vegetation, and tells the days on which the satellite did not see it. What is filled is marked, and "
            "maps tell how well days are met that were left out."
        )

    def parameters(self):
        return [
            file_in(
                "STUDY", tr("Study"), tr("Study file with a coarse product and dated covariates."), filter="*.json"
            ),
            *options(FillDaysOptions),
            load_flag(default=False),
            folder_out(
                "OUTPUT",
                tr("Folder of maps"),
                tr(
                    "Gets sm/ with a GeoTIFF a day in m³ m⁻³, filled/ (0 seen, 1 filled), held_out_rmse.tif, "
                    "held_out_r2.tif, days_learned.tif, and summary.csv."
                ),
            ),
        ]

    def compute(self, values, progress):
        from ...core.preprocessing.fill_days import fill_coarse_days
        from ...core.study.study import Study

        study = Study.read(values["STUDY"])
        return self.account(fill_coarse_days(study, values["OUTPUT"], collect(FillDaysOptions, values), progress))
