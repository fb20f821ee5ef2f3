# SPDX-License-Identifier: GPL-2.0-or-later
"""A window with the state of each package that SoilSharp can use, and the one command that installs what is missing."""

from importlib import metadata

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ..core.base import extras
from ..core.base.platforms import install_command
from ..i18n import tr


class PackagesWindow(QDialog):
    """Shows what is there and what is not. Each package is really imported, which takes a moment the first time."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.setWindowTitle(tr("SoilSharp: Python packages"))
        self.setMinimumSize(560, 420)
        self.resize(680, 520)
        self.missing = [name for name in extras.PACKAGES if extras.problem(name)]
        inside = QVBoxLayout(self)
        inside.setSpacing(10)
        inside.addWidget(self._words())
        inside.addWidget(self._table(), 1)
        if self.missing:
            inside.addLayout(self._command())
            after = QLabel(tr("Run it in a terminal (on Windows in the OSGeo4W Shell), then start QGIS again."))
            after.setWordWrap(True)
            inside.addWidget(after)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        inside.addWidget(buttons)

    def _words(self):
        if self.missing:
            text = tr("{} of {} packages cannot be used here. Algorithms that need them say so when they are run.")
            text = text.format(len(self.missing), len(extras.PACKAGES))
        else:
            text = tr("Everything that SoilSharp can use is there.")
        words = QLabel(text)
        words.setWordWrap(True)
        return words

    def _table(self):
        table = QTableWidget(len(extras.PACKAGES), 3)
        table.setHorizontalHeaderLabels([tr("Package"), tr("Version"), tr("State")])
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        # what is missing comes first
        for row, name in enumerate(sorted(extras.PACKAGES, key=lambda name: name not in self.missing)):
            pypi, problem = extras.PACKAGES[name].pypi, extras.problem(name)
            icon = QgsApplication.getThemeIcon("/mIconWarning.svg" if problem else "/mIconSuccess.svg")
            cells = (pypi, "" if problem else _version(pypi), problem or tr("ready"))
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                table.setItem(row, column, item)
            table.item(row, 2).setIcon(icon)
        table.resizeColumnsToContents()
        return table

    def _command(self):
        self.command = QLineEdit(install_command(self.missing))
        self.command.setReadOnly(True)
        self.command.setCursorPosition(0)
        copy = QPushButton(tr("&Copy"))
        copy.clicked.connect(lambda: QgsApplication.clipboard().setText(self.command.text()))
        row = QHBoxLayout()
        row.addWidget(self.command, 1)
        row.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        return row


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
