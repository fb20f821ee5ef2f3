# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said in QGIS's message bar after the plugin was installed."""

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QPushButton

from ..i18n import tr


def greet(bar, open_workflow):
    """Show where to begin, with a button that does; it stays until it is closed.

    Parameters
    ----------
    bar : QgsMessageBar
    open_workflow : callable

    Returns
    -------
    QgsMessageBarItem
    """
    words = tr("Fine soil moisture, step by step; later by the drop in the toolbar or the Raster menu.")
    item = bar.createMessage("SoilSharp", words)
    button = QPushButton(tr("Open the workflow"), item)
    button.clicked.connect(lambda: (bar.popWidget(item), open_workflow()))
    item.layout().addWidget(button)
    bar.pushWidget(item, Qgis.MessageLevel.Info, 0)
    return item
