# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of steps at the side of the workflow window: where one is, and what is done."""

from qgis.PyQt.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF
from qgis.PyQt.QtWidgets import QFrame, QListWidget, QListWidgetItem

from ..i18n import tr

MARK = 28
QUIET = 140  # of 255: how much of the text's colour a step has that is still to come
DONE = QColor("#3a8f5c")


class StepList(QListWidget):
    """The steps with a mark each: a number, or a tick where a step is done.

    Parameters
    ----------
    pages : sequence of Page
    """

    def __init__(self, pages, parent=None):
        self._pages, self._done = pages, set()
        super().__init__(parent)
        self.setIconSize(QSize(MARK, MARK))
        self.setSpacing(3)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Steps"))
        for page in pages:
            item = QListWidgetItem(f"{page.title}\n{page.hint}", self)
            item.setSizeHint(QSize(0, 46))
        self.setFixedWidth(max(180, self._widest() + MARK + 40))
        self.currentRowChanged.connect(lambda row: self._mark())
        self._mark()

    def _widest(self):
        bold = QFont(self.font())
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        return max(metrics.horizontalAdvance(words) for page in self._pages for words in (page.title, page.hint))

    def set_done(self, keys):
        """Mark the steps of these keys as done, and only them."""
        self._done = set(keys)
        self._mark()

    def changeEvent(self, event):
        """Draw the marks anew in other colours: those of a theme come after the list was made."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.count() == len(self._pages):
            self._mark()

    def _mark(self):
        for row, page in enumerate(self._pages):
            done, current = page.key in self._done, row == self.currentRow()
            item = self.item(row)
            picture, icon = self._picture(str(row + 1), done, current), QIcon()
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # else a chosen one would be tinted
                icon.addPixmap(picture, mode)
            item.setIcon(icon)
            item.setToolTip(tr("Done") if done else "")
            font = QFont(self.font())
            font.setBold(current)
            item.setFont(font)

    def _picture(self, text, done, current):
        ratio = self.devicePixelRatioF()
        picture = QPixmap(int(MARK * ratio), int(MARK * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        palette = self.palette()
        quiet = palette.color(QPalette.ColorRole.Text)
        quiet.setAlpha(QUIET)
        ring = QColor("#14507d") if current else quiet
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen if done or current else QPen(ring, 1.5))
        painter.setBrush(DONE if done else ring if current else palette.color(QPalette.ColorRole.Base))
        painter.drawEllipse(QRectF(2, 2, MARK - 4, MARK - 4))
        painter.setPen(QPen(Qt.GlobalColor.white if done or current else ring, 2.4 if done else 1))
        if done:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            points = ((0.30, 0.52), (0.44, 0.66), (0.71, 0.36))
            painter.drawPolyline(QPolygonF([QPointF(x * MARK, y * MARK) for x, y in points]))
        else:
            painter.drawText(QRectF(0, 0, MARK, MARK), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return picture
