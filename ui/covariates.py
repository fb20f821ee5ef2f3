# SPDX-License-Identifier: GPL-2.0-or-later
"""What is recognised in a folder of covariates, shown under a form before anything runs."""

from threading import Thread

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..i18n import tr
from .derived import DerivedDialog

RULES = "RULES"  # the parameter that rules are written into
PAUSE = 400  # milliseconds that a path must stay as it is: it may still be being typed
TICK = 50  # milliseconds between two looks at whether the thread has answered
MAX_ROWS = 12  # that are seen without scrolling


class CovariatesTable(QWidget):
    """The covariates of the folder in a field of a form; looked for in a thread, so that no window waits for a disk.

    Parameters
    ----------
    form : AlgorithmForm
    name : str
        The parameter that holds the folder.
    """

    def __init__(self, form, name, parent=None):
        super().__init__(parent)
        self._form, self._name, self._folder, self._look = form, name, "", None
        self.words, self.table = QLabel(), QTableWidget(0, 6)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        heads = [tr("Covariate"), tr("Known as"), tr("Files"), tr("Days"), tr("Rule"), tr("Unit")]
        self.table.setHorizontalHeaderLabels(heads)
        self.table.setToolTip(tr("A unit with a question mark is the usual one: the files do not tell theirs."))
        self.table.setAccessibleName(tr("Recognised covariates"))
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setWordWrap(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        font = self.table.font()
        font.setPointSizeF(0.85 * font.pointSizeF())
        self.table.setFont(font)
        self.table.horizontalHeader().setFont(font)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.words)
        inside.addWidget(self.table)
        self.derive = QPushButton(tr("Derived covariate…"))
        self.derive.setToolTip(
            tr("Add a sum or mean over several days, or a difference of two covariates, to the rules.")
        )
        self.derive.clicked.connect(self._derive)
        inside.addWidget(self.derive, 0, Qt.AlignmentFlag.AlignLeft)
        self.derive.setVisible(RULES in form.wrappers)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.look)
        self._watch = QTimer(self)
        self._watch.setInterval(TICK)
        self._watch.timeout.connect(self._ask)
        form.wrappers[name].widgetValueHasChanged.connect(lambda wrapper: self._clock.start(PAUSE))
        self._show([], "")

    def _derive(self):
        """Ask for a covariate that is made of others."""
        rows = range(self.table.rowCount())
        names = [self.table.item(r, 0).text() for r in rows]
        dated = [name for r, name in zip(rows, names) if self.table.item(r, 3).text() != tr("all")]
        dialog = DerivedDialog(dated, names, self)
        dialog.accepted.connect(lambda: self._add(dialog.rule()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _add(self, rule):
        """Write a rule behind those that are there."""
        there = self._form.text(RULES).strip().rstrip(";")
        self._form.set(RULES, f"{there}; {rule}" if there else rule)

    def look(self):
        """Look into the folder, unless it is the one that was looked into last."""
        folder = self._form.text(self._name).strip()
        if folder == self._folder:
            return
        self.stop()
        self._folder = folder
        if not folder:
            self._show([], "")
            return
        self._show([], tr("Looking at the covariates…"))
        self._look = look = _Look(folder)
        self.destroyed.connect(lambda: look.give_up())
        self._watch.start()

    def stop(self):
        """Give up a look that is under way."""
        self._watch.stop()
        if self._look is not None:
            self._look.give_up()
        self._look, self._folder = None, ""

    def _ask(self):
        if self._look.answer is not None:
            self._watch.stop()
            self._show(*self._look.answer)

    def _show(self, rows, words):
        self.table.setRowCount(len(rows))
        for r, (name, known, count, first, last, rule, unit) in enumerate(rows):
            days = f"{first} –\n{last}" if first else tr("all")  # two lines, for the table is narrow
            for c, text in enumerate((name, tr(known), count, days, rule.replace(" ", "\n", 1), unit)):
                item = QTableWidgetItem(text)
                if c == 2:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(r, c, item)
        self.words.setText(words or tr("Recognised covariates:"))
        self.table.setVisible(bool(rows))
        self.table.resizeRowsToContents()
        heights = [self.table.rowHeight(r) for r in range(min(len(rows), MAX_ROWS))]
        self.table.setFixedHeight(sum(heights) + self.table.horizontalHeader().sizeHint().height() + 4)
        self.setVisible(bool(rows or words))


class _Look:
    """One look into a folder in a thread; `answer` becomes the rows and, if there are none, why.

    It is no object of Qt: such a one might be deleted by the thread, which Qt does not survive.
    """

    def __init__(self, folder):
        self.folder, self.answer, self._wanted = folder, None, True
        Thread(target=self._work, daemon=True).start()  # QGIS may be left while a slow disk is being read

    def give_up(self):
        self._wanted = False

    def _work(self):
        rows, words = [], ""
        try:
            from ..core.base.progress import Progress
            from ..core.study.recognise import overview

            rows = overview(self.folder, Progress(stop_asked=lambda: not self._wanted))
        except Exception as error:  # packages may be missing, a disk may be gone; a look never stands in the way
            words = " ".join(str(error).split())
        self.answer = rows, words
