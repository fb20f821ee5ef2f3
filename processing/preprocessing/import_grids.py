# SPDX-License-Identifier: GPL-2.0-or-later
"""Daily maps of any dated grids: CHIRPS, ESA CCI, C3S, GLDAS and others."""

from ...core.products.settings import GridsOptions
from ...i18n import tr
from .import_product import ImportProduct


class ImportGrids(ImportProduct):
    NAME = "import_grids"
    TAGS = ("CHIRPS", "ESA CCI", "C3S", "GLDAS", "NetCDF", "GRIB", "precipitation", "series")
    OPTIONS = GridsOptions

    def title(self):
        return tr("Import dated grids")

    def summary(self):
        return tr(
            "Turn any dated rasters into daily maps: NetCDF and GRIB with a time axis (ESA CCI, C3S, GLDAS, CHIRPS), "
            "or GeoTIFFs with the day in their names (CHIRPS, also as .tif.gz), or lists of cells. Scale, fill value "
            "and valid range can be set where files do not tell them; steps of less than a day become a daily mean, "
            "sum, least or greatest value."
        )

    def input_help(self):
        return tr(
            "Folder of NetCDF, HDF5, GRIB or GeoTIFF files, or of tables of cells; also compressed as .gz or packed as "
            ".zip; or one such file, or a pattern as chirps/*.tif.gz."
        )

    def make(self, source, folder, options, *, area, first, last, progress):
        from ...core.products.gridded.grids import import_grids

        return import_grids(source, folder, options, area=area, first=first, last=last, progress=progress)
