# SPDX-License-Identifier: GPL-2.0-or-later
"""The covariates of a folder are shown before anything runs, without keeping the window waiting."""

import shutil
from threading import Event

import numpy as np
import pytest

from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.raster import write_map


@pytest.fixture
def covariates(tmp_path):
    """Return a folder with sand, and NDVI of two days."""
    folder = tmp_path / "my covariates ä"
    (folder / "ndvi").mkdir(parents=True)
    grid = Grid.from_bounds("EPSG:32633", 1000, (500000, 5500000, 502000, 5502000))
    for name in ("sand", "ndvi/a_2023-05-01", "ndvi/a_2023-05-17"):
        write_map(folder / f"{name}.tif", np.ones((2, 2), "float32"), grid, unit="")
    return folder


@pytest.fixture
def form(window):
    """Return the form of the page Study."""
    keys = [page.page.key for page in window.pages]
    window.steps.setCurrentRow(keys.index("study"))
    return window.page.form


@pytest.fixture
def shown(form):
    from soilsharp.ui.covariates import CovariatesTable

    return form.findChild(CovariatesTable)


def rows(shown):
    table = shown.table
    return [[table.item(r, c).text() for c in range(table.columnCount())] for r in range(table.rowCount())]


def test_a_folder_is_shown_as_it_is_recognised(form, shown, until, covariates):
    assert not shown.isVisible()
    form.set("COVARIATES", str(covariates))
    until(lambda: shown.table.rowCount())
    assert rows(shown) == [
        ["sand", "sand, silt or clay", "1", "all", "", "%?"],
        ["ndvi", "NDVI", "2", "2023-05-01 –\n2023-05-17", "linear", "1?"],
    ]
    assert shown.isVisible()
    assert shown.table.isVisible()
    form.set("COVARIATES", "")
    until(lambda: not shown.isVisible())


def test_what_is_wrong_is_one_line(form, shown, until, covariates):
    shutil.copy(covariates / "sand.tif", covariates / "ndvi" / "sand.tif")
    form.set("COVARIATES", str(covariates))
    until(lambda: "Two covariates are called 'sand'" in shown.words.text())
    assert "\n" not in shown.words.text()
    assert not shown.table.isVisible()
    form.set("COVARIATES", str(covariates / "none"))
    until(lambda: "none is no folder" in shown.words.text())


def test_a_slow_disk_keeps_nobody_waiting(form, shown, until, covariates, monkeypatch):
    from soilsharp.core.study import recognise

    gate, stopped, true_overview = Event(), [], recognise.overview

    def slow(folder, progress):
        if folder.endswith("slow"):
            gate.wait(600)
            stopped.append(progress)
            progress.check()
            return [("old", "", "1", "", "", "", "")]
        return true_overview(folder, progress)

    monkeypatch.setattr(recognise, "overview", slow)
    (covariates.parent / "slow").mkdir()
    form.set("COVARIATES", str(covariates.parent / "slow"))
    until(lambda: "Looking" in shown.words.text())
    form.set("COVARIATES", str(covariates))
    until(lambda: shown.table.rowCount() == 2)
    assert stopped == []
    gate.set()
    until(lambda: stopped)
    until(lambda: True)
    assert [row[0] for row in rows(shown)] == ["sand", "ndvi"]


def test_a_window_may_go_while_it_looks(form, shown, until, covariates, delete, monkeypatch):
    from soilsharp.core.study import recognise

    gate, begun, ended = Event(), [], []

    def slow(folder, progress):
        begun.append(folder)
        gate.wait(600)
        ended.append(folder)
        return []

    monkeypatch.setattr(recognise, "overview", slow)
    form.set("COVARIATES", str(covariates))
    until(lambda: begun)
    delete(shown)
    assert ended == []
    gate.set()
    until(lambda: ended)
    assert ended == begun == [str(covariates)]


def _press(widget):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def _choose(box, text):
    """Choose an entry of a list by the keys."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.count()):
        if box.currentText() == text:
            return
        QTest.keyClick(box, Qt.Key.Key_Down)
    raise AssertionError(f"{text} is not offered, but {[box.itemText(i) for i in range(box.count())]}")


def test_a_derived_covariate_is_added_by_mouse_and_keys(form, shown, until, covariates):
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QDialogButtonBox

    from soilsharp.ui.derived import DerivedDialog

    form.set("COVARIATES", str(covariates))
    form.set("RULES", "")
    until(lambda: shown.table.rowCount())
    for expected, kind in (
        ("ndvi_mean_20d = ndvi: mean_before 20", "Mean over the days before"),
        ("sand_minus_ndvi = sand - ndvi", "Difference of two covariates"),
    ):
        _press(shown.derive)
        dialog = shown.findChildren(DerivedDialog)[-1]
        ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
        _choose(dialog.kind, kind)
        if dialog.days.isVisible():
            dialog.days.selectAll()
            QTest.keyClicks(dialog.days, "20")
        else:
            assert not ok.isEnabled()  # a covariate less itself
            _choose(dialog.second, "ndvi")
        assert dialog.rule() == expected
        _press(ok)
        until(lambda expected=expected: form.text("RULES").endswith(expected))
    assert form.text("RULES") == "ndvi_mean_20d = ndvi: mean_before 20; sand_minus_ndvi = sand - ndvi"
