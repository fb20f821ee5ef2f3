# SPDX-License-Identifier: GPL-2.0-or-later
"""Words for the person at the screen, in the language of QGIS."""

from qgis.PyQt.QtCore import QCoreApplication, QFileInfo, QLocale, QTranslator

CONTEXT = "@default"  # where Qt's own tools file the texts of a free function
FOLDER = QFileInfo(__file__).path()


def tr(text: str) -> str:
    """Return a text in the language of QGIS; where there is no translation, the text itself."""
    return QCoreApplication.translate(CONTEXT, text)


def translator(language: str, folder: str = FOLDER):
    """Install the translation into a language, as "es" or "es_MX", and return it; None if there is none.

    Whoever has it installed removes it: `QCoreApplication.removeTranslator`.
    """
    found = QTranslator()
    if not found.load(QLocale(language), "soilsharp", "_", folder):
        return None
    QCoreApplication.installTranslator(found)
    return found
