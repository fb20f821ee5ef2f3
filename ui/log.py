# SPDX-License-Identifier: GPL-2.0-or-later
"""The log of the workflow window."""

import html
from datetime import datetime

from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtGui import QFontDatabase
from qgis.PyQt.QtWidgets import QTextBrowser, QVBoxLayout

from ..i18n import tr
from .run import COMMAND, ERROR, WARNING

# all are readable on light and on dark
COLOURS = {ERROR: "#d0342c", WARNING: "#b87400", COMMAND: "#808080"}
MAX_LINES = 5000


class LogBox(QgsCollapsibleGroupBoxBasic):
    """What the algorithms said, foldable."""

    def __init__(self, parent=None):
        super().__init__(tr("Log"), parent)
        self.setFlat(True)
        self.text = QTextBrowser()
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setFixedHeight(120)
        self.text.setOpenLinks(False)
        self.text.document().setMaximumBlockCount(MAX_LINES)
        self.text.setAccessibleName(tr("Log"))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 4, 0, 0)
        inside.addWidget(self.text)
        self.setCollapsed(True)

    def begin(self, title):
        """Write the head of a new run."""
        now = datetime.now().strftime("%H:%M:%S")
        self.text.append(f"<b>{now}&nbsp; {html.escape(title)}</b>")

    def add(self, kind, text):
        """Add a line; kinds are those of `run`."""
        colour = COLOURS.get(kind)
        lines = html.escape(text).replace("\n", "<br>")
        self.text.append(f"<span style='color:{colour}'>{lines}</span>" if colour else f"<span>{lines}</span>")
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())
