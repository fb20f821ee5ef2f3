# SPDX-License-Identifier: GPL-2.0-or-later
"""When a person looks elsewhere: that a long run has ended, and a window that is not to be in the way."""

from qgis.core import Qgis
from qgis.PyQt.QtCore import QPoint, QRect
from qgis.PyQt.QtWidgets import QApplication, QPushButton

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


def step_aside(window, iface, seen, bring_back):
    """Hide a window that lies over what is to be seen, of which it would always be in front; a button brings it back.

    A step that runs in it goes on.

    Parameters
    ----------
    window : QWidget
    iface : QgisInterface
    seen : list of QWidget
    bring_back : callable

    Returns
    -------
    QgsMessageBarItem or None
        The message with the button; None if nothing is in the way.
    """
    places = [QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size()) for widget in seen]
    if not any(window.frameGeometry().intersects(place) for place in places):
        return None
    place = window.pos()
    window.hide()
    window.move(place)  # where it is to be shown again; else the system chooses a place
    bar = iface.messageBar()
    item = bar.createMessage("SoilSharp", tr("Click into the map. The drop in the toolbar brings the workflow back."))
    button = QPushButton(tr("Back to the workflow"), item)
    button.clicked.connect(lambda checked: bring_back())
    item.layout().addWidget(button)
    bar.pushWidget(item, Qgis.MessageLevel.Info, 0)
    return item
