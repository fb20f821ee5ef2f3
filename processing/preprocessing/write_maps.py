# SPDX-License-Identifier: GPL-2.0-or-later
"""What all steps share that write maps into a folder and give an account of it."""

from pathlib import Path

from qgis.core import QgsProcessingOutputFile, QgsProcessingOutputString

from ...i18n import tr
from ..base import SoilSharpAlgorithm, known, numbers
from ..parameters import period
from ..run_layers import load_folder


class WriteMaps(SoilSharpAlgorithm):
    """A step whose `compute` returns the `account` of an `Outcome`; its parameters hold OUTPUT and LOAD."""

    GROUP = "preprocessing"
    MAP_STYLE = ""

    def outputs(self):
        return [
            *numbers(
                MAPS=tr("Number of maps"),
                LEFT_OUT=tr("Files that were left out; summary.csv says why"),
                KNOWN=tr("Mean valid fraction of pixels"),
            ),
            QgsProcessingOutputString("FIRST_DAY", tr("First day that has a map")),
            QgsProcessingOutputString("LAST_DAY", tr("Last day that has a map")),
            # only numbers and texts can stand in the expressions of a model
            QgsProcessingOutputString("FOLDER", tr("Folder of the maps, as text")),
            QgsProcessingOutputFile("SUMMARY", tr("Maps, and what was left out")),
        ]

    def account(self, outcome):
        """Return the results of an outcome."""
        from ...core.rasters.map_folder import SUMMARY

        self._maps, days = [(made.day, made.path) for made in outcome.maps], outcome.days
        return {
            "MAPS": len(outcome.maps),
            "LEFT_OUT": len(outcome.refused),
            "KNOWN": known(outcome.known),
            "FIRST_DAY": str(days[0]) if len(days) else "",
            "LAST_DAY": str(days[-1]) if len(days) else "",
            "FOLDER": str(outcome.folder),
            "SUMMARY": str(Path(outcome.folder) / SUMMARY),
        }

    def finish(self, values, results, context):
        if values["LOAD"]:
            load_folder(context, "OUTPUT", self._maps, self.MAP_STYLE, values["OUTPUT"])
        return results


def period_of_rasters():
    """Declare the first and the last day of what is made of dated rasters."""
    return period(tr("the day of the first raster"), tr("the day of the last raster"))
