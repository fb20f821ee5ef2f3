# SPDX-License-Identifier: GPL-2.0-or-later
"""The colours that are seen around what is drawn by hand; themes of QGIS are style sheets, of which that is unaware."""

from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QLabel

from .run import COMMAND, ERROR, WARNING

# of kinds of lines, by what is behind them; on a grey between these no colour can be read
ON_LIGHT = {ERROR: "#b3261e", WARNING: "#8a5200", COMMAND: "#666666"}
ON_DARK = {ERROR: "#ff9a8f", WARNING: "#f0b050", COMMAND: "#a8a8a8"}
LINK_ON_DARK = "#8cc4ff"  # that of QGIS's themes has a contrast of 3 there
LIGHT, DARK = 220, 64  # of the lightness of what is behind


def told(kind, widget, words):
    """Return words, which are HTML, in the colour that a kind of line, of `run`, has in a label or a text browser."""
    widget.ensurePolished()
    if isinstance(widget, QLabel):
        back = seen_palette(widget).color(QPalette.ColorRole.Window)
    else:
        back = widget.palette().color(QPalette.ColorRole.Base)
    colours = ON_LIGHT if back.lightness() >= LIGHT else ON_DARK if back.lightness() <= DARK else {}
    return f"<span style='color:{colours[kind]}'>{words}</span>" if kind in colours else words


def with_links(label, words):
    """Return words, which are HTML, with links that can be read in a label also where what is behind it is dark."""
    dark = seen_palette(label).color(QPalette.ColorRole.Window).lightness() <= DARK
    return words.replace("<a ", f"<a style='color:{LINK_ON_DARK}' ") if dark else words


def seen_palette(label):
    """Return the palette of a label, with the backgrounds of the first widget around it that is not clear.

    Parameters
    ----------
    label : QLabel
        An empty, hidden one in the widget that is drawn: a theme colours the text of labels, and not of every widget.
    """
    label.ensurePolished()
    behind = label.parentWidget()
    while behind.parentWidget() and behind.palette().color(QPalette.ColorRole.Window).alpha() == 0:
        behind = behind.parentWidget()
    palette = QPalette(behind.palette())
    palette.setColor(QPalette.ColorRole.WindowText, label.palette().color(QPalette.ColorRole.WindowText))
    return palette
