# SPDX-License-Identifier: GPL-2.0-or-later
"""What a method is and asks of a study, in a few words under its form."""

import html

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel

from ..core.methods.settings import SHIPPED, role_label
from ..i18n import tr


class MethodNote(QLabel):
    """The method that is chosen in a form: what it does, and the roles that it needs of a study.

    Parameters
    ----------
    form : AlgorithmForm
    name : str
        The parameter that holds the name of a shipped method; that of name + "_FILE" counts instead, if it is given.
    """

    def __init__(self, form, name, parent=None):
        super().__init__(parent)
        self._form, self._names = form, (f"{name}_FILE", name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for one in self._names:
            form.wrappers[one].widgetValueHasChanged.connect(lambda wrapper: self.look())
        self.look()

    def look(self):
        """Read the method that is chosen now."""
        from ..core.base.errors import SoilSharpError
        from ..core.base.files import read_json

        own, shipped = (self._form.text(name).strip() for name in self._names)
        try:
            self.setText(words(read_json(own or SHIPPED / f"{shipped}.json", "method", 2)))
        except SoilSharpError as error:
            self.setText(html.escape(str(error)))


def words(method):
    """Return what the content of a method file says of itself, as HTML."""
    roles = method.get("roles")
    roles = roles if isinstance(roles, dict) else {}
    needed = {name: not isinstance(role, dict) or role.get("required", True) for name, role in roles.items()}
    lines = [
        ("", tr(str(method.get("about", "")))),
        (tr("Source"), str(method.get("reference", ""))),
        (tr("Needs"), ", ".join(role_label(name, tr) for name in needed if needed[name])),
        (tr("Takes where the study has it"), ", ".join(role_label(name, tr) for name in needed if not needed[name])),
        (tr("Takes"), "" if roles else tr("all covariates of the study")),
    ]
    shown = [f"<b>{head}:</b> {html.escape(text)}" if head else html.escape(text) for head, text in lines if text]
    return "".join(f"<p style='margin:0 0 6px 0'>{line}</p>" for line in shown)
