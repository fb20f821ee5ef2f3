# SPDX-License-Identifier: GPL-2.0-or-later
"""Slope, aspect, curvature, position and wetness of the ground."""

from pathlib import Path

from ...core.preprocessing.settings import TerrainOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, folder_out, load_flag, options, raster
from ..styling import load_maps


class TerrainAttributes(SoilSharpAlgorithm):
    NAME, GROUP = "terrain_attributes", "preprocessing"
    TAGS = ("DEM", "elevation", "slope", "aspect", "TWI", "wetness index", "flow accumulation", "FD8", "MFD-md", "TPI")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "whitebox_workflows")

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
            raster("DEM", tr("Elevation model"), tr("In m above sea level; in degrees or metres.")),
            *options(TerrainOptions),
            load_flag(),
            folder_out("OUTPUT", tr("Folder of attributes"), tr("Gets a GeoTIFF for each, called as the attribute.")),
        ]

    def outputs(self):
        return numbers(MAPS=tr("Number of maps"))

    def compute(self, values, progress):
        from ...core.preprocessing.terrain_attributes import terrain_attributes

        outcome = terrain_attributes(values["DEM"], values["OUTPUT"], collect(TerrainOptions, values), progress)
        self._maps = [(None, made.path) for made in outcome.maps]
        return {"MAPS": len(outcome.maps)}

    def finish(self, values, results, context):
        if values["LOAD"]:
            load_maps(context, "OUTPUT", self._maps, "", Path(values["OUTPUT"]).name)
        return results
