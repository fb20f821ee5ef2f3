# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin in a QGIS of its own: with and without a window, and where packages are missing."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START = f"""
import json, sys
from importlib.util import module_from_spec, spec_from_file_location
from qgis.core import QgsApplication, QgsProcessingContext
from qgis.PyQt.QtWidgets import QMainWindow
app = QgsApplication([], True)
app.initQgis()
sys.path[0] = QgsApplication.pkgDataPath() + "/python/plugins"  # and not our own root, where `processing` is another
registry = QgsApplication.processingRegistry()
spec = spec_from_file_location("soilsharp", r"{ROOT / "__init__.py"}", submodule_search_locations=[r"{ROOT}"])
soilsharp = sys.modules["soilsharp"] = module_from_spec(spec)
spec.loader.exec_module(soilsharp)
"""
END = """
print(json.dumps(answer))
del algorithm, plugin
app.exitQgis()
"""


def ask(script):
    """Run a script in a QGIS of its own; return what it put into `answer`."""
    if find_spec("qgis") is None:
        pytest.skip("QGIS is not installed for this Python")
    done = subprocess.run([sys.executable, "-c", START + script + END], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# --- a window or none -------------------------------------------------------------------------------------------------

WINDOW = """
from qgis.gui import QgsMapCanvas, QgsMessageBar
class Window:
    main, bar, buttons, entries = QMainWindow(), QgsMessageBar(), [], []
    keys = []
    def mainWindow(self): return self.main
    def messageBar(self): return self.bar
    canvas = QgsMapCanvas()
    def mapCanvas(self): return self.canvas
    def registerMainWindowAction(self, action, keys): self.keys.append((action, keys))
    def unregisterMainWindowAction(self, action): self.keys = [one for one in self.keys if one[0] is not action]
    def browserModel(self): return None
    def activeLayer(self): return None
    def addToolBarIcon(self, action): self.buttons.append(action)
    def removeToolBarIcon(self, action): self.buttons.remove(action)
    def addPluginToRasterMenu(self, name, action): self.entries.append((name, action))
    def removePluginRasterMenu(self, name, action): self.entries.remove((name, action))
"""


def test_without_a_window_there_are_only_algorithms():
    answer = ask("""
plugin = soilsharp.classFactory(None)
plugin.initProcessing()
algorithm = registry.algorithmById("soilsharp:downscale_and_validate")
answer = [algorithm is not None, plugin.action is None]
plugin.unload()
answer.append(registry.providerById("soilsharp") is None)
""")
    assert answer == [True, True, True]


def test_a_window_gets_a_button_and_a_menu_entry_and_loses_them():
    answer = ask(
        WINDOW
        + """
window, answer, algorithm = Window(), [], None
for _ in range(2):  # it can be loaded again
    plugin = soilsharp.classFactory(window)
    plugin.initGui()
    actions = [plugin.action, plugin.series_action]
    entries = actions + plugin.models.actions
    assert window.buttons == actions and window.entries == [("SoilSharp", action) for action in entries]
    assert len(plugin.models.actions) == 2
    assert window.keys == [(plugin.series_action, "Ctrl+Alt+S")]
    assert not any(action.icon().isNull() for action in actions)
    answer.append(len(registry.providerById("soilsharp").algorithms()))
    plugin.unload()
    answer.append(len(window.buttons) + len(window.entries) + len(window.keys))
"""
    )
    assert answer[0] == answer[2] > 10
    assert answer[1] == answer[3] == 0


def test_a_new_profile_is_greeted_once():
    answer = ask(
        WINDOW
        + """
from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton
from qgis.core import QgsSettings
QgsSettings().remove("soilsharp/greeted")
window, answer, algorithm = Window(), [], None
window.bar.show()
plugin = soilsharp.classFactory(window)
plugin.initGui()
answer.append([item.title() for item in window.bar.items()])
def click(label):
    "Click on a button of the greeting."
    buttons = window.bar.currentItem().findChildren(QPushButton)
    (button,) = [button for button in buttons if button.text() == label]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
click("Guided first hour")
answer.append([plugin.window.isVisible(), plugin.window.first_hour.isVisible(), len(window.bar.items())])
plugin.unload()
plugin.initGui()
answer.append(len(window.bar.items()))
plugin.unload()
QgsSettings().remove("soilsharp/greeted")
plugin.initGui()
click("Open the workflow")
answer.append([plugin.window.isVisible(), plugin.window.first_hour.isVisible(), len(window.bar.items())])
plugin.unload()
QgsSettings().remove("soilsharp/greeted")
plugin.initGui()
plugin.unload()
answer.append(len(window.bar.items()))
app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as an event loop would do in a moment
"""
    )
    assert answer == [["SoilSharp"], [True, True, 0], 0, [True, False, 0], 0]


# --- packages that are missing ----------------------------------------------------------------------------------------


def state_without(*missing):
    """Return for each algorithm whether it can run, why not, and what is said of a try."""
    return ask(f"""
for name in {missing!r}:
    sys.modules[name] = None  # an import of it now fails as if it were not there
plugin = soilsharp.classFactory(None)
plugin.initProcessing()
answer = {{}}
for algorithm in plugin.provider.algorithms():
    tried = algorithm.checkParameterValues({{}}, QgsProcessingContext())
    answer[algorithm.name()] = [*algorithm.canExecute(), tried[1]]
plugin.unload()
""")


def test_without_the_learners_packages_the_rest_can_run():
    state = state_without("lightgbm", "sklearn")
    from soilsharp.core.training.learners import LEARNERS

    assert {name for name, (ready, *_) in state.items() if not ready} == {
        *(f"train_{learner.key}" for learner in LEARNERS),
        "train_blend",
        "select_covariates",
        "compare_learners",
        "landscape_analysis",  # by principal components
        "quantile_correlation",
        "downscale_and_validate",  # steps of these train
        "maps_from_downloads",
    }
    for name, package in (("train_lightgbm", "lightgbm"), ("train_random_forest", "sklearn")):
        _, why, tried = state[name]
        missing = why.partition(" Install with:")[0].rstrip(".")
        assert tried.startswith(missing)  # a run asks for the packages of what is chosen, too
        assert f"{package}: " in why
        assert "Install with:" in why


def test_without_pandas_rasters_are_imported_and_brought_together():
    state = state_without("pandas", "geopandas", "sklearn", "lightgbm", "matplotlib")
    assert {name for name, (ready, *_) in state.items() if ready} == {
        "import_smap",
        "import_modis",
        "import_era5land",
        "import_grids",
        "import_soilgrids",
        "align_rasters",
        "interpolate_series",
        "accumulate_series",
        "koppen_climate",
        "terrain_attributes",
        "spectral_indices",
        "landcover_fraction",
        "conserve_coarse",
        "encode_maps",
        "period_means",
        "partial_correlation",
    }


def test_a_report_is_refused_before_the_work_where_it_cannot_be_drawn():
    answer = ask("""
for name in ("pandas", "matplotlib"):
    sys.modules[name] = None
plugin = soilsharp.classFactory(None)
plugin.initProcessing()
algorithm = registry.algorithmById("soilsharp:partial_correlation").create()
answer = [algorithm.checkParameterValues(given, QgsProcessingContext())[1]
          for given in ({"OUTPUT_REPORT": "r.html"}, {"OUTPUT_REPORT": ""}, {})]
plugin.unload()
""")
    assert "pandas: " in answer[0]
    assert "matplotlib: " in answer[0]
    assert all("pandas" not in why for why in answer[1:])


def test_without_any_package_all_are_listed_and_say_why():
    state = state_without("numpy", "scipy", "pandas", "rasterio", "geopandas", "sklearn", "lightgbm", "matplotlib")
    assert len(state) >= 13
    for name, (ready, why, tried) in state.items():
        assert not ready, name
        assert "rasterio: " in why
        assert "Install with:" in why
        missing = why.partition(" Install with:")[0].rstrip(".")
        assert tried.startswith(missing)  # a run asks for the packages of what is chosen, too
