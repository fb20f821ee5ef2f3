# SPDX-License-Identifier: GPL-2.0-or-later
"""The stations of the window of flags in the map: what is flagged is seen there, and a click chooses a station."""

from functools import partial

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsGeometry, QgsPointXY, QgsProject
from qgis.gui import QgsRubberBand
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtGui import QColor

from .series.places import DEGREES, SHAPES, place_of, station_near
from .series.tools import PointTool

LOOKS = {"plain": ("#4a97b0", 9), "flagged": ("#c23b5a", 11), "chosen": ("#e8a33d", 17)}  # colour, size in pixels


class StationsOnMap(QObject):
    """Marks stations in a map, and tells by `picked(name)` which one is clicked while `pick` is on.

    Parameters
    ----------
    canvas : QgsMapCanvas
    stations : Stations
    parent : QObject, optional
    """

    picked = pyqtSignal(str)
    tool_gone = pyqtSignal()

    def __init__(self, canvas, stations, parent=None):
        super().__init__(parent)
        self._canvas, self._stations = canvas, stations
        self._shown = set(), ""
        self.bands = {name: self._band(*look) for name, look in LOOKS.items()}
        self.tool = PointTool(canvas)
        self.tool.picked.connect(self._clicked)
        self.tool.deactivated.connect(self.tool_gone.emit)
        canvas.destinationCrsChanged.connect(self._draw)
        # a window that goes with its parent, as when the plugin is switched off, leaves nothing in the map either
        self.destroyed.connect(partial(_take_away, canvas, self.bands))

    def show(self, flagged, chosen):
        """Mark stations: those with flags, and the one that is chosen."""
        self._shown = set(flagged), chosen
        self._draw()

    def pick(self, on):
        """Let clicks into the map choose a station, or give the map back to the tool from before."""
        if on:
            self._before = self._canvas.mapTool()
            self._canvas.setMapTool(self.tool)
        elif self._canvas.mapTool() is self.tool:
            self._canvas.unsetMapTool(self.tool)
            if self._before is not None:
                self._canvas.setMapTool(self._before)

    def leave(self):
        """Take all away from the map."""
        self.pick(False)
        self._canvas.destinationCrsChanged.disconnect(self._draw)
        _take_away(self._canvas, self.bands)

    def _band(self, colour, size):
        band = QgsRubberBand(self._canvas, SHAPES[0])
        band.setColor(QColor(colour))
        band.setSecondaryStrokeColor(QColor("white"))  # around it: a map may have the very colour
        band.setWidth(2)
        band.setIcon(QgsRubberBand.IconType.ICON_CIRCLE)
        band.setIconSize(size)
        return band

    def _draw(self):
        flagged, chosen = self._shown
        crs = self._canvas.mapSettings().destinationCrs()
        to_map = QgsCoordinateTransform(QgsCoordinateReferenceSystem(DEGREES), crs, QgsProject.instance())
        for band in self.bands.values():
            band.reset(SHAPES[0])
        for name, own in self._stations.places.iterrows():
            point = to_map.transform(QgsPointXY(own["longitude"], own["latitude"]))
            self.bands["flagged" if str(name) in flagged else "plain"].addPoint(point)
            if str(name) == chosen:
                self.bands["chosen"].addPoint(point)

    def _clicked(self, geometry, more):
        place = place_of(QgsGeometry(geometry), self._canvas.mapSettings().destinationCrs())
        name = station_near(self._stations, place, geometry, self._canvas.mapUnitsPerPixel())
        if name:
            self.picked.emit(str(name))


def _take_away(canvas, bands, gone=None):
    """Remove marks from a map that may be gone itself."""
    if not sip.isdeleted(canvas):
        for band in bands.values():
            canvas.scene().removeItem(band)
    bands.clear()
