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
