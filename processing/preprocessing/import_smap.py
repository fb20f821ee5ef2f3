# SPDX-License-Identifier: GPL-2.0-or-later
"""SMAP soil moisture as daily maps."""

from ...core.products.settings import SmapOptions
from ...i18n import tr
from .import_product import ImportProduct


class ImportSmap(ImportProduct):
    NAME = "import_smap"
    TAGS = ("SMAP", "SPL3SMP", "SPL3SMP_E", "SPL4SMGP", "EASE-Grid", "HDF5", "NSIDC")
    NEEDS = (*ImportProduct.NEEDS, "h5py")
    OPTIONS = SmapOptions
    MAP_STYLE = "soil_moisture.qml"

    def title(self):
        return tr("Import SMAP")

    def summary(self):
        return tr(
            "Make one map a day of soil moisture from SMAP files as they were downloaded: L3 with cells of 36 km, "
            "L3 enhanced with cells of 9 km, and L4. Cells are put where they are on EASE-Grid 2.0, which is compared "
            "with the latitude and longitude in the files, and poor retrievals are left out by their quality flags. "
            "The folder of maps can be used at once as coarse soil moisture of a study."
        )

    def input_help(self):
        return tr(
            "Folder of granules (HDF5, whole or as a subset) or of GeoTIFFs from the data centre; of several products "
            "in it, Product chooses. Flags that lie beside GeoTIFFs are used. "
            "Files that cannot be used are left out and named."
        )

    def make(self, source, folder, options, *, area, first, last, progress):
        from ...core.products.smap.smap import import_smap

        return import_smap(source, folder, options, area=area, first=first, last=last, progress=progress)
