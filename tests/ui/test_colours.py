# SPDX-License-Identifier: GPL-2.0-or-later
"""What is drawn by hand can be read in the themes of QGIS, which are style sheets."""

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QDialog, QVBoxLayout

DIFFERENCE = 80  # of 255, between the lightness of a text and of what is behind it


@pytest.fixture(params=["default", "Night Mapping", "Blend of Gray"])
def theme(request, qgis):
    if request.param not in QgsApplication.uiThemes():
        pytest.skip(f"this QGIS has no theme {request.param}")
    palette, sheet = QPalette(QgsApplication.palette()), qgis.styleSheet()
    if request.param != "default":
        QgsApplication.setUITheme(request.param)
    yield request.param
    qgis.setStyleSheet(sheet)
    QgsApplication.setPalette(palette)  # QGIS itself leaves that of the theme


def differ(ink, back):
    return abs(QColor(ink).lightness() - QColor(back).lightness()) > DIFFERENCE


@pytest.fixture
def dialog(theme, delete):
    dialog = QDialog()
    yield dialog
    delete(dialog)


def show_in(dialog, widget):
    QVBoxLayout(dialog).addWidget(widget)
    dialog.resize(500, 300)
    dialog.show()
    QgsApplication.processEvents()


def test_bars_can_be_read(dialog):
    from soilsharp.ui.chart import ErrorBars
    from soilsharp.ui.colours import seen_palette

    bars = ErrorBars()
    show_in(dialog, bars)
    bars.show_bars([{"product": name, "rmse": 0.05, "colour": "#14507d"} for name in ("map", "coarse")])
    palette = seen_palette(bars._label)
    ink = palette.color(QPalette.ColorRole.WindowText)
    assert differ(ink, palette.color(QPalette.ColorRole.Window))
    picture = dialog.grab().toImage()
    drawn = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert palette.color(QPalette.ColorRole.Window).name() in drawn, "that is what is behind the bars"
    assert any(abs(QColor(name).lightness() - ink.lightness()) < 25 for name in drawn)


def test_plots_of_the_dock_can_be_read(dialog):
    from soilsharp.ui.series.plot import DaysPlot

    plot = DaysPlot()
    show_in(dialog, plot)
    assert differ(plot.theme.text, plot.theme.back)
    assert differ(plot.theme.text, plot.theme.base)


def test_the_numbers_of_the_steps_can_be_read(dialog):
    from soilsharp.ui.pages import pages
    from soilsharp.ui.steps import StepList

    steps = StepList(pages())
    show_in(dialog, steps)
    picture = steps.item(4).icon().pixmap(steps.iconSize()).toImage()
    back = steps.palette().color(QPalette.ColorRole.Base)
    places = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
    drawn = [picture.pixelColor(x, y) for x, y in places if picture.pixelColor(x, y).alpha() == 255]
    assert max(abs(colour.lightness() - back.lightness()) for colour in drawn) > DIFFERENCE / 2
