# SPDX-License-Identifier: GPL-2.0-or-later
"""What the dock shows where packages are missing: which, and the button that leads to where they are installed."""

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...core.base.extras import advice
from ...i18n import tr


class Lacking(QWidget):
    """The words and the button; it looks again whenever it is shown, and says `mended()` when nothing is missing.

    Parameters
    ----------
    needs : sequence of str
        Packages, by the names that are imported.
    """

    mended = pyqtSignal()

    def __init__(self, needs, parent=None):
        super().__init__(parent)
        self._needs, self._words = needs, QLabel()
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(tr("&Packages…"))
        self.button.clicked.connect(self._show_packages)
        beside = QHBoxLayout()
        beside.addWidget(self.button)
        beside.addStretch(1)
        inside = QVBoxLayout(self)
        inside.addWidget(self._words)
        inside.addLayout(beside)
        inside.addStretch(1)

    def lacks(self):
        """Look which packages are missing, tell it, and return the words, '' if none is."""
        words = advice(tuple(self._needs))
        self._words.setText(words)
        return words

    def _show_packages(self, checked=False):
        from ..packages import PackagesWindow

        PackagesWindow(self).exec()
        self._look()

    def _look(self):
        if not self.lacks():
            self.mended.emit()

    def showEvent(self, event):
        super().showEvent(event)
        self._look()
