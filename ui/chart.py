# SPDX-License-Identifier: GPL-2.0-or-later
"""A small chart of errors: what was made beside what there is without it."""

from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPalette
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QWidget

from ..core.training.learners import LEARNERS
from ..i18n import tr
from .colours import seen_palette

ROW, GAP = 20, 6  # pixels of a bar and beside it
WIDEST = 340  # pixels of the longest bar at most
SHORTEST = 120  # pixels of the longest bar at least; names have the rest
DARK = 128  # a background darker than this asks for lighter bars


class ErrorBars(QWidget):
    """Bars of the RMSE of products, the shortest the best; drawn by hand, for matplotlib takes long to load.

    `show_bars` takes what a step tells: a list of {"product", "rmse", "colour"}.
    """

    def __init__(self, parent=None):
        super().__init__(parent)
        self._bars, self._label = [], QLabel(self)
        self._label.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_bars(self, bars):
        """Draw these bars, or nothing if there are fewer than two."""
        self._bars = [{**bar, "product": called(bar["product"])} for bar in bars] if len(bars) > 1 else []
        words = ", ".join(f"{bar['product']} {bar['rmse']:.3f}" for bar in self._bars)
        self.setAccessibleName(tr("RMSE, m³ m⁻³: {}").format(words))
        self.setToolTip(self.accessibleName() if self._bars else "")
        self.setVisible(bool(self._bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self):
        return QSize(WIDEST, (len(self._bars) + 1) * ROW + GAP)

    def minimumSizeHint(self):
        return QSize(120, self.sizeHint().height())

    def room_for_names(self):
        """Return the pixels that names have; a longer one is cut, and the tooltip has it whole."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(bar["product"]) + GAP for bar in self._bars), default=0)
        figures = metrics.horizontalAdvance("0.000") + 4 * GAP
        return min(widest, max(self.width() // 2, self.width() - figures - SHORTEST))

    def paintEvent(self, event):
        metrics, palette = self.fontMetrics(), seen_palette(self._label)
        figures = metrics.horizontalAdvance("0.000") + 2 * GAP
        names = self.room_for_names() + 2 * GAP
        longest = max((bar["rmse"] for bar in self._bars), default=1) or 1
        room = min(WIDEST, max(20, self.width() - names - figures))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, self.width(), ROW), middle, tr("Error (RMSE, m³ m⁻³): the shorter the better"))
        dark = palette.color(QPalette.ColorRole.Window).lightness() < DARK
        for number, bar in enumerate(self._bars, 1):
            top, length = number * ROW, room * bar["rmse"] / longest
            name = metrics.elidedText(bar["product"], Qt.TextElideMode.ElideMiddle, names - 2 * GAP)
            painter.drawText(QRectF(0, top, names - GAP, ROW), middle, name)
            colour = QColor(bar["colour"])
            painter.fillRect(QRectF(names, top + 3, length, ROW - 6), colour.lighter(150) if dark else colour)
            painter.drawText(QRectF(names + length + GAP, top, figures, ROW), middle, f"{bar['rmse']:.3f}")
        painter.end()


def called(product):
    """Return a product's name in the language of QGIS; in the name of a model of several learners those of each."""
    ours = {
        "SoilSharp map": tr("SoilSharp map"),
        "Coarse as is": tr("Coarse as is"),
        "Coarse bilinear": tr("Coarse bilinear"),
        "Coarse smooth": tr("Coarse smooth"),
        "Training mean": tr("Training mean"),
        "Training climatology": tr("Training climatology"),
    }
    if product in ours:
        return ours[product]
    for record in LEARNERS:
        product = product.replace(record.label, tr(record.label))
    return product
