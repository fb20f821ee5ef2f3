# SPDX-License-Identifier: GPL-2.0-or-later
"""Map tools that point at places: a click, and shapes of several clicks."""

from qgis.core import QgsGeometry, QgsWkbTypes
from qgis.gui import QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal

from ...i18n import tr

KINDS = {"polygon": QgsWkbTypes.GeometryType.PolygonGeometry, "line": QgsWkbTypes.GeometryType.LineGeometry}
LEAST = {"polygon": 3, "line": 2}  # vertices


class PointTool(QgsMapTool):
    """Gives where a person clicks: `picked(geometry, more)`, whether it is one more place, as with Shift or Ctrl."""

    picked = pyqtSignal(QgsGeometry, bool)

    def __init__(self, canvas):
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def canvasReleaseEvent(self, event):
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(QgsGeometry.fromPointXY(event.mapPoint()), _more(event))


class ShapeTool(QgsMapTool):
    """Gives a polygon or a line: a vertex a click, the right button or Enter ends it, Backspace and Escape undo."""

    picked = pyqtSignal(QgsGeometry, bool)

    def __init__(self, canvas, kind):
        super().__init__(canvas)
        self._kind, self._band, self._points = kind, None, []
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.words = tr("Click the corners; the right button or Enter ends, Backspace takes one back, Escape all.")

    def canvasReleaseEvent(self, event):
        if event.button() == Qt.MouseButton.LeftButton:
            self._points.append(event.mapPoint())
            self._draw()
        elif event.button() == Qt.MouseButton.RightButton:
            self._end(_more(event))

    def canvasMoveEvent(self, event):
        if self._points:
            self._draw(event.mapPoint())

    def keyPressEvent(self, event):
        keys = Qt.Key
        if event.key() in (keys.Key_Return, keys.Key_Enter):
            self._end(_more(event))
        elif event.key() in (keys.Key_Backspace, keys.Key_Delete) and self._points:
            self._points.pop()
            self._draw()
        elif event.key() == keys.Key_Escape:
            self._clear()
        else:
            return
        event.accept()  # else the canvas would take it too

    def deactivate(self):
        self._clear()
        super().deactivate()

    def _end(self, more):
        points = self._points
        if len(points) < LEAST[self._kind]:
            return
        shape = QgsGeometry.fromPolygonXY([points]) if self._kind == "polygon" else QgsGeometry.fromPolylineXY(points)
        self._clear()
        self.picked.emit(shape, more)

    def _draw(self, last=None):
        if self._band is None:
            self._band = QgsRubberBand(self.canvas(), KINDS[self._kind])
            self._band.setColor(Qt.GlobalColor.red)
            self._band.setWidth(2)
        self._band.reset(KINDS[self._kind])
        for point in [*self._points, *([last] if last is not None else [])]:
            self._band.addPoint(point)

    def _clear(self):
        self._points = []
        if self._band is not None:
            self.canvas().scene().removeItem(self._band)
            self._band = None


def _more(event):
    """Whether a key is held that adds a place to those that are shown."""
    held = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
    return bool(event.modifiers() & held)
