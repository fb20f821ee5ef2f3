# SPDX-License-Identifier: GPL-2.0-or-later
"""The row that tells how far a run is: a bar, how long it will still take, and what it says."""

from qgis.PyQt.QtCore import QElapsedTimer, Qt
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from ..i18n import tr

KNOWN_FROM = 3  # percent from which on the time that is left can be told
SOONEST = 3000  # milliseconds before that


class ProgressRow(QWidget):
    """Bar and words of a run; `took` is how many milliseconds it has been going."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.bar, self.state, self._clock = QProgressBar(), QLabel(), QElapsedTimer()
        self.bar.setRange(0, 100)
        self.bar.setAccessibleName(tr("Progress"))
        self.state.setMinimumWidth(50)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.bar, 1)
        row.addWidget(self.state, 1)

    @property
    def took(self):
        return self._clock.elapsed() if self._clock.isValid() else 0

    def begin(self):
        """Start anew."""
        self._clock.start()
        self.reach(0)

    def reach(self, percent):
        """Show how far it is, and how long it will take if it goes on like this."""
        self.bar.setValue(int(percent))
        told = KNOWN_FROM <= percent < 100 and self.took >= SOONEST
        left = self.took * (100 - percent) / percent / 1000 if told else 0
        self.bar.setFormat(tr("%p % · {} left").format(duration(left)) if told else "%p%")

    def say(self, text):
        """Show the first line of a text, as much of it as there is room for; the whole is its tip."""
        text = text.strip().splitlines()[0] if text.strip() else ""
        metrics = self.state.fontMetrics()
        self.state.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.state.width()))
        self.state.setToolTip(text)


def duration(seconds):
    """Return so many seconds as a person says them."""
    if seconds < 60:
        return tr("{} s").format(max(1, round(seconds)))
    if seconds < 3600:
        return tr("{} min").format(round(seconds / 60))
    return tr("{} h {} min").format(int(seconds // 3600), round(seconds % 3600 / 60))
