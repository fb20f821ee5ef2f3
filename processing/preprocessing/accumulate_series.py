# SPDX-License-Identifier: GPL-2.0-or-later
"""Sums and means over the days or hours before."""

from ...core.preprocessing.settings import AccumulateOptions
from ...i18n import tr
from ..parameters import collect, folder_in, folder_out, load_flag, options
from .write_maps import WriteMaps, period_of_rasters


class AccumulateSeries(WriteMaps):
    NAME = "accumulate_series"
    TAGS = ("rain", "precipitation", "antecedent", "sum", "mean", "running", "72 hours", "CHIRPS", "ERA5-Land")

    def title(self):
        return tr("Accumulate series")

    def summary(self):
        return tr(
            "Sum or mean over the days or hours before every day: rain of the last three days, or temperature of the "
            "72 hours before an overpass. Soil moisture remembers them. A day that is missing makes a sum unknown and "
            "not small. A study does this by itself; files are needed for other programs."
        )

    def parameters(self):
        return [
            folder_in(
                "INPUT",
                tr("Dated rasters"),
                tr(
                    "Folder of daily or hourly rasters with the day, or day and hour, in their file names; or a "
                    "pattern, as rain/*.tif."
                ),
            ),
            *options(AccumulateOptions),
            *period_of_rasters(),
            load_flag(default=False),
            folder_out(
                "OUTPUT",
                tr("Folder of maps"),
                tr("Gets a GeoTIFF a day, as rain_sum_3d_20230501.tif, and summary.csv with a line on every map."),
            ),
        ]

    def compute(self, values, progress):
        from ...core.preprocessing.accumulate_series import accumulate_series
        from ...core.rasters.dates import days_asked

        first, last = days_asked(values["START"], values["END"])
        outcome = accumulate_series(
            values["INPUT"],
            values["OUTPUT"],
            collect(AccumulateOptions, values),
            first=first,
            last=last,
            progress=progress,
        )
        return self.account(outcome)
