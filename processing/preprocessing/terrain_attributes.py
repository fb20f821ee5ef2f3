# SPDX-License-Identifier: GPL-2.0-or-later
"""Slope, aspect, curvature, position and wetness of the ground."""

from ...core.preprocessing.settings import TerrainOptions
from ...i18n import tr
from ..parameters import collect, folder_out, load_flag, options, raster
from .write_maps import WriteMaps


class TerrainAttributes(WriteMaps):
    NAME = "terrain_attributes"
    TAGS = ("DEM", "elevation", "slope", "aspect", "TWI", "wetness index", "flow accumulation", "FD8", "MFD-md", "TPI")
    NEEDS = (*WriteMaps.NEEDS, "scipy", "whitebox_workflows")

    def title(self):
        return tr("Terrain attributes")

    def summary(self):
        return tr(
            "Take slope, aspect, curvature, topographic position, flow accumulation and the topographic wetness index "
            "from an elevation model, after filling its sinks. Catchments end at the edge of the model: take one that "
            "is wider than your region."
        )

    def parameters(self):
        return [
            raster("DEM", tr("Elevation model"), tr("In m above sea level; in any reference system.")),
            *options(TerrainOptions),
            load_flag(),
            folder_out("OUTPUT", tr("Folder of attributes"), tr("Gets a GeoTIFF for each, named after the attribute.")),
        ]

    def compute(self, values, progress):
        from ...core.preprocessing.terrain_attributes import terrain_attributes

        outcome = terrain_attributes(values["DEM"], values["OUTPUT"], collect(TerrainOptions, values), progress)
        return self.account(outcome)
