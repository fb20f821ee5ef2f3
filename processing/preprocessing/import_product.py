# SPDX-License-Identifier: GPL-2.0-or-later
"""What all imports of a gridded product share: where from, which part, which days, and where to."""

from pathlib import Path

from qgis.core import QgsProcessingOutputFile, QgsProcessingOutputString

from ...i18n import tr
from ..base import SoilSharpAlgorithm, known, numbers
from ..parameters import collect, extent, folder_in, folder_out, load_flag, options, text
from ..styling import load_maps


class ImportProduct(SoilSharpAlgorithm):
    """An import of a gridded product.

    A subclass has `OPTIONS` (a record of settings), `input_help()`, and
    `make(source, folder, options, *, area, first, last, progress)`, which gives an `Outcome`. One whose maps hold for
    all days sets `DATED` to False.
    """

    GROUP = "preprocessing"
    OPTIONS = None
    DATED = True
    MAP_STYLE = ""

    def input_help(self):
        raise NotImplementedError

    def make(self, source, folder, options, *, area, first, last, progress):
        raise NotImplementedError

    def parameters(self):
        period = [
            text("START", tr("First day"), tr("As 2023-05-01; left empty, the first that there is.")),
            text("END", tr("Last day"), tr("As 2023-10-15; left empty, the last that there is.")),
        ]
        return [
            folder_in("INPUT", tr("Downloaded files"), self.input_help()),
            *options(self.OPTIONS),
            extent(
                "EXTENT",
                tr("Extent"),
                tr("Only this part is read and written, on the product's own grid. Left empty, all there is."),
            ),
            *(period if self.DATED else []),
            load_flag(),
            folder_out(
                "OUTPUT",
                tr("Folder of maps"),
                tr(
                    "Gets the GeoTIFFs, and summary.csv with a line on every map and on every file that was left out. "
                    "Several variables get a folder each."
                ),
            ),
        ]

    def outputs(self):
        return [
            *numbers(
                MAPS=tr("Number of maps"),
                LEFT_OUT=tr("Files that were left out; summary.csv says why"),
                KNOWN=tr("Mean share of known pixels"),
            ),
            QgsProcessingOutputString("FIRST_DAY", tr("First day that has a map")),
            QgsProcessingOutputString("LAST_DAY", tr("Last day that has a map")),
            QgsProcessingOutputFile("SUMMARY", tr("Table of all maps, and of what was left out with its reason")),
        ]

    def compute(self, values, progress):
        from ...core.products.outcome import SUMMARY
        from ...core.products.request import area_of, day_or_none

        outcome = self.make(
            values["INPUT"],
            values["OUTPUT"],
            collect(self.OPTIONS, values),
            area=area_of(values["EXTENT"]),
            first=day_or_none(values.get("START"), "first day"),
            last=day_or_none(values.get("END"), "last day"),
            progress=progress,
        )
        self._maps, days = [(made.day, made.path) for made in outcome.maps], outcome.days
        return {
            "MAPS": len(outcome.maps),
            "LEFT_OUT": len(outcome.refused),
            "KNOWN": known(outcome.known),
            "FIRST_DAY": str(days[0]) if len(days) else "",
            "LAST_DAY": str(days[-1]) if len(days) else "",
            "SUMMARY": str(Path(outcome.folder) / SUMMARY),
        }

    def finish(self, values, results, context):
        if values["LOAD"]:
            load_maps(context, "OUTPUT", self._maps, self.MAP_STYLE, Path(values["OUTPUT"]).name)
        return results
