# SPDX-License-Identifier: GPL-2.0-or-later
"""Words for the person at the screen, in the language of QGIS."""

from qgis.PyQt.QtCore import QCoreApplication


def tr(text: str) -> str:
    """Return a text in the language of QGIS; where there is no translation, the text itself."""
    # pylupdate files the texts of a free function under this context
    return QCoreApplication.translate("@default", text)
