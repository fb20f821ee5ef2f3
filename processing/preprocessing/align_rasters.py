# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters on the grid of another one."""

from qgis.core import QgsProcessingException

from ...core.preprocessing.settings import AlignOptions
from ...i18n import tr
from ..parameters import collect, folder_in, folder_out, load_flag, options, raster, rasters
from .write_maps import WriteMaps


class AlignRasters(WriteMaps):
    NAME = "align_rasters"
    TAGS = ("resample", "reproject", "warp", "grid", "average", "mode", "land cover", "stack")

    def title(self):
        return tr("Align rasters")

    def summary(self):
        return tr(
            "Bring rasters to the grid of another one. What is finer is averaged by area over its known pixels, or its "
            "most frequent class is taken; what is coarser is resampled. A study does this by itself while it reads; "
            "files are needed for other programs."
        )

    def parameters(self):
        return [
            rasters(
                "INPUT",
                tr("Rasters"),
                tr("Layers or files; of several bands each that has a name becomes a map."),
                optional=True,
            ),
            folder_in(
                "FOLDER",
                tr("Folder of rasters"),
                tr(
                    "All GeoTIFFs of a folder, as a dated series; or a pattern, as ndvi/*.tif. Also beside the rasters."
                ),
                optional=True,
            ),
            raster("GRID", tr("Raster that gives the grid"), tr("The others get its reference system and its pixels.")),
            *options(AlignOptions),
            load_flag(),
            folder_out(
                "OUTPUT",
                tr("Folder of aligned rasters"),
                tr("Gets a GeoTIFF for each, called as before, and summary.csv with a line on every one."),
            ),
        ]

    def compute(self, values, progress):
        from ...core.preprocessing.align_rasters import align_rasters, rasters_in
        from ...core.rasters.open import Source

        wanted = {**values["INPUT"], **(rasters_in(values["FOLDER"]) if values["FOLDER"] else {})}
        if not wanted:
            raise QgsProcessingException(tr("Choose the rasters to align, or a folder of them."))
        grid = Source(values["GRID"]).grid()
        return self.account(
            align_rasters(wanted, grid, values["OUTPUT"], collect(AlignOptions, values), progress=progress)
        )
