# SPDX-License-Identifier: GPL-2.0-or-later
"""SoilGrids and other rasters that hold for all days."""

from ...core.products.settings import StaticOptions
from ...i18n import tr
from .import_product import ImportProduct


class ImportSoilGrids(ImportProduct):
    NAME = "import_soilgrids"
    TAGS = ("SoilGrids", "ISRIC", "HiHydroSoil", "MERIT", "soil", "sand", "clay", "silt", "static", "elevation")
    OPTIONS = StaticOptions
    DATED = False

    def title(self):
        return tr("Import SoilGrids and other static rasters")

    def summary(self):
        return tr(
            "Make covariates of maps that hold for all days. SoilGrids 2.0 as downloaded (silt_0-5cm_mean.tif and "
            "others, whole or in tiles) is brought to usual units: percent, kg/dm3, pH. Its error is written beside "
            "it. Other rasters, as elevation or porosity, are taken as they are, or with a scale and an offset."
        )

    def input_help(self):
        return tr(
            "Folder with the files as downloaded, sub-folders included; or one file, or a pattern as "
            "soilgrids/*_0-5cm_*.tif. SoilGrids is known by its file names, so leave them as they are."
        )

    def make(self, source, folder, options, *, area, first, last, progress):
        from ...core.products.soilgrids import import_static

        return import_static(source, folder, options, area=area, progress=progress)
