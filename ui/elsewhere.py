# SPDX-License-Identifier: GPL-2.0-or-later
"""Tells a person who does something else that a long run has ended."""

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QApplication

from ..i18n import tr
from .progress import duration

LONG = 20_000  # milliseconds


def tell_elsewhere(window, iface, title, ok, took):
    """Tell it in QGIS's message bar and by the window's entry in the task bar, unless the run was short or is in sight.

    Parameters
    ----------
    window : QWidget
    iface : QgisInterface or None
    title : str
        Of what was run.
    ok : bool
    took : int
        Milliseconds.
    """
    if took < LONG or window.isActiveWindow():
        return
    QApplication.alert(window)
    if iface is not None:
        words = tr("Done after {}: {}") if ok else tr("Failed after {}: {}")
        level = Qgis.MessageLevel.Success if ok else Qgis.MessageLevel.Critical
        iface.messageBar().pushMessage("SoilSharp", words.format(duration(took / 1000), title), level, 0)
