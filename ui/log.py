# SPDX-License-Identifier: GPL-2.0-or-later
"""The log of the workflow window, one for each of its pages."""

import html
from datetime import datetime

from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtGui import QFontDatabase, QTextCursor, QTextDocument
from qgis.PyQt.QtWidgets import QTextBrowser, QToolButton, QVBoxLayout

from ..i18n import tr
from .colours import told

MAX_LINES = 5000


class LogBox(QgsCollapsibleGroupBoxBasic):
    """What the algorithms said, foldable; of a page what was said there."""

    def __init__(self, parent=None):
        super().__init__(tr("Log"), parent)
        self.setFlat(True)
        self.findChild(QToolButton, "collapseButton").setAccessibleName(self.title())
        self.text = QTextBrowser()
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setFixedHeight(120)
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(tr("Log"))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 4, 0, 0)
        inside.addWidget(self.text)
        self._pages, self._written = {}, ""
        self.turn_to("")
        self.setCollapsed(True)

    def turn_to(self, page):
        """Show what was said on the page of a key."""
        self.text.setDocument(self._of(page))
        self._to_end()

    def begin(self, title, page=""):
        """Write the head of a new run; what is added from now on is of its page."""
        self._written = page
        now = datetime.now().strftime("%H:%M:%S")
        self._append(f"<b>{now}&nbsp; {html.escape(title)}</b>")

    def add(self, kind, text):
        """Add a line; kinds are those of `run`."""
        lines = html.escape(text).replace("\n", "<br>")
        self._append(f"<span>{told(kind, self.text, lines)}</span>")

    def _of(self, page):
        if page not in self._pages:
            document = self._pages[page] = QTextDocument(self)
            document.setDefaultFont(self.text.font())
            document.setMaximumBlockCount(MAX_LINES)
        return self._pages[page]

    def _append(self, line):
        document = self._of(self._written)
        cursor = QTextCursor(document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not document.isEmpty():
            cursor.insertBlock()
        cursor.insertHtml(line)
        if self.text.document() is document:
            self._to_end()

    def _to_end(self):
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())
