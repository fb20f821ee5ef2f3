# SPDX-License-Identifier: GPL-2.0-or-later
"""The page Analyse, by keys and mouse: what a run has made is offered, and the rest is typed."""

import numpy as np
import pandas as pd
import pytest


def go(window, key):
    """Go to the page of a key and return it."""
    row = next(i for i, page in enumerate(window.pages) if page.page.key == key)
    window.steps.setCurrentRow(row)
    return window.pages[row]


@pytest.fixture
def analyse(qgis, window, study, region):
    """Return the page Analyse of a study whose maps are the truth."""
    window.open_study(study.path)
    window._learn({"maps": str(region.truth)})
    return go(window, "analyse")


def choose(qgis, page, words):
    """Choose a way by keys: the box has the focus, and the words are typed until it stands there."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    page.choice.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page.choice, Qt.Key.Key_Home)
    for _ in range(page.choice.count()):
        if page.choice.currentText() == words:
            break
        QTest.keyClick(page.choice, Qt.Key.Key_Down)
    qgis.processEvents()
    assert page.choice.currentText() == words


def click(qgis, button):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qgis.processEvents()


def write(qgis, field, text):
    """Type into the line of a field."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QLineEdit

    line = field.findChild(QLineEdit)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(line, text)
    qgis.processEvents()


def test_squares_of_the_ground_are_offered_the_maps_and_the_study(qgis, window, study, region, analyse, message, until):
    choose(qgis, analyse, "Squares of the ground on a wet and a dry day")
    assert analyse.form.text("MAPS_FOLDER") == str(region.truth)
    assert analyse.form.text("STUDY") == str(study.path)
    click(qgis, window.run_button)
    until(lambda: window.run is None)
    table = pd.read_csv(study.folder / "squares.csv")
    assert sorted(name.split(",")[0] for name in table["map"].unique()) == ["driest", "wettest"], message()
    mean = table.groupby("map")["mean_sm"].mean()
    assert mean.idxmax().startswith("wettest")
    assert (study.folder / "landscape.html").exists()


def test_weather_stations_have_a_way_of_their_own(qgis, window, study, region, analyse, message, until):
    from qgis.PyQt.QtWidgets import QAbstractSpinBox

    from soilsharp.core.rasters.open import grid_of
    from soilsharp.core.rasters.raster import write_map

    maps = study.folder / "monthly"
    maps.mkdir()
    grid = grid_of(next(region.truth.glob("*.tif")))
    for month in range(1, 8):
        values = np.random.default_rng(month).uniform(0.1, 0.4, grid.shape).astype(np.float32)
        write_map(maps / f"sm_20230{month}15.tif", values, grid)
    stations = pd.read_csv(region.folder / "stations.csv")
    weather = stations.drop_duplicates("station")[["station", "longitude", "latitude"]].head(3)
    dates = pd.DataFrame({"date": [f"2023-0{month}-01" for month in range(1, 8)]})
    weather = weather.merge(dates, how="cross").assign(rain=lambda t: t.index * 7 % 5, warmth=lambda t: t.index * 3 % 8)
    weather.to_csv(study.folder / "weather.csv", index=False)

    window._learn({"maps": str(maps)})
    go(window, "validate")
    go(window, "analyse")
    choose(qgis, analyse, "Correlation with what weather stations measured")
    assert analyse.form.text("MAPS") == str(maps)
    click(qgis, window.run_button)
    assert "still empty" in message()
    write(qgis, analyse.form.fields["WEATHER"], str(study.folder / "weather.csv"))
    analyse.form.more.setCollapsed(False)
    qgis.processEvents()
    steps = analyse.form.fields["MIN_STEPS"]
    spin = steps if isinstance(steps, QAbstractSpinBox) else steps.findChild(QAbstractSpinBox)
    analyse._area.ensureWidgetVisible(spin)
    write(qgis, spin, "5")
    click(qgis, window.run_button)
    until(lambda: window.run is None)
    assert (study.folder / "weather_correlation.csv").exists(), message()
    table = pd.read_csv(study.folder / "weather_correlation.csv")
    assert table.groupby("station")["driver"].apply(list).tolist() == [["rain", "warmth"]] * 3
    assert (table["steps"] == 7).all()
