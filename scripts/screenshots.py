# SPDX-License-Identifier: GPL-2.0-or-later
"""Takes the pictures of the documentation: works through a small region in a real QGIS and looks at it.

`make images` runs this on a screen of its own. Outside QGIS the script starts QGIS with itself; inside it works. After
the pictures of the documentation come those of every window, in build/windows/, to be looked at: light, dark, at twice
the size, and in Spanish. `screenshots.py dark` takes only one of these sets.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from functools import partial
from pathlib import Path

INSIDE = "SOILSHARP_IMAGES"  # the folder that pictures go into
SET = "SOILSHARP_IMAGES_SET"
SETS = ("docs", "light", "dark", "large", "spanish")
# what QGIS is told in its profile, and by the environment, for each set of windows
PROFILES = {
    "dark": "[UI]\nUITheme=Night Mapping\n",
    "spanish": "[locale]\noverrideFlag=true\nuserLocale=es\n",
}
ENVIRONMENTS = {"large": {"QT_SCALE_FACTOR": "2"}}
SCRIPT = Path(globals().get("__file__", "scripts/screenshots.py")).resolve()  # QGIS runs the text of a file alone
ROOT = SCRIPT.parents[1]
FIELDS = Path(tempfile.gettempdir()) / "soilsharp"  # its name is seen in the pictures
STEPS = (
    ("study", "create_sample_region"),
    ("check", "check_study"),
    ("samples", "sample_coarse"),
    ("train", "train_blend"),
    ("compare", "compare_learners"),
    ("downscale", "downscale_series"),
)
VALUES = {
    "study": {"SIZE_KM": 100, "DAYS": 24, "N_STATIONS": 40, "OUTPUT": str(FIELDS)},
    "compare": {"FOLDS": ["random", "block", "date"]},
    "downscale": {"BAND": True},
}
# of the windows: what tells after a run, of a region that is soon done
RUN = (*(step for step in STEPS if step[0] != "check"), ("validate", "validate_stations"))
TOLD = ("train", "compare", "validate")
SMALLER = {
    "study": {**VALUES["study"], "DAYS": 12},
    "compare": {"FOLDS": ["date"], "LEARNERS": ["ridge"]},
}
LIMIT = 240  # seconds, should QGIS hang


def start(sets):
    """Start QGIS in a fresh profile for each set of pictures, and wait for them."""
    for one in sets:
        images = ROOT / "docs" / "images" if one == "docs" else ROOT / "build" / "windows" / one
        images.mkdir(parents=True, exist_ok=True)
        if _in_qgis(one, images):
            return 1
        for path in sorted(images.glob("*.png")):
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} kB")
    return 0


def _in_qgis(one, images):
    """Take a set of pictures in a QGIS of its own; returns how that ended."""
    shutil.rmtree(FIELDS, ignore_errors=True)
    with tempfile.TemporaryDirectory() as profile:
        settings = Path(profile) / "profiles" / "default" / "QGIS" / "QGIS3.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text("[PythonPlugins]\nsoilsharp=true\n" + PROFILES.get(one, ""), encoding="utf-8")
        own = {INSIDE: str(images), SET: one, "SOILSHARP_PROFILE": profile, **ENVIRONMENTS.get(one, {})}
        command = [str(ROOT / "scripts" / "qgis-env.sh"), "qgis", "--code", str(SCRIPT)]
        try:
            return subprocess.run(command, env={**os.environ, **own}, timeout=LIMIT).returncode
        finally:
            shutil.rmtree(FIELDS, ignore_errors=True)


# --- inside QGIS ------------------------------------------------------------------------------------------------------


def shoot(widget, name):
    """Save a picture of a widget."""
    from qgis.PyQt.QtGui import QImage

    # 0 is the smallest file, not the worst picture
    widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888).save(
        str(Path(os.environ[INSIDE]) / name), "PNG", 0
    )


def pictures():
    """Work through the region; every `yield` gives QGIS so many milliseconds to draw, or waits while it is True."""
    from qgis.utils import iface, plugins

    main = iface.mainWindow()
    main.setGeometry(0, 0, 1280, 800)
    yield 500
    plugins["soilsharp"].open_workflow()
    window = plugins["soilsharp"].window
    window.resize(960, 700)
    yield 300
    shoot(window, "data.png")
    yield from work_on(
        window,
        STEPS,
        VALUES,
        {
            "train": lambda: shoot(window, "workflow.png"),
            "compare": lambda: shoot(window, "compare.png"),
            "check": what_is_known,
        },
    )
    window.close()
    yield from toolbox(main)
    yield from algorithm()
    yield from the_map(iface, main)
    yield from series(iface, main, plugins["soilsharp"])


def work_on(window, steps, values, then):
    """Run steps on the pages of the window, and what is to be done `then` on each page."""
    keys = [page.page.key for page in window.pages]
    for key, wanted in steps:
        window.steps.setCurrentRow(keys.index(key))
        ways = [way.algorithm for way in window.page.page.ways]
        window.page.choice.setCurrentIndex(ways.index(f"soilsharp:{wanted}"))
        for name, value in values.get(key, {}).items():
            window.page.form.set(name, value)
        yield 300
        window.start()
        while window.run is not None:
            yield 50
        yield 300
        then.get(key, lambda: None)()


def windows():
    """Take every window as it is when it is opened, and the pages, flags and dock after a run."""
    from qgis.PyQt.QtWidgets import QDockWidget
    from qgis.utils import iface, plugins

    main, plugin = iface.mainWindow(), plugins["soilsharp"]
    main.setGeometry(0, 0, 1280, 800)
    yield 500
    shoot(iface.messageBar(), "greeting.png")
    plugin.open_workflow()
    window = plugin.window
    window.resize(960, 700)
    for number, page in enumerate(window.pages):
        window.steps.setCurrentRow(number)
        page.form.more.setCollapsed(page.page.key != "study")
        yield 300
        shoot(window, f"{number + 1}_{page.page.key}.png")
    window.steps.setCurrentRow(1)
    window.first_hour.begin()
    yield 300
    shoot(window, "first_hour.png")
    window.first_hour.hide()
    yield from from_the_window(window)
    told = {key: partial(shoot, window, f"{key}_told.png") for key in TOLD}
    yield from work_on(window, RUN, {**VALUES, **SMALLER}, told)
    yield from flags(window)
    window.close()
    yield from toolbox(main)
    yield from algorithm()
    iface.messageBar().clearWidgets()  # it lies over the map
    for dock in main.findChildren(QDockWidget):
        dock.hide()
    yield from series(iface, main, plugin)


def from_the_window(window):
    """Take what opens from the window: packages, a derived covariate, the calendar, the menu of help."""
    from qgis.PyQt.QtWidgets import QApplication

    from soilsharp.ui.derived import DerivedDialog
    from soilsharp.ui.packages import PackagesWindow
    from soilsharp.ui.typed import DayField

    for name, dialog in (
        ("packages", PackagesWindow(window)),
        ("derived", DerivedDialog(["rain", "lst"], ["rain", "lst", "elevation"], window)),
    ):
        dialog.show()
        yield 500
        while getattr(dialog, "_look", None) is not None:  # packages are still looked at
            yield 50
        shoot(dialog, f"{name}.png")
        dialog.close()
    window.steps.setCurrentRow([page.page.key for page in window.pages].index("downscale"))
    day = window.page.form.findChildren(DayField)[0]
    day.write("2023-05-01")
    day.open_calendar()
    yield 300
    shoot(day.calendar, "calendar.png")
    day.calendar.hide()
    menu = window.help_button.menu()
    menu.popup(window.help_button.mapToGlobal(window.help_button.rect().topRight()))
    yield 300
    shoot(QApplication.activePopupWidget(), "help.png")
    menu.close()


def flags(window):
    """Take the window of flags, with one that is not saved yet."""
    from soilsharp.ui.flags import FlagsWindow

    dialog = FlagsWindow(FIELDS / "study.json", window)
    dialog.show()
    dialog.add()
    yield 300
    shoot(dialog, "flags.png")
    dialog.done(0)


def what_is_known():
    """Take the figure of a check of the study, with a gap in the rain."""
    from soilsharp.core.report.html_page import png
    from soilsharp.core.study.check import check_study
    from soilsharp.core.study.report import days_figure
    from soilsharp.core.study.study import Study

    study = Study.read(FIELDS / "study.json")
    lost = sorted((FIELDS / "covariates" / "rain").glob("*.tif"))[-16]
    kept = lost.rename(lost.with_suffix(".lost"))
    try:
        picture = png(days_figure(check_study(study)), dpi=90)
    finally:
        kept.rename(lost)
    (Path(os.environ[INSIDE]) / "check.png").write_bytes(picture)


def toolbox(main):
    """Take the toolbox with our algorithms in sight."""
    from qgis.gui import QgsProcessingToolboxTreeView
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtWidgets import QDockWidget

    dock = main.findChild(QDockWidget, "ProcessingToolbox")
    dock.show()
    dock.setFloating(True)
    dock.resize(360, 640)
    yield 1000
    view = dock.findChild(QgsProcessingToolboxTreeView)
    view.collapseAll()
    for row in range(view.model().rowCount()):
        index = view.model().index(row, 0)
        if view.model().data(index, Qt.ItemDataRole.DisplayRole) == "SoilSharp":
            view.expandRecursively(index)
            view.scrollTo(index, view.ScrollHint.PositionAtTop)
    yield 500
    shoot(dock, "toolbox.png")
    dock.setFloating(False)
    dock.hide()


def algorithm():
    """Take the dialog of one algorithm."""
    from qgis import processing

    values = {
        "STUDY": str(FIELDS / "study.json"),
        "MODEL": str(FIELDS / "model_blend.soilsharp"),
        "BAND": True,
        "OUTPUT": str(FIELDS / "maps_2"),
    }
    dialog = processing.createAlgorithmDialog("soilsharp:downscale_series", values)
    dialog.resize(960, 600)
    dialog.show()
    yield 1000
    shoot(dialog, "algorithm.png")
    dialog.close()


def the_map(iface, main):
    """Take the maps with the temporal controller."""
    from qgis.core import QgsProject, QgsTemporalNavigationObject
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtWidgets import QAction, QDockWidget

    for dock in main.findChildren(QDockWidget):
        dock.setVisible(dock.objectName() == "Layers")
    main.findChild(QAction, "mActionTemporalController").trigger()
    layers = [layer for layer in QgsProject.instance().mapLayers().values() if "/maps/sm_" in layer.source()]
    layers.sort(key=lambda layer: layer.name())
    for layer in layers:
        node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
        node.setItemVisibilityChecked(True)
        node.setExpanded(layer is layers[-1])
    time = iface.mapCanvas().temporalController()
    time.setNavigationMode(QgsTemporalNavigationObject.NavigationMode.Animated)
    time.setCurrentFrameNumber(9)
    iface.messageBar().clearWidgets()
    yield 500
    controller = next(d for d in main.findChildren(QDockWidget) if "emporal" in d.objectName() and d.isVisible())
    main.resizeDocks([controller], [100], Qt.Orientation.Vertical)
    iface.mapCanvas().zoomToFullExtent()
    yield 2000
    shoot(main, "map.png")


def series(iface, main, plugin):
    """Take the dock of series with a place, one more beside it, and a station."""
    from qgis.PyQt.QtCore import QPoint, Qt
    from qgis.PyQt.QtTest import QTest

    plugin.open_series(str(FIELDS / "maps"))
    dock, canvas = plugin.dock, iface.mapCanvas()
    yield 300
    main.resizeDocks([dock], [380], Qt.Orientation.Vertical)
    canvas.zoomToFullExtent()
    while dock.reader.busy:
        yield 50
    yield 500
    middle = QPoint(canvas.viewport().width() // 2, canvas.viewport().height() // 2)
    for shift, held in (
        (QPoint(0, 0), Qt.KeyboardModifier.NoModifier),
        (QPoint(60, -40), Qt.KeyboardModifier.ShiftModifier),
    ):
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, held, middle + shift)
        yield 300
    dock.show_station(dock.controls.stations.itemText(7), more=True)
    while dock.reader.busy:
        yield 50
    dock.plot.choose_day(str(dock.plot.days[-8]))
    yield 1500
    shoot(main, "series.png")


def work():
    """Go through the pictures in QGIS's own event loop, then leave."""
    from qgis.core import QgsProject
    from qgis.PyQt.QtCore import QTimer
    from qgis.utils import iface

    steps = pictures() if os.environ[SET] == "docs" else windows()

    def go_on():
        try:
            QTimer.singleShot(next(steps), go_on)
        except StopIteration:
            # QGIS would ask about layers in a temporary folder
            QgsProject.instance().removeAllMapLayers()
            QgsProject.instance().setDirty(False)
            QTimer.singleShot(0, iface.actionExit().trigger)
        except Exception:
            # QGIS would go on as if nothing had happened
            traceback.print_exc()
            os._exit(3)

    QTimer.singleShot(500, go_on)


if os.environ.get(INSIDE):
    work()
elif __name__ == "__main__":
    sys.exit(start(sys.argv[1:] or SETS))
