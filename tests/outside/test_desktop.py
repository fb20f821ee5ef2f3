# SPDX-License-Identifier: GPL-2.0-or-later
"""What README says of the desktop, in a real QGIS with a window: it starts once, and tells what is seen there."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
MODELS = sorted((ROOT / "resources" / "models").glob("*.model3"))
DAYS = 4
SCRIPT = """
import json, os, sys, traceback
from pathlib import Path
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QAbstractButton, QDockWidget
from qgis.utils import iface, plugins

asked = json.loads(os.environ["SOILSHARP_ASKED"])
told, seen = {}, []

def wait(is_so, times=600):
    for _ in range(times):
        if is_so():
            return True
        QTest.qWait(50)
    return False

def button():
    "The button in the toolbar, and what a click on it opens."
    plugin, bar = plugins["soilsharp"], iface.pluginToolBar()
    widget = bar.widgetForAction(plugin.action)
    iface.mainWindow().setGeometry(0, 0, 1400, 880)  # on a narrower one it may be behind the arrow of the toolbar
    wait(lambda: widget.isVisible() and not widget.visibleRegion().isEmpty())
    place = widget.mapTo(iface.mainWindow(), widget.rect().center())
    told["button"] = {
        "seen": widget.isVisible() and not widget.visibleRegion().isEmpty(),
        "inside": iface.mainWindow().rect().contains(place),
        "icon": not plugin.action.icon().isNull(),
    }
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    told["button"]["opens"] = plugin.window is not None and plugin.window.isVisible()
    plugin.window.close()

def play():
    "The days that the temporal controller shows after its play button was pressed."
    import processing
    processing.runAndLoadResults("soilsharp:downscale_series", asked["maps"])
    def dated():
        return [layer for layer in QgsProject.instance().mapLayers().values() if layer.temporalProperties().isActive()]
    wait(lambda: len(dated()) >= asked["days"])
    told["dated"] = sorted(layer.name() for layer in dated())
    # before it is shown: some releases show the first frame at once
    controller = iface.mapCanvas().temporalController()
    controller.updateTemporalRange.connect(lambda frame: seen.append(frame.begin().toString("yyyy-MM-dd")))
    iface.mainWindow().findChild(QAction, "mActionTemporalController").trigger()
    docks = iface.mainWindow().findChildren(QDockWidget)
    (dock,) = [dock for dock in docks if dock.findChild(QAbstractButton, "mForwardButton")]
    wait(dock.isVisible)
    QTest.mouseClick(dock.findChild(QAbstractButton, "mNavigationAnimated"), Qt.MouseButton.LeftButton)
    controller.setFramesPerSecond(10)
    QTest.mouseClick(dock.findChild(QAbstractButton, "mForwardButton"), Qt.MouseButton.LeftButton)
    wait(lambda: len(set(seen)) >= asked["days"])
    controller.pause()
    told["played"] = sorted(set(seen))
    shown = iface.mapCanvas().temporalRange()
    told["canvas"] = shown.begin().toString("yyyy-MM-dd") in told["played"]

def models():
    "The shipped models in the graphical modeler."
    from processing.modeler.ModelerDialog import ModelerDialog
    told["models"] = {}
    for path in asked["models"]:
        window = ModelerDialog()
        window.loadModel(path)
        window.show()
        model = window.model()
        told["models"][Path(path).stem] = [len(model.childAlgorithms()) > 3, *model.validate()[:1], window.isVisible()]
        window.setDirty(False)
        window.close()

def all_of_it():
    try:
        button()
        models()
        play()
        QgsProject.instance().removeAllMapLayers()
        QgsProject.instance().setDirty(False)
        Path(asked["answer"]).write_text(json.dumps(told))
    except Exception:
        traceback.print_exc()
        os._exit(3)
    os._exit(0)

QTimer.singleShot(500, all_of_it)
"""


@pytest.fixture(scope="module")
def told(region, tmp_path_factory):
    """Return what a QGIS with a window tells."""
    import soilsharp

    if not all(map(shutil.which, ("qgis", "xvfb-run"))):
        pytest.skip("QGIS with a window needs qgis and xvfb-run")
    folder = tmp_path_factory.mktemp("desktop")
    study = soilsharp.Study.read(region.study)
    soilsharp.train(soilsharp.sample(study), "linear").write(folder / "model.soilsharp")
    first, last = (str(day) for day in study.days[[0, DAYS - 1]])
    maps = {
        "STUDY": str(region.study), "MODEL": str(folder / "model.soilsharp"), "START": first, "END": last,
        "OUTPUT": str(folder / "maps"),
    }  # fmt: skip
    asked = {"maps": maps, "days": DAYS, "models": [str(path) for path in MODELS], "answer": str(folder / "told.json")}
    (folder / "desktop.py").write_text(SCRIPT)
    environment = {**os.environ, "SOILSHARP_PROFILE": str(folder / "profile"), "SOILSHARP_ASKED": json.dumps(asked)}
    environment = {name: value for name, value in environment.items() if name != "QGIS_CUSTOM_CONFIG_PATH"}
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1400x900x24"]
    command = [*screen, ROOT / "scripts" / "qgis-env.sh", "qgis", "--code", folder / "desktop.py"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((folder / "told.json").read_text()) | {"first": first, "last": last}


def test_the_button_is_seen_in_the_toolbar_and_opens_the_workflow(told):
    assert told["button"] == {"seen": True, "inside": True, "icon": True, "opens": True}


def test_the_temporal_controller_plays_the_days_of_a_series(told):
    assert len(told["dated"]) >= DAYS
    assert len(told["played"]) == DAYS
    assert (told["played"][0], told["played"][-1]) == (told["first"], told["last"])
    assert told["canvas"]


def test_the_shipped_models_can_be_opened_in_the_modeler_and_are_valid(told):
    assert told["models"] == {path.stem: [True, True, True] for path in MODELS}
