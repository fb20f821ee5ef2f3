# SPDX-License-Identifier: GPL-2.0-or-later
"""One day that the plot and the temporal controller of QGIS show together."""

from qgis.core import QgsDateTimeRange, QgsInterval, QgsTemporalNavigationObject, QgsUnitTypes
from qgis.PyQt.QtCore import QDateTime, QObject, Qt, pyqtSignal


class DayLink(QObject):
    """Ties a day to the temporal controller of a canvas, both ways.

    What the plot shows goes to the controller by `show`; what the controller shows comes by the signal `moved(day)`,
    with a day as "2023-05-01". What the controller says because of `show` is no news, so that nothing goes round.

    Parameters
    ----------
    canvas : QgsMapCanvas
    """

    moved = pyqtSignal(str)

    def __init__(self, canvas, parent=None):
        super().__init__(parent)
        self._canvas, self._day, self._sending = canvas, "", False
        controller = self._controller
        if controller is not None:
            controller.updateTemporalRange.connect(self._follow)

    @property
    def _controller(self):
        controller = self._canvas.temporalController()
        return controller if isinstance(controller, QgsTemporalNavigationObject) else None

    def show(self, day, first, last):
        """Have the controller show a day of a series from a first to a last one, all as "2023-05-01"."""
        controller = self._controller
        if controller is None or day == self._day:
            return
        self._sending, self._day = True, day
        try:
            self._send(controller, day, first, last)
        finally:
            self._sending = False

    def _send(self, controller, day, first, last):
        frames, begin = QgsTemporalNavigationObject.NavigationMode.Animated, midnight(day)
        if controller.navigationMode() != frames or not controller.temporalExtents().contains(begin):
            controller.setNavigationMode(frames)
            controller.setFrameDuration(QgsInterval(1, QgsUnitTypes.TemporalUnit.TemporalDays))
            # up to the last second: at midnight one more day would begin, without a map
            controller.setTemporalExtents(QgsDateTimeRange(midnight(first), midnight(last).addDays(1).addSecs(-1)))
        controller.setCurrentFrameNumber(controller.findBestFrameNumberForFrameStart(begin))

    def _follow(self, shown):
        if self._sending or shown.isInfinite() or not shown.begin().isValid():
            return
        day = shown.begin().toUTC().date().toString(Qt.DateFormat.ISODate)
        if day != self._day:
            self._day = day
            self.moved.emit(day)

    def stop(self):
        """Leave the controller alone from now on."""
        controller = self._controller
        if controller is not None:
            controller.updateTemporalRange.disconnect(self._follow)


def midnight(day):
    """Return the beginning of a day, in UTC."""
    return QDateTime.fromString(f"{day}T00:00:00Z", Qt.DateFormat.ISODate)
