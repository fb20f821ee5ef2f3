# SPDX-License-Identifier: GPL-2.0-or-later
"""Flags of stations, by mouse and keys: in their window, and by dragging over days in the dock of series."""

import json

import pandas as pd
import pytest


@pytest.fixture
def own(study, region):
    """Return a study with a table of stations that lies beside it, and that table's flags."""
    (study.folder / "stations.csv").write_bytes((region.folder / "stations.csv").read_bytes())
    content = json.loads(study.path.read_text(encoding="utf-8"))
    content["stations"] = {"file": "stations.csv", "depth_m": 0.05}
    study.path.write_text(json.dumps(content), encoding="utf-8")
    study.flags = study.folder / "stations_flags.csv"
    return study


@pytest.fixture
def flags(qgis, own, delete):
    from soilsharp.ui.flags import FlagsWindow

    window = FlagsWindow(own.path)
    window.show()
    window.activateWindow()
    qgis.processEvents()
    yield window
    window._saved = window.spans
    delete(window)


@pytest.fixture
def press(qgis):
    """Return a function that clicks the middle of a widget."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    def click(widget):
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, widget.rect().center())
        qgis.processEvents()

    return click


def write(field, text):
    """Type a text in the place of another."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


def cells(window, row):
    return [window.table.item(row, column).text() for column in range(6)]


def test_a_flag_is_added_changed_taken_back_and_undone(flags, press, qgis):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    flags.propose("S03", "2023-05-04", "2023-05-06")
    write(flags.reason, "logger moved")
    write(flags.by, "Anna")
    assert not flags.save_button.isEnabled()
    press(flags.add_button)
    assert cells(flags, 0) == ["S03", "2023-05-04", "2023-05-06", "D", "logger moved", "Anna"]
    assert flags.save_button.isEnabled()

    table = flags.table

    def change(column, text):
        spot = table.visualItemRect(table.item(0, column)).center()
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(table.viewport(), left, none, spot)
        QTest.mouseDClick(table.viewport(), left, none, spot)
        editor = qgis.focusWidget()
        write(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        qgis.processEvents()

    change(2, "2023-05-08")
    assert cells(flags, 0)[2] == "2023-05-08"
    change(2, "2023-05-01")  # before it begins
    assert cells(flags, 0)[2] == "2023-05-08"
    assert "before it begins" in flags.told.text()
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        table.visualItemRect(table.item(0, 0)).center(),
    )  # fmt: skip
    press(flags.remove_button)
    assert table.rowCount() == 0
    press(flags.undo_button)
    assert cells(flags, 0)[2] == "2023-05-08"
    press(flags.undo_button)
    assert cells(flags, 0)[2] == "2023-05-06"
    press(flags.undo_button)
    assert table.rowCount() == 0
    assert not flags.undo_button.isEnabled()


def test_what_is_saved_is_named_by_the_study_and_obeyed(flags, own, press):
    from soilsharp.core.study.study import Study

    before = Study.read(own.path).stations().values
    flags.propose("S03", "2023-05-01", "2023-05-31")
    press(flags.add_button)
    press(flags.save_button)
    assert "later steps obey" in flags.told.text()
    assert pd.read_csv(own.flags)[["station", "first", "last", "flag"]].to_numpy().tolist() == [
        ["S03", "2023-05-01", "2023-05-31", "D"]
    ]
    study = Study.read(own.path)
    assert study.station_options.flags_file == "stations_flags.csv"
    assert study.station_options.depth_m == 0.05
    assert "S03" in set(before["station"])
    assert "S03" not in set(study.stations().values["station"])


def test_days_that_end_before_they_begin_are_not_added(flags, press):
    flags.propose("S03", "2023-05-06", "2023-05-04")
    press(flags.add_button)
    assert flags.table.rowCount() == 0
    assert "before it begins" in flags.told.text()


def test_the_window_is_offered_where_there_is_a_study(window, own, press):
    from qgis.PyQt.QtCore import QTimer
    from qgis.PyQt.QtWidgets import QApplication

    assert not window.flags_button.isEnabled()
    window.open_study(str(own.path))
    assert window.flags_button.isEnabled()
    seen = []

    def look():
        shown = QApplication.activeModalWidget()
        seen.append(shown.windowTitle())
        shown.reject()

    QTimer.singleShot(200, look)
    press(window.flags_button)
    assert seen == ["SoilSharp: flags of stations[*]"]


# --- on the map -------------------------------------------------------------------------------------------------------


@pytest.fixture
def canvas(qgis, own, delete):
    """Return a map canvas over the stations, in a system of its own."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle
    from qgis.gui import QgsMapCanvas

    table = pd.read_csv(own.folder / "stations.csv")
    east, north = table["longitude"], table["latitude"]
    QgsProject.instance().clear()
    canvas = QgsMapCanvas()
    canvas.resize(500, 500)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    canvas.setExtent(QgsRectangle(east.min() - 0.05, north.min() - 0.05, east.max() + 0.05, north.max() + 0.05))
    canvas.show()
    qgis.processEvents()
    yield canvas
    delete(canvas)


@pytest.fixture
def on_map(window, canvas, own, press, qgis):
    """Return the window of flags as a person opens it over a map."""
    from types import SimpleNamespace

    from soilsharp.ui.flags import FlagsWindow

    window._iface = SimpleNamespace(mapCanvas=lambda: canvas)
    window.open_study(str(own.path))
    press(window.flags_button)
    (opened,) = window.findChildren(FlagsWindow)
    yield opened
    window._iface = None


def click_station(canvas, own, name, shift=0):
    """Click a station in the map."""
    from qgis.PyQt.QtCore import QPoint, Qt
    from qgis.PyQt.QtTest import QTest

    place = pd.read_csv(own.folder / "stations.csv").set_index("station").loc[name].iloc[0]
    point = canvas.getCoordinateTransform().transform(place["longitude"], place["latitude"])
    at = QPoint(round(point.x()) + shift, round(point.y()))
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def marked(opened, kind):
    """Return how many stations are marked so in the map."""
    return opened.map.bands[kind].numberOfVertices()


def test_a_station_is_clicked_in_the_map_flagged_and_left_out_by_later_steps(on_map, canvas, own, press, qgis):
    from soilsharp.core.study.study import Study

    n = len(Study.read(own.path).stations().places)
    assert (marked(on_map, "plain"), marked(on_map, "flagged")) == (n, 0)
    before = canvas.mapTool()
    press(on_map.map_button)
    assert canvas.mapTool() is on_map.map.tool
    click_station(canvas, own, "S07")
    assert on_map.station.currentText() == "S07"
    assert "S07 has no flag yet" in on_map.told.text()
    press(on_map.add_button)
    assert cells(on_map, 0)[0] == "S07"
    assert (marked(on_map, "plain"), marked(on_map, "flagged")) == (n - 1, 1)
    click_station(canvas, own, "S03")
    assert on_map.table.selectionModel().selectedRows() == []
    click_station(canvas, own, "S07")
    assert [index.row() for index in on_map.table.selectionModel().selectedRows()] == [0]
    click_station(canvas, own, "S07", shift=200)  # nobody stands there
    assert on_map.station.currentText() == "S07"
    press(on_map.save_button)
    assert "S07" not in set(Study.read(own.path).stations().values["station"])
    press(on_map.map_button)
    assert canvas.mapTool() is before
    items = len(canvas.scene().items())
    on_map.reject()
    assert len(canvas.scene().items()) == items - 3


def test_a_station_of_which_all_is_left_out_can_be_taken_back_in_the_map(window, on_map, canvas, own, press, qgis):
    from soilsharp.core.study.study import Study
    from soilsharp.ui.flags import FlagsWindow

    press(on_map.map_button)
    click_station(canvas, own, "S07")
    press(on_map.add_button)
    press(on_map.save_button)
    on_map.reject()
    qgis.processEvents()
    press(window.flags_button)
    again = next(one for one in window.findChildren(FlagsWindow) if one.isVisible())
    assert marked(again, "flagged") == 1
    press(again.map_button)
    click_station(canvas, own, "S07")
    press(again.remove_button)
    assert marked(again, "flagged") == 0
    press(again.save_button)
    again.reject()
    assert "S07" in set(Study.read(own.path).stations().values["station"])


def test_marks_go_with_the_window(on_map, canvas, delete):
    items = len(canvas.scene().items())
    delete(on_map)
    assert len(canvas.scene().items()) == items - 3


def test_the_window_of_flags_is_opened_once_and_follows_the_map(window, on_map, canvas, own, press, qgis):
    from qgis.core import QgsCoordinateReferenceSystem

    from soilsharp.ui.flags import FlagsWindow

    press(window.flags_button)
    assert [one for one in window.findChildren(FlagsWindow) if one.isVisible()] == [on_map]
    east = on_map.map.bands["plain"].getPoint(0).x()
    assert -180 <= east <= 180
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    assert on_map.map.bands["plain"].getPoint(0).x() == pytest.approx(east * 20037508.342789244 / 180, rel=1e-6)
    # another tool switches the button off
    press(on_map.map_button)
    from qgis.gui import QgsMapToolPan

    pan = QgsMapToolPan(canvas)
    canvas.setMapTool(pan)
    assert not on_map.map_button.isChecked()
    assert canvas.mapTool() is pan
    on_map.reject()
    assert canvas.mapTool() is pan
    canvas.unsetMapTool(pan)
