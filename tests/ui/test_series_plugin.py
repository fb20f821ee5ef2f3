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
        from qgis.gui import QgsMessageBar

        self.main, self.canvas, self.buttons, self.bar = main, canvas, [], QgsMessageBar(main)

    def mainWindow(self):
        return self.main

    def mapCanvas(self):
        return self.canvas

    def messageBar(self):
        return self.bar

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
    plugin.window = window
    window.series_asked.connect(plugin._show_series)
    window.open_study(explorable / "study.json")
    window.series_button.click()
    until(lambda: plugin.dock.reader.explored is not None and not plugin.dock.reader.busy)
    assert sorted(plugin.dock.reader.explored.series) == ["coarse", "rain"]
    window.facts["maps"] = str(explorable / "maps")
    window.series_button.click()
    until(lambda: not plugin.dock.reader.busy)
    assert sorted(plugin.dock.reader.explored.series) == ["coarse", "fine", "rain", "sd"]
    plugin.window = None  # the fixture closes it


def click(button):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_workflow_steps_aside_where_it_hides_the_map_and_a_button_brings_it_back(loaded, window, qgis):
    from qgis.PyQt.QtWidgets import QPushButton

    plugin = loaded()
    plugin.window = window
    window.series_asked.connect(plugin._show_series)
    main = plugin.iface.main
    main.setGeometry(0, 0, 600, 500)
    window.move(300, 200)
    qgis.processEvents()
    click(window.series_button)
    assert window.isHidden()
    (item,) = plugin.iface.bar.items()
    click(item.findChild(QPushButton))
    assert window.isVisible()
    assert plugin.iface.bar.items() == []
    click(window.series_button)
    click(window.series_button) if window.isVisible() else plugin.open_workflow()
    assert window.isVisible()
    assert plugin.iface.bar.items() == []
    window.move(main.frameGeometry().right() + 50, 0)
    qgis.processEvents()
    click(window.series_button)
    assert window.isVisible(), "it is not in the way there"
    plugin.window = None  # the fixture closes it


def test_where_packages_are_missing_the_dock_leads_to_them_and_works_when_they_are_there(
    loaded, qgis, until, monkeypatch, explorable
):
    from qgis.PyQt.QtCore import QTimer
    from qgis.PyQt.QtWidgets import QApplication, QPushButton

    from soilsharp.core.base.packages import PACKAGES, Package
    from soilsharp.ui.packages import PackagesWindow
    from soilsharp.ui.series import dock as docks

    monkeypatch.setitem(PACKAGES, "no_such_package", Package("no-such-package"))
    needs, opened = docks.NEEDS, []
    lacks = ["no_such_package"]
    monkeypatch.setattr(docks, "NEEDS", lacks)
    plugin = loaded()
    plugin.open_series(str(explorable / "maps"))
    qgis.processEvents()
    (button,) = (one for one in plugin.dock.findChildren(QPushButton) if "ackages" in one.text())
    assert plugin.dock.link is None

    def install():
        window = QApplication.activeModalWidget()
        if window is None or not window.problems:  # it is still looking
            QTimer.singleShot(50, install)
            return
        opened.append(type(window))
        lacks[:] = needs
        window.reject()

    QTimer.singleShot(0, install)
    click(button)
    assert opened == [PackagesWindow]
    until(lambda: plugin.dock.reader.explored is not None and not plugin.dock.reader.busy)
    assert plugin.dock.plot.isVisible()
    assert "fine" in plugin.dock.reader.explored.series


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
