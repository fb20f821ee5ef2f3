# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands ready before the dock is opened: nothing but a look for what a killed QGIS left on disk."""

from qgis.PyQt.QtCore import QTimer

SOON = 3000  # milliseconds after QGIS has started


def sweep_soon():
    """Remove scratch stores of the dock that have no owner any more, when QGIS has started."""
    QTimer.singleShot(SOON, sweep)


def sweep():
    """Remove scratch stores of the dock that have no owner any more."""
    from ...core.base.files import sweep_scratch

    sweep_scratch()
