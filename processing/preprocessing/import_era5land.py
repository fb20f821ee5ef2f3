# SPDX-License-Identifier: GPL-2.0-or-later
"""Daily maps of the hours of ERA5-Land, or of ERA5."""

from ...core.products.settings import Era5LandOptions
from ...i18n import tr
from .import_product import ImportProduct


class ImportEra5Land(ImportProduct):
    NAME = "import_era5land"
    TAGS = ("ERA5-Land", "ERA5", "NetCDF", "GRIB", "precipitation", "temperature", "radiation", "reanalysis")
    NEEDS = (*ImportProduct.NEEDS, "scipy")
    OPTIONS = Era5LandOptions

    def title(self):
        return tr("Import ERA5-Land")

    def summary(self):
        return tr(
            "Turn hourly files of the Climate Data Store into daily maps: daily sums and means, the value at an hour, "
            "or sums and means over the hours before an overpass. Running sums since 00 UTC become amounts of single "
            "hours first. Rain and evaporation are in mm (evaporation is negative, as at ECMWF), radiation in MJ m-2 a "
            "day or W m-2 at an hour."
        )

    def input_help(self):
        return tr(
            "Folder of NetCDF or GRIB files, or of the zip archives as the Climate Data Store sends them; or one such "
            "file, or a pattern as era5/2023-*.nc. Files that follow each other in time are joined. For a daily sum of "
            "the last day the 00 UTC of the next day is needed."
        )

    def make(self, source, folder, options, *, area, first, last, progress):
        from ...core.products.gridded.era5land import import_era5land

        return import_era5land(source, folder, options, area=area, first=first, last=last, progress=progress)
