# SPDX-License-Identifier: GPL-2.0-or-later
"""Spectral indices of dated bands."""

from pathlib import Path

from qgis.core import QgsProcessingOutputFile

from ...core.preprocessing.settings import SpectralOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, known, numbers
from ..parameters import collect, folder_in, folder_out, load_flag, options
from ..run_layers import load_folder


class SpectralIndices(SoilSharpAlgorithm):
    NAME, GROUP = "spectral_indices", "preprocessing"
    TAGS = ("NDVI", "EVI", "NDWI", "LSWI", "NSDSI", "SAVI", "NDMI", "formula", "bands", "reflectance", "MODIS")

    def title(self):
        return tr("Spectral indices")

    def summary(self):
        return tr(
            "Compute NDVI, EVI, SAVI, NDWI, LSWI, NDMI, NSDSI and formulas of one's own from bands of reflectance, for "
            "every day that has them. Where a band is unknown, a division has no result or the index lies outside of "
            "its range, the index is unknown."
        )

    def parameters(self):
        return [
            folder_in(
                "INPUT",
                tr("Bands"),
                tr(
                    "Folder with a sub-folder of dated rasters for each band, as the import of MODIS makes: b01, b02 "
                    "and so on; or with the bands themselves as files, as LC08_20230501_B4.tif."
                ),
            ),
            *options(SpectralOptions),
            load_flag(),
            folder_out(
                "OUTPUT",
                tr("Folder of maps"),
                tr("Gets one map a day, in a folder for each index if there are several, and summary.csv."),
            ),
        ]

    def outputs(self):
        return [
            *numbers(
                MAPS=tr("Number of maps"),
                LEFT_OUT=tr("Days or indices that were left out; summary.csv says why"),
                KNOWN=tr("Mean valid fraction of pixels"),
            ),
            QgsProcessingOutputFile("SUMMARY", tr("Maps, and what was left out")),
        ]

    def compute(self, values, progress):
        from ...core.preprocessing.spectral_indices import spectral_indices
        from ...core.rasters.map_folder import SUMMARY

        outcome = spectral_indices(
            values["INPUT"], values["OUTPUT"], collect(SpectralOptions, values), progress=progress
        )
        self._maps = [(made.day, made.path) for made in outcome.maps]
        return {
            "MAPS": len(outcome.maps),
            "LEFT_OUT": len(outcome.refused),
            "KNOWN": known(outcome.known),
            "SUMMARY": str(Path(outcome.folder) / SUMMARY),
        }

    def finish(self, values, results, context):
        if values["LOAD"]:
            load_folder(context, "OUTPUT", self._maps, "", values["OUTPUT"])
        return results
