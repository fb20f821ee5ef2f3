# SPDX-License-Identifier: GPL-2.0-or-later
"""The menu of the studies that were opened or made last."""

from qgis.PyQt.QtWidgets import QMenu

from ..i18n import tr
from .memory import recent_studies


class RecentStudies(QMenu):
    """The studies of late that are still there; the data of an entry is its path."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.aboutToShow.connect(self._fill)

    def _fill(self):
        self.clear()
        for path in recent_studies():
            self.addAction(path.replace("&", "&&")).setData(path)
        if self.isEmpty():
            self.addAction(tr("None yet")).setEnabled(False)
