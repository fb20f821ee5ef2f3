# SPDX-License-Identifier: GPL-2.0-or-later
"""Help in the workflow window: the pages that the plugin brings along, in the browser of the system."""

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices, QKeySequence
from qgis.PyQt.QtWidgets import QAction, QMenu, QPushButton

from ..core.base.help_pages import help_address
from ..i18n import tr


class HelpButton(QPushButton):
    """A button with a menu of pages; F1 anywhere in the window opens the page on the step that is shown.

    Parameters
    ----------
    window : WorkflowWindow
    """

    def __init__(self, window):
        super().__init__(tr("&Help"))
        self.setToolTip(tr("Pages on this step and on all of SoilSharp; F1 opens the one on this step."))
        menu = QMenu(self)
        this = QAction(tr("&This step"), window)
        this.setShortcut(QKeySequence("F1"))
        this.triggered.connect(lambda: open_address(window.page.form.algorithm.helpUrl()))
        window.addAction(this)  # else the key would need the menu to be open
        menu.addAction(this)
        menu.addAction(tr("&First hour, beside the pages"), lambda: window.first_hour.begin())
        menu.addSeparator()
        for words, page in (
            (tr("First &hour, to read"), "first-hour"),
            (tr("How to &use SoilSharp"), "usage"),
            (tr("Bring your &data"), "bring-your-data"),
            (tr("&Methods"), "methods"),
            (tr("&All algorithms"), "reference/index"),
        ):
            menu.addAction(words, lambda page=page: open_address(help_address(page)))
        self.setMenu(menu)


def open_address(address):
    """Open a page in the browser."""
    QDesktopServices.openUrl(QUrl(address))
