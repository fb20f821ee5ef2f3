# SPDX-License-Identifier: GPL-2.0-or-later
"""What a chosen model says of itself before maps are made with it: a warning where it does not beat what needs none."""

import html
from functools import partial

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel

from ..i18n import tr
from .aside import Aside
from .colours import told
from .run import ERROR, WARNING

GRADES = {"worse": ERROR, "unclear": WARNING}


class ModelNote(QLabel):
    """How the model that is chosen in a form did on its held-out samples, in amber or red where others did better.

    Parameters
    ----------
    form : AlgorithmForm
    name : str
        The parameter that holds the file of the model.
    """

    def __init__(self, form, name, parent=None):
        super().__init__(parent)
        self._form, self._name, self._path = form, name, None
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        form.wrappers[name].widgetValueHasChanged.connect(lambda wrapper: self.look())
        self.hide()

    def look(self):
        """Read the model that is chosen now, in a thread: its packages may have to be loaded first."""
        path = self._form.text(self._name).strip()
        if path == self._path:
            return
        self._path = path
        self.hide()
        if path:
            Aside(self, partial(_judged, path), lambda answer: self._show(path, *(answer or ("", ""))))

    def _show(self, path, grade, sentence):
        if path != self._path or not sentence:
            return
        heads = {
            "worse": tr("On its held-out samples this model does worse than what needs no model:"),
            "unclear": tr("On its held-out samples this model is not clearly better than what needs no model:"),
        }
        head = heads.get(grade, tr("On its held-out samples:"))
        shown = f"<b>{html.escape(head)}</b>"
        shown = told(GRADES.get(grade), self, shown)
        self.setText(f"{shown} {html.escape(sentence)}")
        self.show()


def _judged(path):
    """Return the grade and the sentence of a model file, empty if it tells none."""
    from ..core.scoring.standing import standing_of
    from ..core.training.model_file import read_passport

    found = standing_of(read_passport(path))
    return (found.grade, found.sentence) if found is not None else ("", "")
