# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock of series in QGIS's window: its button, the workflow's, and that it is there once, however often loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Window:
    """What the plugin asks of QGIS's interface."""

    def __init__(self, main, canvas):
        self.main, self.canvas, self.buttons = main, canvas, []

    def mainWindow(self):
        return self.main

    def mapCanvas(self):
        return self.canvas

    def activeLayer(self):
        return None

    def addDockWidget(self, area, dock):
        self.main.addDockWidget(area, dock)

    def removeDockWidget(self, dock):
        self.main.removeDockWidget(dock)

    def addToolBarIcon(self, action):
        self.buttons.append(action)

    def removeToolBarIcon(self, action):
        self.buttons.remove(action)

    def registerMainWindowAction(self, action, keys):
        action.setShortcut(keys)
        self.main.addAction(action)

    def unregisterMainWindowAction(self, action):
        self.main.removeAction(action)

    def addPluginToRasterMenu(self, name, action):
        pass

    def removePluginRasterMenu(self, name, action):
        pass


@pytest.fixture
def loaded(qgis, delete):
    """Return a plugin whose window has the button of the dock, and a function that loads it again."""
    from qgis.core import QgsTemporalNavigationObject
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtWidgets import QMainWindow

    from soilsharp.plugin import SoilSharpPlugin

    main, canvas = QMainWindow(), QgsMapCanvas()
    canvas.setTemporalController(QgsTemporalNavigationObject(canvas))
    main.setCentralWidget(canvas)
    main.show()
    plugins = []

    def load():
        if plugins:
            unload()
        plugin = SoilSharpPlugin(Window(main, canvas))
        plugin._add_series()
        plugins.append(plugin)
        return plugin

    def unload():
        from qgis.PyQt.QtCore import QCoreApplication, QEvent

        plugins.pop().unload()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    yield load
    unload()
    delete(main)


def docks(plugin):
    """Return the docks of series in the plugin's window."""
    from soilsharp.ui.series.dock import SeriesDock

    return plugin.iface.main.findChildren(SeriesDock)


def test_the_dock_is_there_once_however_often_it_is_asked_for_and_loaded(loaded, qgis):
    for _ in range(2):
        plugin = loaded()
        assert docks(plugin) == []
        plugin.series_action.trigger()
        plugin.series_action.trigger()
        qgis.processEvents()
        assert docks(plugin) == [plugin.dock]
        assert plugin.dock.isVisible()
        assert plugin.iface.buttons == [plugin.series_action]


def test_the_keys_open_it(loaded, qgis):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    plugin = loaded()
    main = plugin.iface.main
    main.activateWindow()
    QTest.qWaitForWindowActive(main)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(main, Qt.Key.Key_S, both)
    qgis.processEvents()
    assert len(docks(plugin)) == 1


def test_the_button_of_the_workflow_opens_its_maps_or_study(loaded, explorable, until, window):
    plugin = loaded()
    window.series_asked.connect(plugin.open_series)
    window.open_study(explorable / "study.json")
    window.series_button.click()
    until(lambda: plugin.dock.reader.explored is not None and not plugin.dock.reader.busy)
    assert sorted(plugin.dock.reader.explored.series) == ["coarse", "rain"]
    window.facts["maps"] = str(explorable / "maps")
    window.series_button.click()
    until(lambda: not plugin.dock.reader.busy)
    assert sorted(plugin.dock.reader.explored.series) == ["coarse", "fine", "rain", "sd"]


def test_files_are_let_go_while_maps_are_written_and_opened_again(loaded, explorable, until):
    plugin = loaded()
    plugin.open_series(str(explorable / "maps"))
    until(lambda: not plugin.dock.reader.busy)
    plugin._maps_begun()
    assert plugin.dock.reader.explored is None
    plugin._maps_ended("")
    until(lambda: plugin.dock.reader.explored is not None and not plugin.dock.reader.busy)
    assert "fine" in plugin.dock.reader.explored.series


def test_matplotlib_waits_until_the_dock_is_opened():
    script = f"""
import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("soilsharp", r"{ROOT / "__init__.py"}", submodule_search_locations=[r"{ROOT}"])
sys.modules["soilsharp"] = module_from_spec(spec)
spec.loader.exec_module(sys.modules["soilsharp"])
import soilsharp.ui.series.dock, soilsharp.ui.series.sweep
print(sorted({{"matplotlib", "rasterio", "pandas"}} & set(sys.modules)))
"""
    pytest.importorskip("qgis.core", reason="QGIS is not installed for this Python")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
