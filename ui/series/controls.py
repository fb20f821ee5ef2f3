# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of buttons above the plots of the dock."""

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from ...i18n import tr


class Controls(QWidget):
    """What a person chooses by: a run, places, and what is to be saved. The dock connects what it holds."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.runs, self.stations, self.coordinates = QComboBox(), QComboBox(), QLineEdit()
        _shrinks(self.runs, 14)
        self.runs.setAccessibleName(tr("Run whose maps are looked at"))
        self.runs.setToolTip(tr("The maps that are looked at: those of the project, or of a folder of your choice."))
        self.folder_button = button(tr("Open…"), "mActionFileOpen", tr("Choose the folder of a run or of maps."))
        self.save_button = button(tr("Save"), "mActionFileSave", tr("Save the plot or the days of all places."))
        menu = QMenu(self.save_button)
        self.picture_action, self.table_action = (
            menu.addAction(tr("Picture (PNG)…")),
            menu.addAction(tr("Table (CSV)…")),
        )
        self.save_button.setMenu(menu)
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._add_ways()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        first = (self.runs, self.folder_button, self.save_button)
        second = (*self.tools.values(), self.selected_button, self.stations, self.coordinates, self.beside_button,
                  self.flag_button, self.clear_button)  # fmt: skip
        for widgets in (first, second):
            row = QHBoxLayout()
            row.setSpacing(4)
            for widget in widgets:
                row.addWidget(widget, 1 if widget in (self.runs, self.stations, self.coordinates) else 0)
            whole.addLayout(row)

    def _add_ways(self):
        """Make the ways to a place: tools of the map, the selection, a station, coordinates."""
        self.tools = {
            "point": bare(tr("Pick"), "mActionIdentify", tr("Click into the map: its pixel is shown.")),
            "polygon": bare(
                tr("Polygon"), "mActionCapturePolygon", tr("Draw a polygon: the mean of its pixels is shown.")
            ),
            "line": bare(tr("Transect"), "mActionCaptureLine", tr("Draw a line: the profile along it is shown.")),
        }  # fmt: skip
        for tool in self.tools.values():
            tool.setCheckable(True)
        self.selected_button = bare(
            tr("Selection"), "mActionSelectRectangle", tr("Show the features that are selected in the active layer.")
        )
        _shrinks(self.stations, 9)
        _found_by_letters(self.stations, tr("Station"))
        self.stations.setToolTip(tr("Show a station and the pixel that it stands in."))
        self.coordinates.setPlaceholderText(tr("longitude, latitude"))
        self.coordinates.setAccessibleName(tr("Longitude and latitude in degrees"))
        self.coordinates.setToolTip(tr("Longitude and latitude in degrees, as 11.25, 49.5; Enter shows their pixel."))
        self.coordinates.setMinimumWidth(90)
        self.beside_button = bare(
            tr("Beside"), "mActionAdd",
            tr("Show new places beside those that are shown, as Shift or Ctrl do with a click."),
        )  # fmt: skip
        self.beside_button.setCheckable(True)
        self.flag_button = bare(
            tr("Flag"), "mActionEditTable",
            tr("Drag over days of the plot: those of the station that is shown last are flagged; later steps obey."),
        )  # fmt: skip
        self.flag_button.setCheckable(True)
        self.clear_button = bare(tr("Clear"), "mActionRemove", tr("Show no place any more."))

    def list_stations(self, names):
        """Offer stations by their names."""
        self.stations.clear()
        self.stations.addItems([str(name) for name in names])
        self.stations.setCurrentIndex(-1)
        self.stations.setEnabled(bool(len(names)))


def button(text, icon, help):
    """Return a button with an icon and its text."""
    made = QToolButton()
    made.setText(text)
    made.setIcon(QgsApplication.getThemeIcon(f"/{icon}.svg"))
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setToolTip(help)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def bare(text, icon, help):
    """Return a button that shows its icon alone, and its text with the help."""
    made = button(text, icon, f"{text}: {help}")
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    made.setAccessibleName(text)
    return made


def _shrinks(box, letters):
    """Let a box be narrower than its longest entry."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(letters)


def _found_by_letters(box, name):
    """Let a person type a part of an entry; an empty box says what it is for, which Qt 5.15 draws of such ones only."""
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    box.completer().setFilterMode(Qt.MatchFlag.MatchContains)
    box.lineEdit().setPlaceholderText(name)
    box.setAccessibleName(name)
