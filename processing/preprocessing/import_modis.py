# SPDX-License-Identifier: GPL-2.0-or-later
"""MODIS and VIIRS land products as dated maps."""

from ...core.products.settings import ModisOptions
from ...i18n import tr
from .import_product import ImportProduct


class ImportModis(ImportProduct):
    NAME = "import_modis"
    TAGS = (
        "MODIS", "VIIRS", "NDVI", "EVI", "LST", "LAI", "FAPAR", "FPAR", "ET", "albedo", "MCD12Q1", "MOD11A1", "MOD13Q1",
        "HDF", "AppEEARS", "sinusoidal",
    )  # fmt: skip
    OPTIONS = ModisOptions

    def title(self):
        return tr("Import MODIS or VIIRS")

    def summary(self):
        return tr(
            "Make dated maps of one variable from MODIS or VIIRS land products as they were downloaded: vegetation "
            "indices (13), land surface temperature (11, 21), LAI and FAPAR (15), evapotranspiration (16), surface "
            "reflectance (09), albedo (43) and land cover (12). Tiles of a day, and Terra and Aqua, become one map; "
            "the quality layers decide what is kept, and the log says in words what that was."
        )

    def input_help(self):
        return tr(
            "Folder of granules (HDF4 of MODIS, HDF5 of VIIRS) or of GeoTIFFs of their layers, as AppEEARS exports "
            "them, with the quality layers beside; of several products in it, Product chooses. "
            "The product and the day are taken from the names, so keep those of the download. HDF4 needs a "
            "QGIS whose GDAL reads it, HDF5 the package h5py. Files that cannot be used are left out and named."
        )

    def make(self, source, folder, options, *, area, first, last, progress):
        from ...core.products.modis.modis import import_modis

        return import_modis(source, folder, options, area=area, first=first, last=last, progress=progress)
