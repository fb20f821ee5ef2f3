# SPDX-License-Identifier: GPL-2.0-or-later
"""Daily maps as whole numbers."""

from qgis.core import QgsProcessingOutputString

from ...core.downscaling.settings import EncodeOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, folder_in, folder_out, options


class EncodeMaps(SoilSharpAlgorithm):
    NAME, GROUP = "encode_maps", "downscaling"
    TAGS = ("integer", "scale", "10000", "DOY", "day of year", "archive", "export", "compress")

    def title(self):
        return tr("Encode maps")

    def summary(self):
        return tr(
            "Write daily maps as 16-bit whole numbers, ten thousand times the soil moisture, with year and day of the "
            "year in the name: files of a quarter of the size to share. They declare their scale, so that QGIS shows "
            "m³ m⁻³."
        )

    def parameters(self):
        return [
            folder_in(
                "INPUT",
                tr("Daily maps"),
                tr("Folder of maps in m³ m⁻³ with the day in their file names, or a pattern, as maps/*.tif."),
            ),
            *options(EncodeOptions),
            folder_out("OUTPUT", tr("Folder of encoded maps"), tr("Gets a GeoTIFF a day, as sm_2020153.tif.")),
        ]

    def outputs(self):
        return [
            *numbers(MAPS=tr("Number of maps")),
            QgsProcessingOutputString("FIRST_MAP", tr("File of the first day")),
            QgsProcessingOutputString("LAST_MAP", tr("File of the last day")),
        ]

    def compute(self, values, progress):
        from ...core.downscaling.encoded_maps import encode_maps

        paths = encode_maps(values["INPUT"], values["OUTPUT"], collect(EncodeOptions, values), progress)
        return {"MAPS": len(paths), "FIRST_MAP": str(paths[0]), "LAST_MAP": str(paths[-1])}
