# SPDX-License-Identifier: GPL-2.0-or-later
"""One raster for every day from rasters that come every few days."""

from ...core.preprocessing.settings import InterpolateOptions
from ...i18n import tr
from ..parameters import collect, folder_in, folder_out, load_flag, options
from .write_maps import WriteMaps, period_of_rasters


class InterpolateSeries(WriteMaps):
    NAME = "interpolate_series"
    TAGS = ("daily", "NDVI", "composites", "Savitzky-Golay", "Whittaker", "smoothing", "gap filling", "MODIS", "age")
    NEEDS = (*WriteMaps.NEEDS, "scipy")

    def title(self):
        return tr("Interpolate series")

    def summary(self):
        return tr(
            "Make one raster for every day from rasters that come every few days, as vegetation indices every 16 days: "
            "along lines, holding the last, taking the nearest, or along a smooth curve. Every pixel rests on its own "
            "observations, so clouds are passed over. On request a second folder tells how old each value is. A study "
            "does the first three by itself; files are needed for curves, for two satellites, and for other programs."
        )

    def parameters(self):
        return [
            folder_in(
                "INPUT",
                tr("Dated rasters"),
                tr("Folder of rasters with the day in their file names; or a pattern, as ndvi/*.tif."),
            ),
            folder_in(
                "SECOND",
                tr("Rasters of a second satellite"),
                tr(
                    "As Aqua beside Terra. Each is brought to days by itself; where both are known their mean is "
                    "taken, else the one."
                ),
                optional=True,
            ),
            *options(InterpolateOptions),
            *period_of_rasters(),
            load_flag(default=False),
            folder_out(
                "OUTPUT",
                tr("Folder of daily maps"),
                tr("Gets a GeoTIFF a day, as ndvi_20230501.tif, and summary.csv with a line on every map."),
            ),
            folder_out(
                "OUTPUT_AGES",
                tr("Folder of ages"),
                tr("Gets a GeoTIFF a day with the days to the nearest observation that the value rests on."),
                optional=True,
            ),
        ]

    def compute(self, values, progress):
        from ...core.preprocessing.interpolate_series import interpolate_series
        from ...core.rasters.dates import days_asked

        first, last = days_asked(values["START"], values["END"])
        outcome = interpolate_series(
            values["INPUT"],
            values["OUTPUT"],
            collect(InterpolateOptions, values),
            second=values["SECOND"],
            ages_folder=values["OUTPUT_AGES"],
            first=first,
            last=last,
            progress=progress,
        )
        return self.account(outcome)
