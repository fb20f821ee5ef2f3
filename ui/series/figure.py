# SPDX-License-Identifier: GPL-2.0-or-later
"""A figure of matplotlib in a window of QGIS, in the colours of its palette."""

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from ..colours import seen_palette

LEFT, RIGHT, TOP, BOTTOM = 62, 14, 26, 38  # pixels around a plot


def canvas_of(figure):
    """Return a Qt canvas for a figure, with the Qt that QGIS has; matplotlib is loaded here and not before."""
    try:
        from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
    except ImportError:  # matplotlib before 3.5
        from matplotlib.backends.backend_qt5agg import FigureCanvasQTAgg
    canvas = FigureCanvasQTAgg(figure)
    canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    canvas.setMinimumSize(120, 80)
    return canvas


class Theme:
    """Colours of a plot that fit the palette of a widget, light or dark; two are equal if all of these are."""

    def __init__(self, palette):
        self.back = palette.color(QPalette.ColorRole.Window).name()
        self.base = palette.color(QPalette.ColorRole.Base).name()
        self.text = palette.color(QPalette.ColorRole.WindowText).name()
        self._dark = palette.color(QPalette.ColorRole.Base).lightness() < 128

    def __eq__(self, other):
        return isinstance(other, Theme) and vars(self) == vars(other)

    def of(self, colour):
        """Return a colour that is seen on this background."""
        if not self._dark:
            return colour
        hue = QColor(colour)
        hue.setHslF(max(hue.hslHueF(), 0), hue.hslSaturationF(), min(0.85, hue.lightnessF() + 0.32))
        return hue.name()

    def lay_on(self, figure, panels):
        """Colour a figure and its panels."""
        figure.set_facecolor(self.back)
        for panel in panels:
            panel.set_facecolor(self.base)
            panel.tick_params(colors=self.text, labelsize=8)
            panel.xaxis.label.set(color=self.text, fontsize=8)
            panel.yaxis.label.set(color=self.text, fontsize=8)
            panel.xaxis.get_offset_text().set(color=self.text, fontsize=8)
            for side, spine in panel.spines.items():
                spine.set_visible(side in ("left", "bottom"))
                spine.set_color(self.text)
            panel.grid(color=self.text, alpha=0.15, linewidth=0.6)

    def legend(self, figure, panel):
        """Put a legend of a panel above it, in one row."""
        handles, labels = panel.get_legend_handles_labels()
        if handles:
            figure.legend(
                handles, labels, loc="upper center", ncol=len(handles), fontsize=8, frameon=False, borderpad=0.2,
                handlelength=1.6, columnspacing=1.2, labelcolor=self.text,
            )  # fmt: skip

    def say(self, panel, words):
        """Write a sentence into a panel without ticks."""
        panel.text(0.5, 0.5, words, ha="center", va="center", transform=panel.transAxes, color=self.text, fontsize=9)


class FigureWidget(QWidget):
    """A figure that is drawn anew by `draw` of a subclass, as when the palette changes; only where it is seen."""

    def __init__(self, name, parent=None):
        super().__init__(parent)
        from matplotlib.figure import Figure

        self._stale = True  # what is drawn is not what is to be seen
        self._label = QLabel(self)
        self._label.hide()
        self.figure = Figure()
        self.canvas = canvas_of(self.figure)
        self.canvas.setAccessibleName(name)
        self.canvas.mpl_connect("resize_event", lambda event: self.leave_margins())
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.canvas)

    @property
    def theme(self):
        return Theme(seen_palette(self._label))

    def draw(self):
        """Draw all anew."""
        raise NotImplementedError

    def redraw(self):
        """Draw all anew, now if it is seen, else when it will be."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.draw()

    def showEvent(self, event):
        super().showEvent(event)
        if self._stale:
            self.redraw()

    def changeEvent(self, event):
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "canvas"):
            self.redraw()

    def leave_margins(self):
        """Set the margins of the figure, which are as wide in a large window as in a small one."""
        width, height = self.figure.get_size_inches() * self.figure.dpi / self.canvas.device_pixel_ratio
        self.figure.subplots_adjust(
            left=min(0.4, LEFT / width), right=max(0.6, 1 - RIGHT / width), top=max(0.6, 1 - TOP / height),
            bottom=min(0.35, BOTTOM / height), hspace=0.12,
        )  # fmt: skip
