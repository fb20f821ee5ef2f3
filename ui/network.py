# SPDX-License-Identifier: GPL-2.0-or-later
"""The question that the window asks before it writes into a study that rasters may be read from the network."""

from qgis.core import QgsMapLayer, QgsProject
from qgis.PyQt.QtWidgets import QMessageBox

from ..i18n import tr

ALLOWED = "NETWORK"  # the parameter that lets a study read from there


def address_in_network(values):
    """Return the first address among values that lies in the network, '' if none does or it is allowed already."""
    from ..core.rasters.trust import in_network

    if values.get(ALLOWED, True):
        return ""
    several = (value if isinstance(value, list) else [value] for value in values.values())
    addresses = (_source(one) for part in several for one in part)
    return next((address for address in addresses if address and in_network(address)), "")


def may_read(window, address):
    """Ask whether a study may read an address."""
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    words = tr('{} lies in the network. May the study read from there, now and later? Then "network": true is written '
               "into it.")  # fmt: skip
    return QMessageBox.question(window, window.windowTitle(), words.format(address), yes | no, no) == yes


def _source(value):
    """Return where a layer or the layer of an id lies, else the text itself; '' for what is none."""
    layer = value if isinstance(value, QgsMapLayer) else QgsProject.instance().mapLayer(str(value))
    return layer.source() if layer is not None else value if isinstance(value, str) else ""
