# SPDX-License-Identifier: GPL-2.0-or-later
"""A window with the state of each package that SoilSharp can use, and the button that installs what is missing."""

from collections import defaultdict
from importlib import metadata
from threading import Thread

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ..core.base import extras
from ..core.base.packages import PACKAGES
from ..core.base.platforms import install_command
from ..i18n import tr
from .installing import Installation, store
from .log import LogBox
from .run import ERROR, INFO

TICK = 50  # milliseconds between two looks at whether the thread has found out
FEW = 2  # steps that are told by their names


def steps():
    """Return the algorithms that tell which packages they need, by title; shipped models are made of these."""
    provider = QgsApplication.processingRegistry().providerById("soilsharp")
    found = [algorithm for algorithm in provider.algorithms() if hasattr(algorithm, "packages")]
    return sorted(found, key=lambda step: step.displayName())


def needed_by():
    """Return for each package the titles of the steps that need it."""
    titles = defaultdict(list)
    for step in steps():
        for name in step.packages():
            titles[name].append(step.displayName())
    return titles


class PackagesWindow(QDialog):
    """Shows what is there and what is not, and installs what is missing.

    Parameters
    ----------
    parent : QWidget, optional
    algorithm : SoilSharpAlgorithm, optional
        The step that is meant; without one, everything is.
    names : sequence of str
        Packages that this step needs besides, as it is set now.
    """

    def __init__(self, parent=None, algorithm=None, names=()):
        super().__init__(parent)
        self.setWindowTitle(tr("SoilSharp: Python packages"))
        self.setMinimumSize(640, 480)
        self.resize(860, 640)
        self.installation, self.problems, self._look = None, {}, None
        self._needed, self._told, self._new = needed_by(), "", []
        self._draw()
        self._fill_choice(algorithm, names)
        self._connect()
        self._watch = QTimer(self)
        self._watch.setInterval(TICK)
        self._watch.timeout.connect(self._ask)
        self.look()

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _draw(self):
        self.words, self.choice, self.table = QLabel(), QComboBox(), self._table()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.choice.setAccessibleName(tr("For which steps"))
        self.install_button, self.cancel_button = QPushButton(), QPushButton(tr("&Cancel"))
        self.install_button.setIcon(QgsApplication.getThemeIcon("/mActionAdd.svg"))
        self.undo_button = QPushButton(tr("&Undo"))
        self.progress, self.log = QProgressBar(), LogBox()
        self.progress.setAccessibleName(tr("Progress"))
        self.command, self.copy_button = QLineEdit(), QPushButton(tr("C&opy"))
        self.command.setReadOnly(True)
        self.command.setToolTip(
            tr("The same in a terminal, on Windows in the OSGeo4W Shell; start QGIS again after it.")
        )
        for button in (self.cancel_button, self.undo_button, self.copy_button):
            button.setAutoDefault(False)
        inside = QVBoxLayout(self)
        inside.setSpacing(10)
        inside.addWidget(self.words)
        inside.addWidget(self.table, 1)
        inside.addLayout(self._fields())
        inside.addLayout(self._buttons())
        inside.addWidget(self.log)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        inside.addWidget(close)

    def _fields(self):
        fields, command = QFormLayout(), QHBoxLayout()
        command.addWidget(self.command, 1)
        command.addWidget(self.copy_button)
        fields.addRow(tr("&For"), self.choice)
        fields.addRow(tr("Or in a &terminal"), command)
        fields.labelForField(command).setBuddy(self.command)
        return fields

    def _buttons(self):
        row = QHBoxLayout()
        row.addWidget(self.install_button)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.undo_button)
        return row

    def _table(self):
        table = QTableWidget(len(PACKAGES), 4)
        table.setHorizontalHeaderLabels([tr("Package"), tr("Version"), tr("State"), tr("Needed by")])
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (2, 3):
            table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        table.setTabKeyNavigation(False)  # Tab goes on to the next field; arrows move within
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        table.setAccessibleName(tr("Packages"))
        return table

    def _fill_choice(self, algorithm, names):
        """Offer everything, everything but the optional packages, and each step."""
        self.choice.addItem(tr("everything"), list(PACKAGES))
        self.choice.addItem(tr("everything but what is optional"), [n for n in PACKAGES if self._is_needed(n)])
        for step in steps():
            meant = algorithm is not None and step.name() == algorithm.name()
            needed = dict.fromkeys((*step.packages(), *(names if meant else ())))
            self.choice.addItem(step.displayName(), list(needed))
            if meant:
                self.choice.setCurrentIndex(self.choice.count() - 1)

    def _connect(self):
        self.choice.currentIndexChanged.connect(lambda index: self._refresh())
        self.install_button.clicked.connect(self.install)
        self.cancel_button.clicked.connect(self.cancel)
        self.undo_button.clicked.connect(self.undo)
        self.copy_button.clicked.connect(lambda: QgsApplication.clipboard().setText(self.command.text()))

    # --- what is there ------------------------------------------------------------------------------------------------

    def look(self):
        """Find out what can be imported, in a thread: some packages take a second."""
        self.problems, self._look = {}, _Look(PACKAGES)
        self._watch.start()
        self._refresh()

    def _ask(self):
        if self._look.answer is not None:
            self._watch.stop()
            self.problems, self._look = self._look.answer, None
            if self._new:
                self._tell_new()
            self._refresh()

    def _tell_new(self):
        """Tell whether what was installed just now can be used."""
        broken = [f"{name}: {self.problems[name]}" for name in self._new if self.problems[name]]
        words = tr("Installed. It can be used at once.")
        if broken:
            words = tr("Installed, but it cannot be used: {}. Start QGIS again; if that does not help, press Undo.")
        self._told, self._new = words.format("; ".join(broken)), []

    @property
    def missing(self):
        """The packages of the chosen steps that cannot be used."""
        return [name for name in self.choice.currentData() if self.problems.get(name)]

    def _refresh(self):
        looking, busy = self._look is not None, self.installation is not None
        lacking = [name for name, problem in self.problems.items() if problem]
        missing, last = self.missing, store().last()
        self._show_rows()
        self.words.setText(self._words(looking, lacking))
        self.install_button.setText(tr("&Install what is missing: {}").format(len(missing)))
        self.install_button.setEnabled(bool(missing) and not busy and not looking)
        self.install_button.setDefault(True)
        self.cancel_button.setEnabled(busy)
        self.choice.setEnabled(not busy)
        self.undo_button.setEnabled(bool(last) and not busy and not looking)
        self.undo_button.setToolTip(tr("Remove what was installed last: {}").format(", ".join(last)) if last else "")
        self.command.setText(install_command(missing) if missing else "")
        self.command.setCursorPosition(0)
        self.copy_button.setEnabled(bool(missing))

    def _words(self, looking, lacking):
        if self._told:
            return self._told
        if looking:
            return tr("Looking at the packages…")
        if not lacking:
            return tr("Everything that SoilSharp can use is there.")
        words = tr(
            "{} of {} packages cannot be used here. They can be installed for SoilSharp alone, after all that QGIS has."
        )
        return words.format(len(lacking), len(PACKAGES))

    def _show_rows(self):
        for row, name in enumerate(sorted(PACKAGES, key=lambda name: not self.problems.get(name))):
            package, problem = PACKAGES[name].pypi.split()[0], self.problems.get(name)
            state = tr("looking…") if problem is None else problem or tr("ready")
            needed = "\n".join(self._needed[name])
            cells = (package, _version(package) if problem == "" else "", state, self._steps(name))
            tips = (package, cells[1], state, needed or cells[3])
            for column, (text, tip) in enumerate(zip(cells, tips)):
                item = QTableWidgetItem(text)
                item.setToolTip(tip)
                self.table.setItem(row, column, item)
            if problem is not None:
                icon = "/mIconWarning.svg" if problem else "/mIconSuccess.svg"
                self.table.item(row, 2).setIcon(QgsApplication.getThemeIcon(icon))

    def _is_needed(self, name):
        """Return whether a package is more than optional."""
        return bool(self._needed[name]) and not PACKAGES[name].optional

    def _steps(self, name):
        """Return which steps need a package, in a few words."""
        titles = self._needed[name]
        if not self._is_needed(name):
            return tr("optional: {}").format(tr(PACKAGES[name].use))
        return ", ".join(titles) if len(titles) <= FEW else tr("{} steps").format(len(titles))

    # --- installing ---------------------------------------------------------------------------------------------------

    def install(self):
        """Install what is missing of what was chosen."""
        self._told = ""
        self.installation = Installation(self.missing, self)
        self.installation.said.connect(lambda text: self.log.add(INFO, text))
        self.installation.progressed.connect(self._progressed)
        self.installation.finished.connect(self._finished)
        self.log.begin(tr("Install: {}").format(", ".join(self.missing)))
        self.progress.setRange(0, 0)
        self._refresh()
        self.installation.start()

    def cancel(self):
        """Stop an installation; nothing of it stays."""
        if self.installation is not None:
            self.cancel_button.setEnabled(False)
            self.installation.cancel()

    def _progressed(self, fraction):
        self.progress.setRange(0, 100)
        self.progress.setValue(int(100 * fraction))

    def _finished(self, ok, why):
        installation, self.installation = self.installation, None
        self.progress.setRange(0, 100)
        self.progress.setValue(100 if ok else 0)
        if ok:
            self._new = installation.names
        elif installation.cancelled:
            self._told = tr("Cancelled; nothing was installed.")
        else:
            self._told = tr("Nothing was installed: {}").format(why)
            self.log.add(ERROR, why)
            self.log.setCollapsed(False)
        installation.deleteLater()
        self.look()

    def undo(self):
        """Remove what was installed last."""
        names = ", ".join(store().last())
        try:
            again = store().undo()
        except OSError as error:
            self._told = tr("Cannot write {}: {}.").format(store().folder, error.strerror or error)
            self.log.add(ERROR, self._told)
            self.look()
            return
        self._told = tr("Removed: {}.").format(names)
        if again:
            self._told += " " + tr("QGIS has some of it in use until it is started again.")
        self.log.add(INFO, self._told)
        self.look()

    def reject(self):
        self.cancel()
        super().reject()


class _Look:
    """One look at whether packages can be imported, in a thread; `answer` becomes what is wrong with each, or ''."""

    def __init__(self, names):
        self.names, self.answer = list(names), None
        Thread(target=self._work, daemon=True).start()

    def _work(self):
        self.answer = {name: extras.problem(name) for name in self.names}


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
