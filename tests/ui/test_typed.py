# SPDX-License-Identifier: GPL-2.0-or-later
"""Days are chosen in a calendar and columns from a list of what the table has, by mouse and by keys; typing goes on."""

import pytest


@pytest.fixture
def form(qgis, delete):
    """Return a function that shows the form of an algorithm with all of its settings unfolded."""
    from soilsharp.ui.form import AlgorithmForm

    made = []

    def show(name):
        form = AlgorithmForm(f"soilsharp:{name}")
        form.more.setCollapsed(False)
        form.resize(700, 1400)
        form.show()
        qgis.processEvents()
        made.append(form)
        return form

    yield show
    for one in made:
        one.close()
        delete(one)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "my table.csv"
    path.write_text("place;day;sm;ndvi;rain\na;2023-05-01;0,2;0,5;1\n", encoding="utf-8")
    return str(path)


def _key(widget, key, modifier=None):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    QTest.keyClick(widget, key, modifier or Qt.KeyboardModifier.NoModifier)


def test_a_day_is_chosen_in_a_calendar_by_keys(form, qgis):
    from qgis.PyQt.QtCore import Qt

    shown = form("downscale_series")
    field = shown.fields["START"]
    assert (field.text(), field.placeholderText()) == ("", "not set")
    assert not shown.values()["START"]
    shown.set("START", "2023-05-01")
    field.setFocus()
    _key(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert field.calendar.isVisible()
    inner = qgis.focusWidget()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        _key(inner, key)
    assert not field.calendar.isVisible()
    assert shown.values()["START"] == "2023-05-09"
    assert shown.text("END") == "", "the other day is still not set"


def test_a_day_is_chosen_in_a_calendar_by_the_mouse_near_the_last_one(form, qgis):
    from qgis.PyQt.QtCore import QDate, Qt
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QTableView, QToolButton

    shown = form("downscale_series")
    field, other = shown.fields["START"], shown.fields["END"]
    field.write("2021-02-03")
    (button,) = field.findChildren(QToolButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert field.calendar.isVisible()
    assert field.calendar.selectedDate() == QDate(2021, 2, 3)
    view = field.calendar.findChild(QTableView)
    cell = next(
        view.model().index(row, column)
        for row in range(1, view.model().rowCount())
        for column in range(view.model().columnCount())
        if view.model().index(row, column).data() == 17
    )
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(cell).center())
    assert shown.values()["START"] == "2021-02-17"
    other.open_calendar()
    assert other.calendar.selectedDate() == QDate(2021, 2, 17)
    other.calendar.hide()


def test_what_is_typed_counts(form):
    from qgis.PyQt.QtTest import QTest

    shown = form("downscale_series")
    told = []
    shown.wrappers["END"].widgetValueHasChanged.connect(told.append)
    QTest.keyClicks(shown.fields["END"], " 2023-06-3 ")
    assert shown.values()["END"] == "2023-06-3", "to be refused by the algorithm, in words"
    assert told


def _open(field):
    """Open the list of a field by Alt+Down, and return what it offers."""
    from qgis.PyQt.QtCore import Qt

    field.setFocus()
    _key(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    return [field.itemText(row) for row in range(field.count())]


def test_a_column_is_chosen_from_those_of_the_table(form, table):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    shown = form("sample_table")
    field = shown.fields["STATION"]
    assert _open(field) == []
    field.hidePopup()
    shown.set("INPUT", table)
    assert _open(field) == ["place", "day", "sm", "ndvi", "rain"]
    assert field.words() == "", "a list that was opened has chosen nothing yet"
    view = field.view()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(0, 0)).center())
    assert shown.values()["STATION"] == "place"
    QTest.keyClicks(field, "_2")
    assert shown.values()["STATION"] == "place_2", "a name that the table lacks may be typed"


def test_several_columns_are_taken_in_and_out(form, table):
    from qgis.PyQt.QtCore import Qt

    shown = form("sample_table")
    shown.set("INPUT", table)
    field = shown.fields["COVARIATES"]
    field.write("elsewhere, rain")
    for wanted, then in (("ndvi", "elsewhere, rain, ndvi"), ("rain", "elsewhere, ndvi")):
        row = _open(field).index(wanted)
        checked = Qt.CheckState(field.itemData(row, Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        assert checked == (wanted == "rain")
        field.view().setCurrentIndex(field.model().index(row, 0))
        _key(field.view(), Qt.Key.Key_Return)
        assert shown.values()["COVARIATES"] == then


def test_columns_of_a_layer_and_of_no_table(region, tmp_path):
    from soilsharp.ui.typed import columns_of

    (tmp_path / "no.csv").write_text("")
    assert columns_of("") == columns_of(str(tmp_path / "no.csv")) == columns_of(str(tmp_path / "none.gpkg")) == []
    assert "soil_moisture" in columns_of(str(next(region.folder.rglob("stations*.csv"))))


def test_covariates_and_stations_are_chosen_from_those_of_the_study(form, region):
    from qgis.PyQt.QtCore import Qt

    from soilsharp.core.study.study import Study

    study = Study.read(region.study)
    shown = form("physical_downscaling")
    field = shown.fields["TEMPERATURE"]
    assert _open(field) == []
    field.hidePopup()
    shown.set("STUDY", str(region.study))
    row = _open(field).index("lst")
    assert [field.itemText(number) for number in range(field.count())] == list(study.covariates)
    field.view().setCurrentIndex(field.model().index(row, 0))
    _key(field.view(), Qt.Key.Key_Return)
    assert shown.values()["TEMPERATURE"] == "lst"
    names = list(study.stations().places.index)
    shown = form("validate_stations")
    field = shown.fields["SERIES_STATIONS"]
    shown.set("STUDY", str(region.study))
    for name in names[1::-1]:
        row = _open(field).index(name)
        assert field.count() == len(names)
        field.view().setCurrentIndex(field.model().index(row, 0))
        _key(field.view(), Qt.Key.Key_Return)
    assert shown.values()["SERIES_STATIONS"] == f"{names[1]}, {names[0]}"
    shown.set("STATIONS", str(region.study))  # which is no table
    assert _open(field) == []
    field.hidePopup()


@pytest.mark.parametrize("name", ["downscale_series", "train_linear"])
def test_dialogs_of_qgis_have_them_too(qgis, name, delete, monkeypatch):
    from processing.gui.AlgorithmDialog import AlgorithmDialog
    from qgis.PyQt.QtWidgets import QWidget

    from soilsharp.ui.typed import DayField, NameField

    algorithm = qgis.processingRegistry().createAlgorithmById(f"soilsharp:{name}")
    parent = QWidget()
    dialog = AlgorithmDialog(algorithm, parent=parent)
    assert dialog.findChildren(DayField if name == "downscale_series" else NameField)
    dialog.close()
    delete(dialog)
    delete(parent)


# --- folders, files and archives --------------------------------------------------------------------------------------


def _choose(qgis, field, words, path):
    """Click a button of a field, choose a path in the dialog that opens, and press Enter."""
    from qgis.PyQt.QtCore import Qt, QTimer
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QFileDialog, QLineEdit, QToolButton

    buttons = field.findChildren(QToolButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
    (button,) = [one for one in buttons if one.toolTip() == words]

    def answer():
        dialog = qgis.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        name.setText(str(path))
        QTest.keyClick(name, Qt.Key.Key_Return)

    QTimer.singleShot(0, answer)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("name", ["import_ismn", "import_smap", "import_ameriflux"])
def test_a_folder_and_an_archive_are_chosen_by_buttons(form, qgis, tmp_path, name):
    archive, folder = tmp_path / "a.zip", tmp_path / "downloads"
    archive.write_bytes(b"PK")
    folder.mkdir()
    shown = form(name)
    field = shown.fields["INPUT"]
    _choose(qgis, field, "Choose a file or an archive", archive)
    assert shown.values()["INPUT"] == str(archive)
    _choose(qgis, field, "Choose a folder", folder)
    assert shown.values()["INPUT"] == str(folder)
    shown.set("INPUT", "downloads/*.h5")
    assert shown.values()["INPUT"] == "downloads/*.h5"


def test_a_folder_may_be_dropped(form, tmp_path):
    from qgis.PyQt.QtCore import QMimeData, QPoint, Qt, QUrl
    from qgis.PyQt.QtGui import QDropEvent

    shown = form("import_ismn")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    shown.fields["INPUT"].dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    assert shown.values()["INPUT"] == str(tmp_path)


def test_the_field_stands_in_the_toolbox_dialog_too(qgis, delete, tmp_path):
    from processing.gui.AlgorithmDialog import AlgorithmDialog
    from qgis.core import QgsApplication

    dialog = AlgorithmDialog(QgsApplication.processingRegistry().createAlgorithmById("soilsharp:import_ismn"))
    dialog.show()
    qgis.processEvents()
    field = dialog.mainWidget().wrappers["INPUT"].widget
    _choose(qgis, field, "Choose a folder", tmp_path)
    assert dialog.createProcessingParameters()["INPUT"] == str(tmp_path)
    dialog.close()
    delete(dialog)
