# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts that need not be typed, in every dialog of QGIS alike: a day has a calendar, a column the names of its table, a
covariate those of the study, a station those of its table, and what may be a folder, a file or an archive a button for
each.

They stay texts: what is typed counts. A parameter names `TypedWidget` in its metadata, as those with choices do theirs.
"""

from pathlib import Path

from processing.gui.wrappers import WidgetWrapper
from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import QDate, QLocale, QPoint, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QCalendarWidget, QComboBox, QFileDialog, QLineEdit, QShortcut, QSizePolicy

from ..i18n import tr

TABLES = ("SAMPLES", "STATIONS", "INPUT", "TABLE")  # the parameters that can be the table of a column
DAY_WIDTH = 150  # pixels
CALENDAR = QSize(320, 240)  # pixels at least, for names of days are cut else
SHORTCUTS = ("Alt+Down", "F4")  # that open a list, here the calendar


class TypedWidget:
    """What a dialog of QGIS asks for by name; it gets what suits the dialog."""

    def __new__(cls, definition, dialog, row, column, asks):
        if type(dialog).__name__ == "ModelerParametersDialog":
            # where a value may also come from elsewhere in the model; there is no table yet
            registry = QgsGui.processingGuiRegistry()
            return registry.createModelerParameterWidget(dialog.model, dialog.childId, definition, dialog.context)
        return Typed(definition, dialog, row, column, asks=asks)


class Typed(WidgetWrapper):
    """A day, a place, or names of columns, covariates or stations; in a form, in a dialog, or in a cell of a batch."""

    def createWidget(self, asks):
        made = {"day": DayField, "place": PlaceField}
        field = made[asks]() if asks in made else NameField(asks)
        field.setToolTip(self.parameterDefinition().toolTip())
        field.changed.connect(lambda: self.widgetValueHasChanged.emit(self))
        return field

    def postInitialize(self, wrappers):
        if isinstance(self.widget, NameField):
            self.widget.beside = {wrapper.parameterDefinition().name(): wrapper for wrapper in wrappers}

    def setValue(self, value):
        self.widget.write("" if value is None else str(value))

    def value(self):
        return self.widget.words()


# --- fields: each tells its `words`, is told what to `write`, and signals `changed` -----------------------------------


class DayField(QLineEdit):
    """A day as year-month-day, or nothing; typed, or chosen in a calendar by its button, Alt+Down or F4."""

    changed = pyqtSignal()
    last = None  # the day that was chosen last, in any field: the next one is near it

    def __init__(self):
        super().__init__()
        self.setFixedWidth(DAY_WIDTH)
        self.setPlaceholderText(tr("not set"))
        icon = QgsApplication.getThemeIcon("/mIconFieldDate.svg")
        self.button = self.addAction(icon, QLineEdit.ActionPosition.TrailingPosition)
        self.button.setToolTip(tr("Choose the day in a calendar"))
        self.button.triggered.connect(self.open_calendar)
        for keys in SHORTCUTS:
            QShortcut(QKeySequence(keys), self, self.open_calendar, context=Qt.ShortcutContext.WidgetShortcut)
        self.textChanged.connect(lambda text: self.changed.emit())
        self.calendar = QCalendarWidget(self)
        self.calendar.setWindowFlags(Qt.WindowType.Popup)
        self.calendar.setGridVisible(True)
        self.calendar.setLocale(QLocale(QgsApplication.locale()))
        self.calendar.activated.connect(self._choose)  # by the Enter key
        self.calendar.clicked.connect(self._choose)

    def open_calendar(self):
        """Show the calendar under the field, at its day or near the one that was chosen last."""
        day = QDate.fromString(self.words(), Qt.DateFormat.ISODate)
        day = day if day.isValid() else DayField.last or QDate.currentDate()
        self.calendar.setSelectedDate(day)
        self.calendar.ensurePolished()  # a theme may ask for more room
        self.calendar.resize(self.calendar.sizeHint().expandedTo(CALENDAR))
        self.calendar.move(self.mapToGlobal(QPoint(0, self.height())))
        self.calendar.show()
        self.calendar.setFocus()

    def _choose(self, day):
        DayField.last = day
        self.calendar.hide()
        self.setText(day.toString(Qt.DateFormat.ISODate))

    def words(self):
        return self.text().strip()

    def write(self, text):
        self.setText(text)


class PlaceField(QLineEdit):
    """A folder, a file or an archive; typed, dropped, or chosen by one of two buttons, since no dialog offers both."""

    changed = pyqtSignal()
    last = ""  # the folder of what was chosen last, in any field: the next one is near it

    def __init__(self):
        super().__init__()
        self.setAcceptDrops(True)
        kinds = (
            ("/mActionFileNew.svg", tr("Choose a file or an archive"), self.choose_file),
            ("/mIconFolderOpen.svg", tr("Choose a folder"), self.choose_folder),
        )
        for icon, words, choose in kinds:
            button = self.addAction(QgsApplication.getThemeIcon(icon), QLineEdit.ActionPosition.TrailingPosition)
            button.setToolTip(words)
            button.triggered.connect(choose)
        self.textChanged.connect(lambda text: self.changed.emit())

    def choose_folder(self):
        """Ask for a folder."""
        self._take(QFileDialog.getExistingDirectory(self, tr("Choose a folder"), self._near()))

    def choose_file(self):
        """Ask for a file or an archive."""
        path, _ = QFileDialog.getOpenFileName(self, tr("Choose a file or an archive"), self._near())
        self._take(path)

    def _near(self):
        """Return where a dialog begins: at what the field holds, else near what was chosen last."""
        own = Path(self.words())
        there = next((one for one in (own, *own.parents) if one.is_absolute() and one.exists()), None)
        return PlaceField.last or str(Path.home()) if there is None else str(there)

    def _take(self, path):
        if path:
            PlaceField.last = str(Path(path).parent)
            self.setText(str(Path(path)))

    def dragEnterEvent(self, event):
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event):
        """Take the path of a file or folder that is dropped, and not its URL."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self._take(paths[0])
            event.acceptProposedAction()
        else:
            super().dropEvent(event)

    def words(self):
        return self.text().strip()

    def write(self, text):
        self.setText(text)


class NameField(QComboBox):
    """A name, or several with commas between them; its list is what the chosen table or study has.

    `beside` are the wrappers of all parameters by name. What they hold is read when the list is opened, and no sooner.

    Parameters
    ----------
    asks : str
        A key of `OFFERED`, with an s where several may be named.
    """

    changed = pyqtSignal()

    def __init__(self, asks):
        super().__init__()
        self._several = asks not in OFFERED
        self._offered = OFFERED[asks[:-1] if self._several else asks]
        self.beside = {}
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # it would open the list in the middle of a word
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.editTextChanged.connect(lambda text: self.changed.emit())
        if self._several:
            self.activated.connect(self._toggle)

    def showPopup(self):
        text = self.words()
        self._take_names()
        chosen = _names(text)
        for row in range(self.count()):
            name = self.itemData(row)
            mark = Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked
            self.setItemData(row, mark if self._several else None, Qt.ItemDataRole.CheckStateRole)
        if not self._several:
            self.setCurrentIndex(self.findData(text))
        self.write(text)
        self._before = text
        super().showPopup()

    def _take_names(self):
        """Make the list from what is chosen now beside the field."""
        texts = {name: _text(wrapper) for name, wrapper in self.beside.items()}
        QgsApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            names = self._offered({name: text for name, text in texts.items() if text})
        finally:
            QgsApplication.restoreOverrideCursor()
        self.blockSignals(True)
        self.clear()
        for name in names:
            self.addItem(name, name)
        self.blockSignals(False)

    def _toggle(self, row):
        """Take a name in, or leave it out if it was in."""
        names, name = _names(self._before), self.itemData(row)
        names = [other for other in names if other != name] if name in names else [*names, name]
        self.setCurrentIndex(-1)
        self.write(", ".join(names))

    def words(self):
        return self.currentText().strip()

    def write(self, text):
        self.setEditText(text)


def _names(text):
    return [name.strip() for name in text.split(",") if name.strip()]


def _text(wrapper):
    """Return what a field holds as text, '' if that is none."""
    value = wrapper.parameterValue() if hasattr(wrapper, "parameterValue") else wrapper.value()
    return value if isinstance(value, str) else ""


def columns_of(table):
    """Return the names of the columns of a table, a file or a layer of the project; empty if it cannot be read."""
    from ..core.base.errors import SoilSharpError
    from ..core.stations.table_file import EXCEL, TEXTS
    from ..core.stations.table_head import column_names

    layer = QgsProject.instance().mapLayer(table)
    if layer is None and not table.lower().endswith((*TEXTS, *EXCEL)):
        layer = QgsVectorLayer(table, "", "ogr")
    if layer is not None:
        return layer.fields().names() if layer.isValid() else []
    try:
        return column_names(table)
    except (SoilSharpError, OSError, ImportError):
        return []


def covariates_of(study):
    """Return the names of the covariates of a study file; empty if it cannot be read."""
    from ..core.base.errors import SoilSharpError
    from ..core.study.study import Study

    try:
        return list(Study.read(study).covariates)
    except (SoilSharpError, OSError):
        return []


def stations_of(table="", study=""):
    """Return the names of the stations of a table, a file or a layer, else of a study; empty if they cannot be read."""
    from ..core.base.errors import SoilSharpError
    from ..core.stations.stations import Stations
    from ..core.study.study import Study

    try:
        stations = Stations.read(table) if table else Study.read(study).stations()
    except (SoilSharpError, OSError, ImportError):
        return []
    return [str(name) for name in stations.places.index]


# --- what lists of names have, by what they ask for; from the texts of the other parameters that are not empty --------


def _columns(texts):
    return columns_of(next((texts[name] for name in TABLES if name in texts), ""))


def _covariates(texts):
    return covariates_of(texts["STUDY"]) if "STUDY" in texts else []


def _stations(texts):
    own = {key: texts[name] for key, name in (("table", "STATIONS"), ("study", "STUDY")) if name in texts}
    return stations_of(**own) if own else []


OFFERED = {"column": _columns, "covariate": _covariates, "station": _stations}
