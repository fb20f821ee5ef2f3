# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock *SoilSharp series*: click into the map, and see the days of that place in one plot."""

from pathlib import Path

from qgis.core import Qgis, QgsApplication, QgsCoordinateReferenceSystem, QgsProject, QgsSettings
from qgis.gui import QgsDockWidget, QgsMessageBar, QgsRubberBand
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core.base.errors import SoilSharpError
from ...core.base.extras import advice
from ...i18n import tr
from .day import DayLink
from .jobs import Job
from .plot import DaysPlot
from .runs import runs_in
from .shown import MOST, Shown
from .tools import PointTool

NEEDS = ("rasterio", "matplotlib", "pandas")
SETTINGS = "soilsharp/series/"
CLOSE_PIXELS = 9  # between a click and a station that is meant
ORDER = ("coarse", "fine", "sd", "rain", "filled")


class SeriesDock(QgsDockWidget):
    """The days of places in the map.

    Parameters
    ----------
    canvas : QgsMapCanvas
    parent : QWidget, optional
    """

    def __init__(self, canvas, parent=None):
        super().__init__(tr("SoilSharp series"), parent)
        self.setObjectName("SoilSharpSeries")
        self._canvas, self.path, self.explored, self.shown = canvas, "", None, []
        self.opening = self.reading = None
        self._queue = []
        self._drawing = _once(self, self._redraw_now)
        self.bar = QgsMessageBar()
        inside = QWidget()
        self.setWidget(inside)
        self._whole = QVBoxLayout(inside)
        self._whole.setContentsMargins(6, 6, 6, 6)
        self._whole.setSpacing(4)
        lacks = advice(NEEDS)
        if lacks:
            words = QLabel(tr("{} Or by the button Packages of the SoilSharp workflow.").format(lacks))
            words.setWordWrap(True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._whole.addWidget(words)
            self._whole.addStretch(1)
            self.link = self.tool = self.plot = None
            return
        self.link = DayLink(canvas, self)
        self.tool = PointTool(canvas)
        self._draw()
        self._connect()
        self._list_runs()

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _draw(self):
        self.runs, self.plot = QComboBox(), DaysPlot()
        self.runs.setAccessibleName(tr("Run whose maps are looked at"))
        self.runs.setToolTip(tr("The maps that are looked at: those of the project, or of a folder of your choice."))
        self.runs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.runs.setMinimumContentsLength(14)
        self.folder_button = _button(tr("&Open…"), "/mActionFileOpen.svg", tr("Choose the folder of a run or of maps."))
        self.pick_button = _button(
            tr("&Pick"), "/mActionIdentify.svg",
            tr("Click into the map: its pixel is shown. With Shift or Ctrl it is shown beside the others."),
        )  # fmt: skip
        self.pick_button.setCheckable(True)
        self.clear_button = _button(tr("C&lear"), "/mActionRemove.svg", tr("Show no place any more."))
        self.values, self.state, self.progress = QLabel(), QLabel(), QProgressBar()
        self.values.setWordWrap(True)
        self.values.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress.setMaximumWidth(120)
        self.progress.setAccessibleName(tr("Progress"))
        self.stop_button = _button(tr("&Stop"), "/mActionStop.svg", tr("Open no more files."))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.runs, 1)
        for button in (self.folder_button, self.pick_button, self.clear_button):
            row.addWidget(button)
        below = QHBoxLayout()
        below.addWidget(self.state, 1)
        below.addWidget(self.progress)
        below.addWidget(self.stop_button)
        self._whole.addLayout(row)
        self._whole.addWidget(self.bar)
        self._whole.addWidget(self.plot, 1)
        self._whole.addWidget(self.values)
        self._whole.addLayout(below)
        self._show_busy(False)

    def _connect(self):
        self.runs.activated.connect(lambda index: self.open(self.runs.itemData(index)))
        self.folder_button.clicked.connect(self._choose_folder)
        self.pick_button.toggled.connect(self._pick)
        self.clear_button.clicked.connect(lambda: self.clear())
        self.stop_button.clicked.connect(lambda: self.opening and self.opening.cancel())
        self.tool.picked.connect(self.show_geometry)
        self._canvas.mapToolSet.connect(self._tool_set)
        self.plot.day_chosen.connect(self._day_chosen)
        self.plot.looked_at.connect(self._say_values)
        self.link.moved.connect(self._day_moved)
        project = QgsProject.instance()
        # when the layer tree knows of them too, and once for all of them
        self._listing = _once(self, self._list_runs)
        project.layersAdded.connect(self._listing.start)
        project.layersRemoved.connect(self._listing.start)

    # --- runs ---------------------------------------------------------------------------------------------------------

    def _list_runs(self):
        """List the runs whose maps the project has, and the one that is open."""
        found = runs_in(QgsProject.instance())
        now = self.path
        if now and now not in found:
            found = [now, *found]
        self.runs.clear()
        for path in found:
            self.runs.addItem(_title(path), path)
            self.runs.setItemData(self.runs.count() - 1, path, Qt.ItemDataRole.ToolTipRole)
        self.runs.setCurrentIndex(found.index(now) if now else -1)
        self.runs.setEnabled(bool(found))
        if not now and found and self.isVisible():
            self.open(found[0])

    def showEvent(self, event):
        super().showEvent(event)
        if self.plot is not None and self.explored is None and self.runs.count():
            self.open(self.runs.itemData(0))

    def _choose_folder(self):
        before = QgsSettings().value(SETTINGS + "folder", QgsProject.instance().homePath())
        folder = QFileDialog.getExistingDirectory(self, tr("Folder of a run or of maps"), before)
        if folder:
            QgsSettings().setValue(SETTINGS + "folder", folder)
            self.open(folder)

    def open(self, path):
        """Open the maps of a folder, or what a study has, and what belongs to them."""
        if self.plot is None:
            return
        from ...core.methods.explored import Explored

        self.close_files()
        self.clear(forget=False)
        self.path, self.explored = str(path), Explored()
        explored = self.explored
        self.bar.clearWidgets()

        def work(progress, tell):
            explored.open(path, progress, tell)

        self.opening = Job(tr("Opening {}").format(_title(path)), work)
        self.opening.part.connect(self._opened)
        self.opening.progressed.connect(lambda percent: self.progress.setValue(int(percent)))
        self.opening.finished.connect(self._all_opened)
        self._show_busy(True)
        self.opening.start()
        self._list_runs()

    def _opened(self, name):
        """Take up a part that has been opened: places that wait for it are read."""
        if self.explored is None:
            return
        if name == "stations":
            for one in self.shown:
                one.observed = self.explored.observed(one.place)
            self._redraw()
        for one in self.shown:
            self._read(one, name)
        if name in ("coarse", "fine") and not self.shown:
            self._redraw()

    def _all_opened(self, ok):
        error, self.opening = self.opening.error, None
        self._show_busy(False)
        if not ok and error:
            self._tell(error, Qgis.MessageLevel.Warning)
        elif self.explored is not None and self.explored.notes:
            self._tell(" ".join(self.explored.notes), Qgis.MessageLevel.Warning)
        if self.explored is not None and ok and not self.shown:
            self.pick_button.setChecked(True)

    def _show_busy(self, busy):
        self.progress.setVisible(busy)
        self.stop_button.setVisible(busy)
        self.progress.setValue(0)
        self.state.setText(tr("Opening the maps; places can be picked already.") if busy else "")

    def _tell(self, text, level):
        self.bar.clearWidgets()
        self.bar.pushMessage(text, level, 0)

    # --- places -------------------------------------------------------------------------------------------------------

    def _pick(self, on):
        if on:
            self._canvas.setMapTool(self.tool)
        elif self._canvas.mapTool() is self.tool:
            self._canvas.unsetMapTool(self.tool)

    def _tool_set(self, new, old=None):
        if new is not self.tool:
            self.pick_button.setChecked(False)

    def show_geometry(self, geometry, more=False):
        """Show a place of the map, in place of the others or as one `more`.

        Parameters
        ----------
        geometry : QgsGeometry
            In the reference system of the map.
        more : bool
        """
        import json

        from ...core.rasters.places import Place

        if self.explored is None:
            self._tell(tr("Choose a run first: its folder, or a layer of it in the project."), Qgis.MessageLevel.Info)
            return
        crs = self._canvas.mapSettings().destinationCrs()
        try:
            place = Place("", json.loads(geometry.asJson(17)), _crs(crs))
            self._add(self._at_station(place, geometry) or place, more, geometry)
        except SoilSharpError as error:
            self._tell(str(error), Qgis.MessageLevel.Warning)

    def _at_station(self, place, geometry):
        """Return the place of the station that a click means, None if there is none close by."""
        stations = self.explored.stations
        if stations is None or place.kind != "Point":
            return None
        import numpy as np

        from ...core.rasters.grid import WGS84, project
        from ...core.rasters.places import Place

        places = stations.places
        x, y = project(places["longitude"], places["latitude"], WGS84, place.crs)
        point = geometry.asPoint()
        pixels = np.hypot(x - point.x(), y - point.y()) / self._canvas.mapUnitsPerPixel()
        nearest = int(np.argmin(pixels))
        if pixels[nearest] > CLOSE_PIXELS:
            return None
        return Place.at(
            places["longitude"].iloc[nearest], places["latitude"].iloc[nearest], name=str(places.index[nearest])
        )

    def _add(self, place, more, geometry):
        if not more or len(self.shown) >= MOST:
            self.clear(forget=False)
        from dataclasses import replace

        used = {one.number for one in self.shown}
        number = next(number for number in range(MOST) if number not in used)
        station = place.name
        if not place.name:
            place = replace(place, name=tr("Place {}").format(number + 1))
        one = Shown(place, number)
        one.observed = self.explored.observed(place, station)
        one.marks = [self._mark(geometry, one.colour)]
        self.shown.append(one)
        for name in ORDER:
            self._read(one, name)
        maps = self.explored.series.get("fine") or self.explored.series.get("coarse")
        if maps is not None and not len(place.cells(maps.grid)[0]):
            self._tell(tr("This place lies outside of the maps."), Qgis.MessageLevel.Info)
        self._redraw()

    def _mark(self, geometry, colour):
        band = QgsRubberBand(self._canvas, geometry.type())
        band.setColor(QColor(colour))
        fill = QColor(colour)
        fill.setAlpha(40)
        band.setFillColor(fill)
        band.setWidth(2)
        band.setIcon(QgsRubberBand.IconType.ICON_CROSS)
        band.setIconSize(13)
        band.setToGeometry(geometry, None)
        return band

    def clear(self, forget=True):
        """Show no place any more."""
        self._queue.clear()
        if self.reading is not None:
            self.reading.cancel()
        for one in self.shown:
            for mark in one.marks:
                self._canvas.scene().removeItem(mark)
        self.shown = []
        if forget and self.plot is not None:
            self._redraw()

    # --- reading ------------------------------------------------------------------------------------------------------

    def _read(self, one, name):
        """Read a part of a place: at once what is in memory, else in the background, one after the other."""
        series = self.explored.series.get(name)
        if series is None or name in one.values:
            return
        if series.in_memory:
            one.values[name] = series.days, series.at(one.place)
            self._redraw()
            return
        self._queue.append((one, name, series))
        if self.reading is None:
            self._read_next()

    def _read_next(self):
        if not self._queue:
            return
        one, name, series = self._queue.pop(0)

        def work(progress, tell):
            tell((one, name, (series.days, series.at(one.place, progress))))

        self.reading = Job(tr("Reading {}").format(one.name), work)
        self.reading.part.connect(self._was_read)
        self.reading.finished.connect(self._reading_ended)
        self.reading.start()

    def _was_read(self, thing):
        one, name, values = thing
        one.values[name] = values
        if one in self.shown:
            self._redraw()

    def _reading_ended(self, ok):
        error, self.reading = self.reading.error, None
        if error:
            self._tell(error, Qgis.MessageLevel.Warning)
        self._read_next()

    def _redraw(self):
        """Draw all anew, once for all that comes together."""
        self._drawing.start()

    def _redraw_now(self):
        label = self.explored.rain_label if self.explored is not None else ""
        self.plot.show_places(self.shown, self._days(), label)
        self._say_values(self.plot.day)

    def _days(self):
        return self.explored.days if self.explored is not None else ()

    # --- the day ------------------------------------------------------------------------------------------------------

    def _day_chosen(self, day):
        days = self._days()
        self.link.show(day, str(days[0]), str(days[-1]))
        self._say_values(day)

    def _day_moved(self, day):
        self.plot.show_day(day)
        self._say_values(day)

    def _say_values(self, day):
        """Tell the values of a day, those of the line's day if none is looked at."""
        day = day or self.plot.day
        rain = self.explored.rain_label if self.explored is not None else ""
        self.values.setText(_told(self.shown, day, rain) if day else "")

    # --- closing ------------------------------------------------------------------------------------------------------

    def close_files(self):
        """Let go of all files; what is being read stops before."""
        self._queue.clear()
        for job in (self.opening, self.reading):
            if job is not None:
                job.cancel()
                job.wait()
        if self.explored is not None:
            self.explored.close()
            self.explored = None

    def leave(self):
        """Undo all that the dock has done to QGIS's window, once; it is deleted after that."""
        if self.link is None:
            return
        self._drawing.stop()
        self.clear(forget=False)
        self.close_files()
        self.pick_button.setChecked(False)
        project = QgsProject.instance()
        project.layersAdded.disconnect(self._listing.start)
        project.layersRemoved.disconnect(self._listing.start)
        self._listing.stop()
        self._canvas.mapToolSet.disconnect(self._tool_set)
        self.link.stop()
        self.link = None


def _once(parent, slot):
    """Return a timer that calls a slot when all that goes on now is done, once for however many starts."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.timeout.connect(slot)
    return timer


def _button(text, icon, help):
    button = QToolButton()
    button.setText(text)
    button.setIcon(QgsApplication.getThemeIcon(icon))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setToolTip(help)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _title(path):
    """Return how a run is called in the list: its folder, that of maps with the one above it."""
    path = Path(path)
    folder = path.parent if path.suffix else path
    return f"{folder.parent.name}/{folder.name}" if folder.name == "maps" else folder.name


def _crs(crs):
    """Return a reference system of QGIS as that of rasterio."""
    from ...core.rasters.grid import parse_crs

    wkt = crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED_GDAL)
    return parse_crs(crs.authid() if crs.authid().startswith("EPSG:") else wkt)


def _told(shown, day, rain_label):
    """Return the values of a day as lines of text, a place a line."""
    import numpy as np

    at, lines = np.datetime64(day, "D"), []
    for one in shown:
        said = []
        fine, sd, coarse = (one.on(name, at) for name in ("fine", "sd", "coarse"))
        if fine is not None:
            said.append(tr("fine {:.3f}").format(fine) + (f" ± {sd:.3f}" if sd is not None else ""))
        if coarse is not None:
            said.append(tr("coarse {:.3f}").format(coarse))
        if one.measured(at) is not None:
            said.append(tr("station {:.3f}").format(one.measured(at)))
        words = ", ".join(said) + " m³ m⁻³" if said else tr("no value")
        rain = one.on("rain", at)
        lines.append(f"{day}  {one.name}: {words}" + (f"; {rain_label} {rain:.1f}" if rain is not None else ""))
    return "\n".join(lines)
