# SPDX-License-Identifier: GPL-2.0-or-later
"""The maps of runs follow the temporal controller of QGIS's window."""

from qgis.core import QgsProject, QgsTemporalNavigationObject
from qgis.PyQt.QtCore import Qt

from .series_tree import DAYS, Played, marked, see_days
from .styling import show_day

OFF = QgsTemporalNavigationObject.NavigationMode.NavigationOff


class Follower:
    """Lets all days of a run be seen while the controller is on, of which QGIS draws the one played; else one.

    Parameters
    ----------
    controller : QgsTemporalNavigationObject
    """

    def __init__(self, controller):
        self._controller = controller
        # it tells of being turned on or off by this, too; the signal of its own for that cannot be connected in Python
        controller.updateTemporalRange.connect(self.follow)

    def follow(self, span):
        """Show what the controller shows."""
        project, played = QgsProject.instance(), self._controller.navigationMode() != OFF
        if played != Played.now:
            Played.now = played
            for group in marked(project.layerTreeRoot(), DAYS):
                see_days(group, played)
        if span.begin().isValid():
            day = span.begin().toUTC().date().toString(Qt.DateFormat.ISODate)
            for layer in project.mapLayers().values():
                show_day(layer, day)

    def stop(self):
        """Leave the maps alone from now on."""
        self._controller.updateTemporalRange.disconnect(self.follow)
        Played.now = False
