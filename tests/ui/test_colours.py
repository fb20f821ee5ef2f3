# SPDX-License-Identifier: GPL-2.0-or-later
"""What is drawn by hand can be read in the themes of QGIS, which are style sheets."""

import re

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QDialog, QVBoxLayout

LEAST_CONTRAST = 4.5  # of text, as WCAG has it
LEAST_OF_SHAPES = 3.0  # of what is drawn, as WCAG has it
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


def contrast(ink, back):
    """Return the ratio of luminances that WCAG asks of text."""

    def luminance(colour):
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(QColor(ink)), luminance(QColor(back))))
    return (high + 0.05) / (low + 0.05)


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


def test_warnings_and_errors_can_be_read(dialog, theme):
    from qgis.PyQt.QtWidgets import QLabel, QTextBrowser

    from soilsharp.ui.colours import seen_palette, told
    from soilsharp.ui.run import COMMAND, ERROR, INFO, WARNING

    label, lines, hidden = QLabel("told"), QTextBrowser(), QLabel(dialog)
    hidden.hide()
    show_in(dialog, label)
    dialog.layout().addWidget(lines)
    backs = {label: seen_palette(hidden).color(QPalette.ColorRole.Window)}
    for widget in (label, lines):
        back = backs.get(widget) or widget.palette().color(QPalette.ColorRole.Base)
        for kind in (WARNING, ERROR, COMMAND):
            colour = re.search("#[0-9a-f]{6}", told(kind, widget, "words"))
            if theme == "Blend of Gray":
                assert colour is None, "none can be read on its greys"
            else:
                assert contrast(colour[0], back) > LEAST_CONTRAST, (kind, back.name())
        assert told(INFO, widget, "words") == "words"


def test_a_long_name_leaves_room_for_its_bar(dialog):
    from soilsharp.ui.chart import SHORTEST, ErrorBars

    bars = ErrorBars()
    show_in(dialog, bars)
    dialog.layout().addStretch(1)
    long = "Linear (ridge), per 16 days + Gradient boosting (LightGBM) + Random forest + Support vectors"
    bars.show_bars([{"product": name, "rmse": 0.05, "colour": "#ff0000"} for name in (long, "coarse")])
    QgsApplication.processEvents()
    picture = bars.grab().toImage()
    red = [
        x for x in range(picture.width()) if picture.pixelColor(x, 30).red() > 200 > picture.pixelColor(x, 30).green()
    ]
    assert len(red) >= SHORTEST - 10
    assert long in bars.toolTip()


def test_the_name_of_the_usual_blend_is_whole_beside_its_bar(dialog):
    from qgis.PyQt.QtCore import Qt

    from soilsharp.ui.chart import ErrorBars

    bars = ErrorBars()
    show_in(dialog, bars)
    name = "Linear (ridge), per 16 days + Gradient boosting (LightGBM)"
    dialog.resize(bars.fontMetrics().horizontalAdvance(name) + 240, 300)  # more than half of it is the name's
    bars.show_bars([{"product": product, "rmse": 0.05, "colour": "#ff0000"} for product in (name, "coarse")])
    QgsApplication.processEvents()
    assert bars.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, bars.room_for_names()) == name


def test_links_of_results_can_be_read(dialog, theme):
    from qgis.PyQt.QtWidgets import QLabel

    from soilsharp.ui.colours import seen_palette, with_links

    label, hidden = QLabel(), QLabel(dialog)
    hidden.hide()
    show_in(dialog, label)
    words = with_links(label, "<a href='here'>Report</a>")
    colour = re.search("#[0-9a-f]{6}", words)
    back = seen_palette(hidden).color(QPalette.ColorRole.Window)
    if theme == "Night Mapping":
        assert contrast(colour[0], back) > LEAST_CONTRAST
    else:
        assert colour is None, "the theme's own"


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


def test_all_steps_are_in_sight_in_a_window_of_700_pixels(theme, qgis):
    from soilsharp.ui.workflow import WorkflowWindow

    window = WorkflowWindow()
    window.resize(960, 700)
    window.show()
    qgis.processEvents()
    most = window.steps.verticalScrollBar().maximum()
    window.close()
    assert most == 0


def test_the_axes_of_the_icon_of_training_can_be_seen(dialog):
    from qgis.PyQt.QtGui import QIcon
    from qgis.PyQt.QtWidgets import QLabel

    from soilsharp.ui.page import ICONS

    label = QLabel()
    show_in(dialog, label)
    picture = QIcon(str(ICONS / "training.svg")).pixmap(96, 96).toImage()
    across = [picture.pixelColor(60, y) for y in range(78, 91)]  # the lower axis, right of all else
    drawn = [colour for colour in across if colour.alpha() == 255]
    back = dialog.palette().color(QPalette.ColorRole.Window)
    assert max(contrast(colour, back) for colour in drawn) > LEAST_OF_SHAPES
