# SPDX-License-Identifier: GPL-2.0-or-later
"""The temporal controller of QGIS's window follows the project, so that its play button shows day after day."""

from qgis.core import QgsInterval, QgsProject


class Player:
    """Brings the project's days and time step to the temporal controller whenever the days change.

    QGIS itself does so only when it reads a project from its file.

    Parameters
    ----------
    canvas : QgsMapCanvas
    """

    def __init__(self, canvas):
        self._canvas, self._settings = canvas, QgsProject.instance().timeSettings()
        self._settings.temporalRangeChanged.connect(self.follow)

    def follow(self):
        """Set what the project says."""
        controller = self._canvas.temporalController()
        if controller is not None and not self._settings.temporalRange().isInfinite():
            controller.setFrameDuration(QgsInterval(self._settings.timeStep(), self._settings.timeStepUnit()))
            controller.setTemporalExtents(self._settings.temporalRange())

    def stop(self):
        """Leave the controller alone from now on."""
        self._settings.temporalRangeChanged.disconnect(self.follow)
