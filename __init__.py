# SPDX-License-Identifier: GPL-2.0-or-later
"""SoilSharp, the QGIS plugin that turns coarse satellite soil moisture into fine maps."""


def classFactory(iface):
    """Return the plugin, as QGIS asks for it; `iface` is None where there is no window."""
    from .plugin import SoilSharpPlugin

    return SoilSharpPlugin(iface)
