# SPDX-License-Identifier: GPL-2.0-or-later
"""The colours that are seen around what is drawn by hand; themes of QGIS are style sheets, of which that is unaware."""

from qgis.PyQt.QtGui import QPalette


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
