# SPDX-License-Identifier: GPL-2.0-or-later
"""Saves what the dock shows."""

from pathlib import Path

from qgis.core import QgsSettings
from qgis.PyQt.QtWidgets import QFileDialog

SAVED = "soilsharp/series/saved"  # the folder
NAME = "series"  # of a file that a person gives no other
DOTS = 200  # to an inch, of a picture


def ask_for(parent, title, suffix, kinds, folder):
    """Ask where something is to be saved; '' if nowhere.

    The dialog begins where something was saved last, else in the folder of what is shown.
    """
    last = Path(QgsSettings().value(SAVED, ""))
    begin = last if last.name and last.is_dir() else Path(folder)
    path, _ = QFileDialog.getSaveFileName(parent, title, str(begin / f"{NAME}.{suffix}"), kinds)
    if not path:
        return ""
    QgsSettings().setValue(SAVED, str(Path(path).parent))
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
