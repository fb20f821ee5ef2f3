# SPDX-License-Identifier: GPL-2.0-or-later
"""A window with the flags that a person gives to days of stations: add, change, take back, undo, save."""

from dataclasses import replace
from getpass import getuser
from pathlib import Path

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QDate, QItemSelectionModel, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ..core.base.errors import SoilSharpError
from ..i18n import tr

DAY = "yyyy-MM-dd"
BY = "soilsharp/flags/by"  # who flagged last
FIELDS = ("station", "first", "last", "flag", "reason", "by")


class FlagsWindow(QDialog):
    """Flags of the stations of a study.

    Parameters
    ----------
    study : str or Path
        The study file; it names the file of flags once something was saved.
    parent : QWidget, optional
    canvas : QgsMapCanvas, optional
        The map in which stations are marked, and may be clicked.

    Raises
    ------
    SoilSharpError
        If the study cannot be read or has no stations, or its file of flags is none.
    """

    def __init__(self, study, parent=None, canvas=None):
        super().__init__(parent)
        from ..core.stations.flags import flags_beside, read_flags
        from ..core.study.study import Study

        self._study = Path(study)
        found = Study.read(study)
        # flagged ones too: a station of which all is left out can be taken in again
        stations = replace(found, station_options=replace(found.station_options, flags="all")).stations()
        table = found.folder / found.stations_file
        named = found.station_options.flags_file
        self.path = table.parent / named if named else flags_beside(table)
        self.spans = read_flags(self.path) if self.path.exists() else []
        self._named, self._before, self._saved = bool(named), [], list(self.spans)
        self._filling, self.map = False, None
        self.setWindowTitle(tr("SoilSharp: flags of stations") + "[*]")
        self.resize(820, 520)
        self._draw(stations, found)
        self._connect()
        if canvas is not None:
            self._beside(canvas, stations)
        self.map_button.setVisible(canvas is not None)
        self._show()

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _draw(self, stations, study):
        from ..core.stations.flags import FLAGS

        self.station, self.flag = QComboBox(), QComboBox()
        self.station.addItems([str(name) for name in stations.places.index])
        for letter, meaning in FLAGS.items():
            self.flag.addItem(f"{letter}: {tr(meaning)}", letter)
        self.first, self.last = (self._day_field(day) for day in (study.first, study.last))
        self.reason, self.by = QLineEdit(), QLineEdit(QgsSettings().value(BY, "") or _user())
        self.reason.setPlaceholderText(tr("For example: logger moved"))
        self.add_button = self._button(tr("&Add"), "mActionAdd", tr("Flag these days of the station."))
        self.remove_button = self._button(
            tr("&Take back"), "mActionDeleteSelected", tr("Remove the flags in the selected lines.")
        )
        self.undo_button = self._button(tr("&Undo"), "mActionUndo", tr("Undo the last change."))
        self.undo_button.setShortcut("Ctrl+Z")
        self.map_button = self._button(
            tr("Pick on the &map"),
            "mActionIdentify",
            tr("Click a station in the map to choose it; red ones have flags."),
        )
        self.map_button.setCheckable(True)
        self.table, self.told = self._table(), QLabel()
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Save | kinds.Close)
        self.save_button = self.buttons.button(kinds.Save)
        inside = QVBoxLayout(self)
        inside.setSpacing(10)
        inside.addLayout(self._fields())
        inside.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addWidget(self.remove_button)
        row.addWidget(self.undo_button)
        row.addStretch(1)
        row.addWidget(self.map_button)
        inside.addLayout(row)
        inside.addWidget(self.told)
        inside.addWidget(self.buttons)

    def _fields(self):
        fields, days, last = QFormLayout(), QHBoxLayout(), QHBoxLayout()
        until = QLabel(tr("to"))
        for widget, stretch in ((self.first, 1), (until, 0), (self.last, 1)):
            days.addWidget(widget, stretch)
        last.addWidget(self.by, 1)
        last.addWidget(self.add_button)
        fields.addRow(tr("&Station"), self.station)
        fields.addRow(tr("&Days"), days)
        fields.addRow(tr("&Flag"), self.flag)
        fields.addRow(tr("&Reason"), self.reason)
        fields.addRow(tr("&By"), last)
        fields.labelForField(days).setBuddy(self.first)
        fields.labelForField(last).setBuddy(self.by)
        self.last.setAccessibleName(tr("Last day"))
        return fields

    def _day_field(self, day):
        field = QDateEdit(QDate.fromString(str(day), DAY))
        field.setDisplayFormat(DAY)
        field.setCalendarPopup(True)
        return field

    def _button(self, text, icon, help):
        button = QPushButton(QgsApplication.getThemeIcon(f"/{icon}.svg"), text)
        button.setToolTip(help)
        button.setAutoDefault(False)
        return button

    def _table(self):
        table = QTableWidget(0, len(FIELDS))
        table.setHorizontalHeaderLabels(
            [tr("Station"), tr("First day"), tr("Last day"), tr("Flag"), tr("Reason"), tr("By")]
        )
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        table.setTabKeyNavigation(False)
        table.setAccessibleName(tr("Flags"))
        table.setToolTip(tr("Double-click a cell to change it."))
        return table

    def _connect(self):
        self.add_button.clicked.connect(lambda: self.add())
        self.remove_button.clicked.connect(lambda: self.take_back())
        self.undo_button.clicked.connect(lambda: self.undo())
        self.save_button.clicked.connect(lambda: self.save())
        self.buttons.rejected.connect(self.reject)
        self.table.itemChanged.connect(self._edited)
        self.table.itemSelectionChanged.connect(self._refresh)

    # --- the map ------------------------------------------------------------------------------------------------------

    def _beside(self, canvas, stations):
        """Mark the stations in a map, from which one may be chosen."""
        from .flags_map import StationsOnMap

        self.map = StationsOnMap(canvas, stations, self)
        self.map.picked.connect(self.choose)
        self.map.tool_gone.connect(lambda: self.map_button.setChecked(False))
        self.map_button.toggled.connect(self.map.pick)
        self.station.currentTextChanged.connect(lambda name: self._mark())
        self.finished.connect(lambda result: self.map.leave())

    def choose(self, station):
        """Choose a station, and select its lines; the window comes to the front."""
        self.station.setCurrentIndex(max(self.station.findText(station), 0))
        self.table.clearSelection()
        own = [row for row, span in enumerate(self.spans) if span.station == station]
        mode, whole = QItemSelectionModel.SelectionFlag.Select, QItemSelectionModel.SelectionFlag.Rows
        for row in own:
            self.table.selectionModel().select(self.table.model().index(row, 0), mode | whole)
        words = tr("{}: its flags are selected.") if own else tr("{} has no flag yet.")
        self.told.setText(words.format(station))
        self.raise_()

    def _mark(self):
        if self.map is not None and self.map.bands:
            self.map.show({span.station for span in self.spans}, self.station.currentText())

    def is_of(self, study):
        """Whether it shows the flags of a study file."""
        return self._study.resolve() == Path(study).resolve()

    def ask(self):
        """Show the window until it is closed, beside the map where stations can be clicked there."""
        if self.map is None:
            self.exec()
            self.deleteLater()
            return
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.show()
        self.raise_()
        self.activateWindow()

    # --- flags --------------------------------------------------------------------------------------------------------

    def propose(self, station, first, last):
        """Fill in a station and days, as 2023-05-01, for a person to add; others may be filled in later."""
        self.station.setCurrentIndex(max(self.station.findText(station), 0))
        self.first.setDate(QDate.fromString(first, DAY))
        self.last.setDate(QDate.fromString(last, DAY))
        self.reason.setFocus()

    def add(self):
        """Flag the days that the fields say."""
        from ..core.stations.flags import FlaggedSpan

        days = (field.date().toString(DAY) for field in (self.first, self.last))
        words = self.flag.currentData(), self.reason.text().strip(), self.by.text().strip()
        try:
            span = FlaggedSpan(self.station.currentText(), *days, *words)
        except SoilSharpError as error:
            self.told.setText(str(error))
            return
        QgsSettings().setValue(BY, span.by)
        self._change([*self.spans, span])
        self.reason.clear()

    def take_back(self):
        """Remove the flags of the selected lines."""
        gone = {index.row() for index in self.table.selectionModel().selectedRows()}
        if gone:
            self._change([span for row, span in enumerate(self.spans) if row not in gone])

    def undo(self):
        """Undo the last change."""
        if self._before:
            self.spans = self._before.pop()
            self._show()

    def save(self):
        """Write the flags; the study names their file from then on. Return whether that worked."""
        from ..core.stations.flags import write_flags
        from ..core.study.study_file import name_flags

        try:
            write_flags(self.path, self.spans)
            if not self._named:
                name_flags(self._study, self.path.name)
        except SoilSharpError as error:
            self.told.setText(str(error))
            return False
        self._named, self._saved = True, list(self.spans)
        self._refresh()
        self.told.setText(tr("Saved in {}; the study names it, and later steps obey.").format(self.path.name))
        return True

    def _edited(self, item):
        """Take a cell that was changed, or put it back and say why."""
        if self._filling:
            return
        row, name = item.row(), FIELDS[item.column()]
        try:
            span = replace(self.spans[row], **{name: item.text().strip()})
        except SoilSharpError as error:
            self._show()
            self.told.setText(str(error))
            return
        if span != self.spans[row]:
            self._change([*self.spans[:row], span, *self.spans[row + 1 :]])

    def _change(self, spans):
        self._before.append(self.spans)
        self.spans = spans
        self._show()

    def _show(self):
        """Show the flags as they are now."""
        self._filling = True
        self.table.setRowCount(len(self.spans))
        for row, span in enumerate(self.spans):
            for column, name in enumerate(FIELDS):
                self.table.setItem(row, column, QTableWidgetItem(getattr(span, name)))
        self._filling = False
        self._mark()
        self.told.setText(tr("Kept in {}. Lines below count before those above.").format(self.path.name))
        self._refresh()

    def _refresh(self):
        self.undo_button.setEnabled(bool(self._before))
        self.remove_button.setEnabled(bool(self.table.selectionModel().selectedRows()))
        self.save_button.setEnabled(self.spans != self._saved)
        self.setWindowModified(self.spans != self._saved)

    # --- closing ------------------------------------------------------------------------------------------------------

    def reject(self):
        """Close, after a question where something is not saved."""
        if self.spans == self._saved or self._may_close():
            super().reject()

    def _may_close(self):
        kinds = QMessageBox.StandardButton
        asked = tr("Save the changed flags?")
        answer = QMessageBox.question(
            self, tr("SoilSharp: flags of stations"), asked, kinds.Save | kinds.Discard | kinds.Cancel
        )
        return answer == kinds.Discard or (answer == kinds.Save and self.save())


def flags_of(study, parent=None, canvas=None):
    """Return the window of a study's flags that is open, else a new one; see `FlagsWindow`."""
    for window in QApplication.topLevelWidgets():
        if isinstance(window, FlagsWindow) and window.isVisible() and window.is_of(study):
            return window
    return FlagsWindow(study, parent, canvas)


def _user():
    """Return who is at this computer, '' where nobody knows."""
    try:
        return getuser()
    except (ImportError, KeyError, OSError):
        return ""
