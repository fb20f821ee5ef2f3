# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said in QGIS's message bar after the plugin was installed."""

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QPushButton

from ..i18n import tr


def greet(bar, begin_first_hour, open_workflow):
    """Show where to begin, with buttons that do; it stays until it is closed.

    Parameters
    ----------
    bar : QgsMessageBar
    begin_first_hour : callable
        For a person who wants to be led through a synthetic region.
    open_workflow : callable
        For a person with data.

    Returns
    -------
    QgsMessageBarItem
    """
    words = tr("Fine soil moisture, step by step. Later: the drop in the toolbar.")
    item = bar.createMessage("SoilSharp", words)
    for label, help, action in (
        (tr("Guided first hour"), tr("A guided tour over a synthetic region; no data needed."), begin_first_hour),
        (tr("Open the workflow"), "", open_workflow),
    ):
        button = QPushButton(label, item)
        button.setToolTip(help)
        button.clicked.connect(lambda checked, action=action: (bar.popWidget(item), action()))
        item.layout().addWidget(button)
    bar.pushWidget(item, Qgis.MessageLevel.Info, 0)
    return item
