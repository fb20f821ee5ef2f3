# SPDX-License-Identifier: GPL-2.0-or-later
"""Saves what the dock shows."""

from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtWidgets import QFileDialog

SAVED = "soilsharp/series/saved"
DOTS = 200  # to an inch, of a picture


def ask_for(parent, title, suffix, kinds):
    """Ask where something is to be saved; '' if nowhere."""
    folder = QgsSettings().value(SAVED, QgsProject.instance().homePath())
    path, _ = QFileDialog.getSaveFileName(parent, title, folder, kinds)
    if not path:
        return ""
    QgsSettings().setValue(SAVED, path)
    return path if path.lower().endswith(f".{suffix}") else f"{path}.{suffix}"


def save_picture(figure, path):
    """Save a figure as it is seen, without the lines that move over it."""
    from ...core.base.files import whole_file

    with whole_file(path) as part:
        figure.savefig(part, dpi=DOTS, format="png", facecolor=figure.get_facecolor())


def save_table(shown, explored, path):
    """Save the days of places, each a `Shown`."""
    from ...core.methods.explored_table import write_series

    label = explored.rain_label if explored is not None else ""
    write_series(path, [(one.place, one.values, one.observed) for one in shown], label)
