# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock *SoilSharp series*: click into the map, and see the days of that place in one plot."""

from pathlib import Path

from qgis.core import Qgis, QgsCoordinateReferenceSystem, QgsProject, QgsSettings
from qgis.gui import QgsDockWidget, QgsMessageBar
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QTabWidget, QVBoxLayout, QWidget

from ...core.base.errors import SoilSharpError
from ...i18n import tr
from .controls import Controls, button
from .day import DayLink
from .flagging import flag_days
from .further_plots import ProfilePlot, StationsPlot
from .jobs import once
from .lacking import Lacking
from .places import DEGREES, mark, name_of, place_of, point_of, selected_in, station_near, station_point
from .plot import DaysPlot
from .reader import Reader
from .runs import runs_in, title_of
from .saving import ask_for, save_picture, save_table
from .shown import MOST, Shown, rain_called, told
from .tools import PointTool, ShapeTool

NEEDS = ("rasterio", "matplotlib", "pandas")
SETTINGS = "soilsharp/series/"


class SeriesDock(QgsDockWidget):
    """The days of places in the map.

    Parameters
    ----------
    canvas : QgsMapCanvas
    parent : QWidget, optional
    active_layer : callable, optional
        Returns the layer whose selected features can be shown.
    """

    def __init__(self, canvas, parent=None, active_layer=lambda: None):
        super().__init__(tr("SoilSharp series"), parent)
        self.setObjectName("SoilSharpSeries")
        self._canvas, self._active_layer, self.shown = canvas, active_layer, []
        self.link = self.plot = None
        self._asked = ""  # what was to be opened while packages were missing
        self._lacking = Lacking(NEEDS)
        if self._lacking.lacks():
            self._lacking.mended.connect(self._begin)
            self.setWidget(self._lacking)
        else:
            self._begin()

    def _begin(self):
        """Make what the dock is for; called once, when nothing is lacking any more."""
        self._lacking.deleteLater()
        self.reader, self.link = Reader(self), DayLink(self._canvas, self)
        shapes = {kind: ShapeTool(self._canvas, kind) for kind in ("polygon", "line")}
        self.tools = {"point": PointTool(self._canvas), **shapes}
        self._drawing, self._listing = once(self, self._redraw_now), once(self, self._list_runs)
        self._draw()
        self._connect()
        self._list_runs()
        if self._asked:
            self.open(self._asked)

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _draw(self):
        inside = QWidget()
        self._whole = QVBoxLayout(inside)
        self._whole.setContentsMargins(6, 6, 6, 6)
        self._whole.setSpacing(4)
        self.controls, self.bar, self.tabs = Controls(), QgsMessageBar(), QTabWidget()
        self.plot, self.profile, self.against = DaysPlot(), ProfilePlot(), StationsPlot()
        self.tabs.setDocumentMode(True)
        for widget, title in (
            (self.plot, tr("Days")), (self.profile, tr("Profile")), (self.against, tr("Map and station")),
        ):  # fmt: skip
            self.tabs.addTab(widget, title)
        self.values, self.state, self.progress = QLabel(), QLabel(), QProgressBar()
        self.values.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress.setMaximumWidth(120)
        self.progress.setAccessibleName(tr("Progress"))
        self.stop_button = button(tr("Stop"), "mActionStop", tr("Open no more files."))
        below = QHBoxLayout()
        for widget, stretch in ((self.state, 1), (self.progress, 0), (self.stop_button, 0)):
            below.addWidget(widget, stretch)
        for widget, stretch in ((self.controls, 0), (self.bar, 0), (self.tabs, 1), (self.values, 0)):
            self._whole.addWidget(widget, stretch)
        self._whole.addLayout(below)
        self.setWidget(inside)
        self._show_busy(False)

    def _connect(self):
        own, reader = self.controls, self.reader
        own.runs.activated.connect(lambda row: self.open(own.runs.itemData(row)))
        own.folder_button.clicked.connect(self._choose_folder)
        own.picture_action.triggered.connect(self._save_picture)
        own.table_action.triggered.connect(self._save_table)
        own.selected_button.clicked.connect(self.show_selected)
        own.stations.activated.connect(lambda row: self.show_station(own.stations.itemText(row)))
        own.coordinates.returnPressed.connect(self._show_coordinates)
        own.clear_button.clicked.connect(lambda: self.clear())
        for kind, tool in self.tools.items():
            own.tools[kind].toggled.connect(lambda on, kind=kind: self._use(kind, on))
            tool.picked.connect(self.show_geometry)
        self.stop_button.clicked.connect(reader.stop)
        reader.part_opened.connect(self._part_opened)
        reader.opened.connect(self._opened)
        reader.progressed.connect(lambda percent: self.progress.setValue(int(percent)))
        reader.was_read.connect(self._drawing.start)
        reader.profiled.connect(self._profiled)
        reader.failed.connect(lambda error: self.tell(error, Qgis.MessageLevel.Warning))
        self.plot.day_chosen.connect(self._day_chosen)
        self.plot.looked_at.connect(self._say_values)
        self.plot.span_chosen.connect(lambda first, last: flag_days(self, first, last))
        own.flag_button.toggled.connect(lambda on: setattr(self.plot, "spanning", on))
        self.link.moved.connect(self._day_moved)
        self._canvas.mapToolSet.connect(self._tool_set)
        # when the layer tree knows of them too, and once for all of them
        QgsProject.instance().layersAdded.connect(self._listing.start)
        QgsProject.instance().layersRemoved.connect(self._listing.start)

    # --- runs ---------------------------------------------------------------------------------------------------------

    def _list_runs(self):
        """List the runs whose maps the project has, and the one that is open."""
        runs, now, found = self.controls.runs, self.reader.path, runs_in(QgsProject.instance())
        if now and now not in found:
            found = [now, *found]
        runs.clear()
        for row, path in enumerate(found):
            runs.addItem(title_of(path), path)
            runs.setItemData(row, path, Qt.ItemDataRole.ToolTipRole)
        runs.setCurrentIndex(found.index(now) if now else -1)
        runs.setEnabled(bool(found))
        if found and self.isVisible():
            self._open_one()

    def _open_one(self):
        """Open the run that was open, or else the first that is listed, unless one is open."""
        if self.reader.explored is None and not self.reader.opening and self.controls.runs.count():
            self.open(self.reader.path or self.controls.runs.itemData(0))

    def showEvent(self, event):
        super().showEvent(event)
        if self.link is not None:
            self._open_one()

    def closeEvent(self, event):
        super().closeEvent(event)
        if self.link is not None:  # what nobody looks at keeps no files from being written anew
            self.clear()
            self.reader.close()
            self._use_none()

    def _choose_folder(self):
        before = QgsSettings().value(SETTINGS + "folder", str(self._folder))
        folder = QFileDialog.getExistingDirectory(self, tr("Folder of a run or of maps"), before)
        if folder:
            QgsSettings().setValue(SETTINGS + "folder", folder)
            self.open(folder)

    def open(self, path):
        """Open the maps of a folder, or what a study has, and what belongs to them."""
        if self.link is None:
            self._asked = path
            return
        self.clear()
        self.bar.clearWidgets()
        self.controls.list_stations(())
        self.reader.open(path, title_of(path))
        self._show_busy(True)
        self._list_runs()

    def let_go(self):
        """Close all files, as before they are written anew; `open` opens them again."""
        if self.link is not None:
            self.reader.close()

    def open_again(self, path=""):
        """Open maps after files were written, those that were open before unless a path is given."""
        if self.link is not None and (path or self.reader.path):
            self.open(path or self.reader.path)

    def _part_opened(self, name):
        """Take up a part that has been opened: places that wait for it are read."""
        explored = self.reader.explored
        if explored is None:
            return
        if name == "stations":
            self.controls.list_stations(explored.stations.places.index)
        for one in self.shown:
            one.observed = one.observed or explored.observed(one.place)
            self.reader.read(one)
        self._drawing.start()

    def _opened(self, error):
        self._show_busy(False)
        explored = self.reader.explored
        if explored is None:
            return
        notes = error or " ".join(explored.notes)
        if notes:
            self.tell(notes, Qgis.MessageLevel.Warning)
        if explored.series and not self.shown and self._tool_in_use() is None:
            self.controls.tools["point"].setChecked(True)

    def _show_busy(self, busy):
        for widget in (self.state, self.progress, self.stop_button):
            widget.setVisible(busy)
        self.progress.setValue(0)
        self.state.setText(tr("Opening the maps; places can be picked already."))

    def tell(self, text, level):
        """Tell something in the bar, in the place of what was told before."""
        self.bar.clearWidgets()
        self.bar.pushMessage(text, level, 0)

    # --- places -------------------------------------------------------------------------------------------------------

    def _use(self, kind, on):
        """Take a tool of the map into the hand, or lay it down."""
        if on:
            self._canvas.setMapTool(self.tools[kind])
        elif self._canvas.mapTool() is self.tools[kind]:
            self._canvas.unsetMapTool(self.tools[kind])

    def _tool_set(self, new, old=None):
        for kind, tool in self.tools.items():
            self.controls.tools[kind].setChecked(new is tool)

    def _tool_in_use(self):
        return next((kind for kind, tool in self.tools.items() if self._canvas.mapTool() is tool), None)

    def _use_none(self):
        for tool in self.controls.tools.values():
            tool.setChecked(False)

    def show_geometry(self, geometry, more=False, crs=None, station=""):
        """Show a place, instead of the others or as one `more`.

        Parameters
        ----------
        geometry : QgsGeometry
        more : bool
        crs : QgsCoordinateReferenceSystem, optional
            That of the map unless given.
        station : str
            Its name if the place is that of a station.
        """
        explored = self.reader.explored
        if explored is None and self.reader.opening:
            self.tell(tr("The maps are being opened; pick the place again in a moment."), Qgis.MessageLevel.Info)
            return
        if explored is None:
            self.tell(tr("Choose a run first: its folder, or a layer of it in the project."), Qgis.MessageLevel.Info)
            return
        self.bar.clearWidgets()
        try:
            place = place_of(geometry, crs or self._canvas.mapSettings().destinationCrs(), station)
            if crs is None:
                station = station_near(explored.stations, place, geometry, self._canvas.mapUnitsPerPixel())
            if station and not place.name:
                self.show_station(station, more)
            else:
                self._add(place, more or self.controls.beside_button.isChecked(), geometry, crs)
        except SoilSharpError as error:
            self.tell(str(error), Qgis.MessageLevel.Warning)

    def show_station(self, name, more=False):
        """Show a station and the pixel that it stands in."""
        stations = self.reader.explored.stations
        self.show_geometry(station_point(stations, name), more, QgsCoordinateReferenceSystem(DEGREES), name)

    def show_selected(self):
        """Show the features that are selected in the active layer, the first `MOST` of them."""
        geometries, crs = selected_in(self._active_layer())
        if not geometries:
            words = tr("Nothing is selected: choose a layer of points, lines or polygons, and select features of it.")
            self.tell(words, Qgis.MessageLevel.Info)
        for number, geometry in enumerate(geometries[:MOST]):
            self.show_geometry(geometry, number > 0, crs)
        if len(geometries) > MOST:
            words = tr("The first {} of {} selected features are shown.").format(MOST, len(geometries))
            self.tell(words, Qgis.MessageLevel.Info)

    def _show_coordinates(self):
        point = point_of(self.controls.coordinates.text())
        if point is None:
            words = tr("Write longitude and latitude in degrees, as 11.25, 49.5.")
            self.tell(words, Qgis.MessageLevel.Warning)
        else:
            self.show_geometry(point, False, QgsCoordinateReferenceSystem(DEGREES))

    def _add(self, place, more, geometry, crs):
        from dataclasses import replace

        if not more or len(self.shown) >= MOST:
            self.clear()
        used = {one.number for one in self.shown}
        number = next(number for number in range(MOST) if number not in used)
        station = place.name
        if not station:
            place = replace(place, name=name_of(place.kind).format(number + 1))
        explored = self.reader.explored
        one = Shown(place, number, observed=explored.observed(place, station))
        one.marks.append(mark(self._canvas, geometry, crs or self._canvas.mapSettings().destinationCrs(), one.colour))
        self.shown.append(one)
        self.reader.read(one)
        self._drawing.start()
        maps = explored.series.get("fine") or explored.series.get("coarse")
        if maps is not None and not len(place.cells(maps.grid)[0]):
            self.tell(tr("This place lies outside of the maps."), Qgis.MessageLevel.Info)
        if place.kind == "LineString":
            self.tabs.setCurrentWidget(self.profile)
            self._read_profile()
        elif self.tabs.currentWidget() is self.profile:
            self.tabs.setCurrentWidget(self.plot)

    def clear(self):
        """Show no place any more."""
        self.reader.forget()
        for one in self.shown:
            for band in one.marks:
                self._canvas.scene().removeItem(band)
        self.shown = []
        self.profile.show_profile("", "", {})
        self._drawing.start()

    def _redraw_now(self):
        explored = self.reader.explored
        days, rain = (explored.days, rain_called(explored.rain_label)) if explored is not None else ((), "")
        # the room of the values, which the plot must not lose and win with the pointer
        self.values.setText("\n".join(["± m³ m⁻³"] * max(len(self.shown), 1)))
        self.values.setMinimumHeight(self.values.sizeHint().height())
        self.plot.show_places(self.shown, days, rain)
        self.against.show_places(self.shown)
        self._say_values(self.plot.day)
        QTimer.singleShot(0, self.reader.go_on)  # when that has been drawn: a thread beside would slow it down

    # --- the day ------------------------------------------------------------------------------------------------------

    def _day_chosen(self, day):
        days = self.plot.days
        self.link.show(day, str(days[0]), str(days[-1]))
        self._say_values(day)
        self._read_profile()

    def _day_moved(self, day):
        self.plot.show_day(day)
        self._say_values(day)
        self._read_profile()

    def _read_profile(self):
        """Read along the last line that is shown, on the day of the line in the plot or the first one."""
        lines = [one for one in self.shown if one.place.kind == "LineString"]
        days = self.reader.explored.days if self.reader.explored is not None else ()
        if lines and len(days):
            self.reader.read_profile(lines[-1].place, self.plot.day or str(days[0]))

    def _profiled(self, thing):
        name, day, profile = thing
        if any(one.name == name for one in self.shown):
            self.profile.show_profile(name, day, profile)

    def _say_values(self, day):
        """Tell the values of a day, those of the line's day if none is looked at."""
        day = day or self.plot.day
        explored = self.reader.explored
        known = day and explored is not None
        self.values.setText(told(self.shown, day, rain_called(explored.rain_label)) if known else "")

    # --- saving and closing -------------------------------------------------------------------------------------------

    def _save_picture(self):
        path = ask_for(self, tr("Save the plot"), "png", tr("Pictures (*.png)"), self._folder)
        if path:
            self._saving(lambda: save_picture(self.tabs.currentWidget().figure, path), path)

    def _save_table(self):
        path = ask_for(self, tr("Save the days of all places"), "csv", tr("Tables (*.csv)"), self._folder)
        if path:
            self._saving(lambda: save_table(self.shown, self.reader.explored, path), path)

    @property
    def _folder(self):
        """The folder of the run or study that is open, else that of the project, else that of the person."""
        related = self.reader.explored.related if self.reader.explored is not None else None
        return related.folder if related is not None else QgsProject.instance().homePath() or Path.home()

    def _saving(self, save, path):
        try:
            save()
        except SoilSharpError as error:
            self.tell(str(error), Qgis.MessageLevel.Warning)
        else:
            self.tell(tr("Saved: {}").format(Path(path).name), Qgis.MessageLevel.Success)

    def leave(self):
        """Undo all that the dock has done to QGIS's window, once; it is deleted after that."""
        if self.link is None:
            return
        self.clear()
        self.reader.close()
        self._drawing.stop()
        self._listing.stop()
        self._use_none()
        QgsProject.instance().layersAdded.disconnect(self._listing.start)
        QgsProject.instance().layersRemoved.disconnect(self._listing.start)
        self._canvas.mapToolSet.disconnect(self._tool_set)
        self.link.stop()
        self.link = None
