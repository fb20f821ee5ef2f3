# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock *SoilSharp series*, by mouse and keys over a real map canvas."""

import numpy as np
import pytest


@pytest.fixture
def canvas(qgis, delete, explorable):
    """Return a canvas with a temporal controller that shows the region's extent in a system of its own."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle, QgsTemporalNavigationObject
    from qgis.gui import QgsMapCanvas

    from soilsharp.core.rasters.grid import parse_crs
    from soilsharp.core.study.study import Study

    QgsProject.instance().clear()
    canvas = QgsMapCanvas()
    canvas.resize(400, 400)
    canvas.setTemporalController(QgsTemporalNavigationObject(canvas))
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    canvas.setExtent(QgsRectangle(*Study.read(explorable / "study.json").grid.bounds_in(parse_crs("EPSG:4326"))))
    canvas.show()
    qgis.processEvents()
    yield canvas
    QgsProject.instance().clear()
    delete(canvas)


@pytest.fixture
def dock(qgis, canvas, delete):
    """Return the dock, which nothing has been opened in."""
    from soilsharp.ui.series.dock import SeriesDock

    dock = SeriesDock(canvas)
    dock.resize(700, 420)
    dock.show()
    qgis.processEvents()
    yield dock
    dock.leave()
    delete(dock)


@pytest.fixture
def opened(dock, explorable, until):
    """Return the dock with the maps of the region open."""
    dock.open(explorable / "maps")
    until(lambda: not dock.reader.opening)
    return dock


@pytest.fixture
def click(qgis, canvas, until):
    """Return a function that clicks into a widget, the canvas unless given, and lets all be read and drawn."""
    from qgis.PyQt.QtCore import QPoint, Qt
    from qgis.PyQt.QtTest import QTest

    def press(dock, x, y, more=False, widget=None, button=Qt.MouseButton.LeftButton):
        held = Qt.KeyboardModifier.ShiftModifier if more else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(widget or canvas.viewport(), button, held, QPoint(x, y))
        settle(dock)

    def settle(dock):
        until(lambda: not dock.reader.busy)
        until(lambda: not dock._drawing.isActive())
        qgis.processEvents()

    press.settle = settle
    return press


@pytest.fixture
def move(qgis):
    """Return a function that moves the pointer within a widget, whatever window lies above it on the screen."""
    from qgis.PyQt.QtCore import QEvent, QPointF, Qt
    from qgis.PyQt.QtGui import QMouseEvent

    def go(widget, x, y, held=Qt.MouseButton.NoButton):
        none = Qt.MouseButton.NoButton
        qgis.sendEvent(
            widget, QMouseEvent(QEvent.Type.MouseMove, QPointF(x, y), none, held, Qt.KeyboardModifier.NoModifier)
        )

    return go


def pixel_of(canvas, longitude, latitude):
    """Return where a place lies in a canvas."""
    point = canvas.getCoordinateTransform().transform(longitude, latitude)
    return round(point.x()), round(point.y())


def over(plot, day):
    """Return where a day stands in the canvas of a plot."""
    from matplotlib.dates import date2num

    panel, canvas = plot._panels[0], plot.canvas
    x, y = panel.transData.transform((date2num(np.datetime64(day)), np.mean(panel.get_ylim())))
    ratio = canvas.device_pixel_ratio
    return round(x / ratio), round(canvas.height() - y / ratio)


# --- a click ----------------------------------------------------------------------------------------------------------


def test_a_click_shows_the_very_pixel_with_coarse_value_band_and_rain(opened, canvas, click, explorable):
    from soilsharp.core.rasters.grid import WGS84
    from soilsharp.core.rasters.open import Source
    from soilsharp.core.rasters.raster import read_on

    assert opened.controls.tools["point"].isChecked()
    assert canvas.mapTool() is opened.tools["point"]
    click(opened, 150, 210)
    (one,) = opened.shown
    assert sorted(one.values) == ["coarse", "fine", "rain", "sd"]
    at = canvas.getCoordinateTransform().toMapCoordinates(150, 210)
    days, values = one.values["fine"]
    for day, value in zip(days, values):
        source = Source(str(explorable / "maps" / f"sm_{str(day).replace('-', '')}.tif"))
        grid = source.grid()
        row, column = (number[0] for number in grid.cells_at(np.array([at.x()]), np.array([at.y()]), WGS84))
        np.testing.assert_array_equal(value, read_on(source, grid)[row, column])
    labels = [text.get_text() for text in opened.plot.figure.legends[0].get_texts()]
    assert labels[:3] == ["± 1 SD", "Fine map", "Coarse product"]
    assert [panel.get_ylabel() for panel in opened.plot._panels] == ["Soil moisture (m³ m⁻³)", "Rain (mm)"]


def test_a_second_click_replaces_the_place_and_shift_adds_one(opened, click):
    click(opened, 150, 210)
    click(opened, 200, 200)
    assert [one.name for one in opened.shown] == ["Place 1"]
    click(opened, 250, 150, more=True)
    assert [one.name for one in opened.shown] == ["Place 1", "Place 2"]
    labels = [text.get_text() for text in opened.plot.figure.legends[0].get_texts()]
    assert labels[:4] == ["Place 1", "Place 2", "Fine map", "Coarse product"]
    assert opened.values.text() == ""
    opened.controls.clear_button.click()
    click.settle(opened)
    assert opened.shown == []
    assert not opened.plot.figure.legends


def test_a_click_near_a_station_means_the_station(opened, canvas, click):
    places = opened.reader.explored.stations.places
    name = places.index[5]
    x, y = pixel_of(canvas, places["longitude"][name], places["latitude"][name])
    click(opened, x + 2, y - 2)
    (one,) = opened.shown
    assert one.name == name
    assert one.observed.station == name
    assert one.observed.metres < 0.01


def test_outside_of_the_maps_a_sentence_says_so(opened, click):
    click(opened, 3, 3)
    assert opened.bar.currentItem().text() == "This place lies outside of the maps."


def test_places_can_be_picked_while_files_are_opened(dock, explorable, canvas, click, until):
    dock.open(explorable / "maps")
    dock.controls.tools["point"].click()
    click(dock, 150, 210)
    until(lambda: not dock.reader.opening)
    click.settle(dock)
    assert sorted(dock.shown[0].values) == ["coarse", "fine", "rain", "sd"]
    assert dock.progress.isHidden()
    assert dock.stop_button.isHidden()


def test_what_opens_maps_is_loaded_beside_the_window(dock, explorable, click, until, monkeypatch):
    import sys

    from qgis.core import QgsGeometry, QgsPointXY

    from soilsharp.ui.series import reader

    monkeypatch.setattr(reader, "NEEDED", "colorsys")  # stands for what takes long
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    dock.open(explorable / "maps")
    assert dock.reader.opening
    assert dock.reader.explored is None
    dock.show_geometry(QgsGeometry.fromPointXY(QgsPointXY(0, 0)))
    assert dock.bar.currentItem().text().startswith("The maps are being opened")
    dock.open(explorable / "maps")  # once more before that is done
    until(lambda: not dock.reader.busy)
    assert "fine" in dock.reader.explored.series
    assert dock.bar.currentItem() is None
    click(dock, 150, 210)
    assert sorted(dock.shown[0].values) == ["coarse", "fine", "rain", "sd"]


def test_the_plot_keeps_its_panels_and_shows_the_last_places_alone(opened, click):
    click(opened, 150, 210)
    panels, first = list(opened.plot._panels), list(opened.plot._panels[0].lines)
    click(opened, 200, 200)
    assert opened.plot._panels == panels
    assert set(panels[0].lines) & set(first) == {opened.plot._movers[0], opened.plot._pointers[0]}
    (bars,) = panels[1].collections
    _, rain = opened.shown[0].values["rain"]
    heights = sorted(path.vertices[:, 1].max() for path in bars.get_paths())
    np.testing.assert_allclose(heights, sorted(rain[rain > 0]), rtol=1e-6)
    opened.clear()
    click.settle(opened)
    assert len(opened.plot._panels) == 1
    assert panels[0].texts[0].get_text().startswith("Click into the map")
    assert not panels[1].get_visible()


# --- the day ----------------------------------------------------------------------------------------------------------


def shown_by(canvas):
    """Return the day that the temporal controller shows."""
    controller = canvas.temporalController()
    frame = controller.dateTimeRangeForFrameNumber(controller.currentFrameNumber())
    return frame.begin().toUTC().date().toString("yyyy-MM-dd")


def test_the_line_moves_the_controller_and_the_controller_the_line(opened, canvas, click, qgis):
    click(opened, 150, 210)
    sent, changes = [], []
    opened.plot.day_chosen.connect(sent.append)
    canvas.temporalController().updateTemporalRange.connect(lambda shown: changes.append(shown))
    click(opened, *over(opened.plot, "2023-05-06"), widget=opened.plot.canvas)
    assert sent == ["2023-05-06"]
    assert shown_by(canvas) == opened.plot.day == "2023-05-06"
    assert canvas.temporalController().totalFrameCount() == 16
    assert "2023-05-06  Place 1: fine 0." in opened.values.text()
    assert "± 0.030" in opened.values.text()
    changes.clear()
    canvas.temporalController().setCurrentFrameNumber(11)
    qgis.processEvents()
    assert opened.plot.day == "2023-05-12"
    assert "2023-05-12" in opened.values.text()
    assert sent == ["2023-05-06"]
    assert len(changes) == 1


def test_dragging_goes_day_by_day_and_says_each_once(opened, canvas, click, move):
    from qgis.PyQt.QtCore import QPoint, Qt
    from qgis.PyQt.QtTest import QTest

    click(opened, 150, 210)
    sent, plot = [], opened.plot
    plot.day_chosen.connect(sent.append)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    days = ["2023-05-03", "2023-05-04", "2023-05-05", "2023-05-06"]
    QTest.mousePress(plot.canvas, left, none, QPoint(*over(plot, days[0])))
    for day in days[1:]:
        for shift in (-1, 0, 1):  # several moves within a day
            x, y = over(plot, day)
            move(plot.canvas, x + shift, y, left)
    QTest.mouseRelease(plot.canvas, left, none, QPoint(*over(plot, days[-1])))
    assert sent == days
    assert shown_by(canvas) == days[-1]
    move(plot.canvas, *over(plot, days[0]))
    assert plot.day == days[-1]


@pytest.mark.parametrize(("key", "day"), [("Left", "2023-05-05"), ("Right", "2023-05-07"), ("Home", "2023-05-01"),
                                      ("End", "2023-05-16"), ("PageUp", "2023-05-01")])  # fmt: skip
def test_keys_move_the_day(opened, canvas, click, key, day):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    click(opened, 150, 210)
    opened.plot.choose_day("2023-05-06")
    QTest.keyClick(opened.plot.canvas, getattr(Qt.Key, f"Key_{key}"))
    assert opened.plot.day == shown_by(canvas) == day


def test_the_pointer_tells_values_and_moves_nothing_else(opened, click, move):
    click(opened, 150, 210)
    drawn, size = [], opened.plot.canvas.size()
    opened.plot.canvas.mpl_connect("draw_event", drawn.append)
    move(opened.plot.canvas, *over(opened.plot, "2023-05-09"))
    click.settle(opened)
    assert opened.values.text().startswith("2023-05-09  Place 1: fine 0.")
    assert opened.plot.day == ""
    assert opened.plot.canvas.size() == size
    assert not drawn  # neither did the values take their room from the plot


# --- runs and the end -------------------------------------------------------------------------------------------------


def test_the_runs_of_the_project_are_offered_and_the_first_is_opened(dock, explorable, until):
    from qgis.core import QgsProject, QgsRasterLayer

    layers = [
        QgsRasterLayer(str(path), path.stem)
        for path in (*sorted((explorable / "maps").glob("sm_*.tif"))[:2], *(explorable / "maps" / "sd").glob("*01.tif"))
    ]
    QgsProject.instance().addMapLayers(layers)
    until(lambda: dock.reader.explored is not None and not dock.reader.opening)
    assert [dock.controls.runs.itemData(row) for row in range(dock.controls.runs.count())] == [str(explorable / "maps")]
    assert dock.controls.runs.currentText().endswith("/maps")
    assert "fine" in dock.reader.explored.series


def test_a_folder_without_maps_is_told(dock, tmp_path, until):
    dock.open(tmp_path)
    until(lambda: not dock.reader.opening)
    assert "holds neither maps nor a study" in dock.bar.currentItem().text()


def test_leaving_while_files_are_opened_leaves_nothing_behind(dock, explorable, canvas):
    dock.open(explorable / "maps")
    dock.leave()
    assert not dock.reader.opening
    assert dock.reader.explored is None
    assert canvas.mapTool() is None


def test_what_is_drawn_in_the_map_goes_with_the_dock(opened, canvas, click):
    before = len(canvas.scene().items())
    click(opened, 150, 210)
    click(opened, 180, 210, more=True)
    assert len(canvas.scene().items()) == before + 2
    opened.leave()
    assert len(canvas.scene().items()) == before
    assert canvas.mapTool() is None
    canvas.temporalController().setCurrentFrameNumber(0)  # nobody listens any more


def test_a_place_can_be_seen_on_a_map_of_its_own_colour(opened, canvas, click, qgis):
    from qgis.PyQt.QtGui import QColor

    click(opened, 150, 210)
    own = QColor(opened.shown[0].colour)
    canvas.setCanvasColor(own)
    canvas.refresh()
    canvas.waitWhileRendering()
    qgis.processEvents()
    picture = canvas.grab().toImage()
    around = [picture.pixelColor(x, y) for x in range(135, 166) for y in range(195, 226)]
    assert own in around
    assert any(colour.lightness() > own.lightness() + 80 for colour in around)


# --- polygons, transects, stations ------------------------------------------------------------------------------------


def test_a_polygon_drawn_by_clicks_is_the_mean_of_its_pixels(opened, canvas, click):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    opened.controls.tools["polygon"].click()
    for x, y in ((140, 160), (260, 160), (260, 260), (300, 300)):
        click(opened, x, y)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    click(opened, 140, 260)
    click(opened, 10, 10, button=Qt.MouseButton.RightButton)
    (one,) = opened.shown
    assert one.name == "Polygon 1"
    series = opened.reader.explored.series["fine"]
    rows, columns = one.place.cells(series.grid)
    assert len(rows) > 50
    source = series._files[3][1]
    np.testing.assert_allclose(one.values["fine"][1][3], np.nanmean(source.read(rows, columns)), rtol=1e-6)


def test_a_transect_shows_its_profile_on_the_day_of_the_line(opened, canvas, click, qgis):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    opened.controls.tools["line"].click()
    click(opened, 120, 200)
    click(opened, 280, 220)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    click.settle(opened)
    assert opened.tabs.currentWidget() is opened.profile
    assert [one.name for one in opened.shown] == ["Transect 1"]
    metres, fine = opened.profile.profile["fine"]
    assert opened.profile.day == "2023-05-01"
    assert len(fine) > 10
    assert (np.diff(metres) > 0).all()
    canvas.temporalController().setNavigationMode(canvas.temporalController().NavigationMode.Animated)
    opened.plot.choose_day("2023-05-07")
    click.settle(opened)
    assert opened.profile.day == "2023-05-07"
    assert not np.array_equal(opened.profile.profile["fine"][1], fine)
    assert opened.profile.figure.axes[0].get_xlabel() == "Distance along Transect 1 (km)"


def test_escape_takes_back_what_was_drawn(opened, canvas, click):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    opened.controls.tools["line"].click()
    before = len(canvas.scene().items())
    click(opened, 120, 200)
    assert len(canvas.scene().items()) == before + 1
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert len(canvas.scene().items()) == before
    assert opened.shown == []


def test_a_station_is_chosen_by_keys_and_stands_against_the_map(opened, click):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    box = opened.controls.stations
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Down)
    opened.show_station(box.currentText())
    click.settle(opened)
    (one,) = opened.shown
    assert one.name == one.observed.station == box.itemText(1)
    observed, fine = one.pairs()
    assert len(observed) == len(fine) > 5
    assert not opened.against.figure.axes  # what is not seen is not drawn
    opened.tabs.setCurrentWidget(opened.against)
    (words,) = opened.against.figure.axes[0].texts
    assert words.get_text().startswith(f"n {len(observed)}\nR ")


def test_a_part_of_a_station_is_typed_and_an_empty_box_says_what_it_is_for(opened, click):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    box = opened.controls.stations
    inside = box.lineEdit().grab().toImage()
    places = [(x, y) for x in range(4, 60) for y in range(3, inside.height() - 3)]
    assert len({inside.pixel(*place) for place in places}) > 1, "nothing is written in the box"
    name = box.itemText(3)
    box.setFocus()
    QTest.keyClicks(box, name[1:])
    popup = box.completer().popup()
    assert [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())] == [name]
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    click.settle(opened)
    assert [one.name for one in opened.shown] == [name]


def test_letters_that_no_station_has_show_none(opened, click):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    box = opened.controls.stations
    before = box.count()
    QTest.keyClicks(box, "nowhere")
    QTest.keyClick(box, Qt.Key.Key_Return)
    click.settle(opened)
    assert not opened.shown
    assert box.count() == before


def test_coordinates_are_typed_and_what_is_none_is_told(opened, click):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    places, field = opened.reader.explored.stations.places, opened.controls.coordinates
    QTest.keyClicks(field, f"{places['longitude'].iloc[2]:.6f}, {places['latitude'].iloc[2]:.6f}")
    QTest.keyClick(field, Qt.Key.Key_Return)
    click.settle(opened)
    assert opened.shown[0].observed.station == places.index[2]
    field.clear()
    QTest.keyClicks(field, "here, there")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert opened.bar.currentItem().text().startswith("Write longitude and latitude")


def test_selected_features_are_shown(opened, click, qgis):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    assert opened._active_layer() is None
    opened.controls.selected_button.click()
    assert opened.bar.currentItem().text().startswith("Nothing is selected")
    layer = QgsVectorLayer("Polygon?crs=EPSG:3035", "fields", "memory")
    left, bottom, _right, _top = opened.reader.explored.series["fine"].grid.bounds
    for shift in (4000, 12000, 20000):
        feature = QgsFeature()
        x, y = left + shift, bottom + shift
        feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({x} {y},{x + 5000} {y},{x} {y + 5000},{x} {y}))"))
        layer.dataProvider().addFeature(feature)
    layer.dataProvider().addFeature(QgsFeature())  # one without a place
    layer.selectByIds([1, 3, 4])
    opened._active_layer = lambda: layer
    opened.controls.selected_button.click()
    click.settle(opened)
    assert [one.name for one in opened.shown] == ["Polygon 1", "Polygon 2"]
    assert all(np.isfinite(one.values["fine"][1]).all() for one in opened.shown)


# --- saving -----------------------------------------------------------------------------------------------------------


def test_the_days_of_all_places_are_saved_with_their_units(opened, click, tmp_path):
    import pandas as pd

    from soilsharp.ui.series.saving import save_picture, save_table

    click(opened, 150, 210)
    click(opened, 250, 150, more=True)
    save_table(opened.shown, opened.reader.explored, tmp_path / "days.csv")
    text = (tmp_path / "days.csv").read_text(encoding="utf-8")
    assert text.startswith("# soil moisture in m3 m-3, places in degrees; Rain (mm)\nplace,longitude,latitude,date,")
    table = pd.read_csv(tmp_path / "days.csv", comment="#")
    own = table[table["place"] == "Place 2"]
    days, values = opened.shown[1].values["fine"]
    np.testing.assert_array_equal(own["date"], days.astype(str))
    np.testing.assert_allclose(own["fine"], values, rtol=1e-6)
    np.testing.assert_allclose(own["fine_sd"], 0.03, rtol=1e-6)
    save_picture(opened.plot.figure, tmp_path / "days.png")
    assert (tmp_path / "days.png").read_bytes().startswith(b"\x89PNG")


def test_a_dialog_to_save_begins_in_the_folder_of_the_run_and_then_where_one_saved_last(opened, tmp_path, monkeypatch):
    from qgis.core import QgsSettings
    from qgis.PyQt.QtWidgets import QFileDialog

    from soilsharp.ui.series.saving import SAVED, ask_for

    QgsSettings().remove(SAVED)
    begun = []

    def chosen(parent, title, begin, kinds):
        begun.append(begin)
        return str(tmp_path / "mine"), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
    assert ask_for(opened, "", "csv", "", opened._folder) == str(tmp_path / "mine.csv")
    assert ask_for(opened, "", "png", "", opened._folder) == str(tmp_path / "mine.png")
    assert begun == [str(opened.reader.explored.related.folder / "series.csv"), str(tmp_path / "series.png")]
    QgsSettings().remove(SAVED)


def test_without_a_place_no_table_is_written(opened, tmp_path):
    from soilsharp.core.base.errors import InputError
    from soilsharp.ui.series.saving import save_table

    with pytest.raises(InputError, match="pick one in the map"):
        save_table([], opened.reader.explored, tmp_path / "days.csv")
    assert not list(tmp_path.iterdir())


def test_a_dock_that_is_closed_keeps_no_file_open_and_opens_them_again(opened, click, until, qgis):
    click(opened, 150, 210)
    path = opened.reader.path
    opened.close()
    assert opened.reader.explored is None
    assert opened.shown == []
    opened.show()
    until(lambda: opened.reader.explored is not None and not opened.reader.busy)
    assert opened.reader.path == path


# --- flags ------------------------------------------------------------------------------------------------------------


def test_days_dragged_over_in_the_plot_are_proposed_for_the_station(opened, canvas, click, move, monkeypatch):
    from qgis.PyQt.QtCore import QPoint, Qt
    from qgis.PyQt.QtTest import QTest

    from soilsharp.ui import flags

    asked = []

    def look(window):
        days = (field.date().toString("yyyy-MM-dd") for field in (window.first, window.last))
        asked.append((window.station.currentText(), *days))

    monkeypatch.setattr(flags.FlagsWindow, "exec", look)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier

    def drag(first, last):
        plot = opened.plot
        QTest.mousePress(plot.canvas, left, none, QPoint(*over(plot, first)))
        move(plot.canvas, *over(plot, last), left)
        assert plot._span is not None
        QTest.mouseRelease(plot.canvas, left, none, QPoint(*over(plot, last)))
        assert plot._span is None

    station = str(opened.reader.explored.stations.places.index[2])
    opened.show_station(station)
    click.settle(opened)
    before = opened.plot.day
    QTest.mouseClick(opened.controls.flag_button, left, none, opened.controls.flag_button.rect().center())
    drag("2023-05-09", "2023-05-05")
    assert asked == [(station, "2023-05-05", "2023-05-09")]
    assert opened.plot.day == before  # the line of the day stays where it is
    QTest.mouseClick(opened.controls.flag_button, left, none, opened.controls.flag_button.rect().center())
    assert not opened.plot.spanning
