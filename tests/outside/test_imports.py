# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may import whom: the rooms of the house keep their direction, and the plugin loads light."""

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "processing", "ui", "i18n")
# The rooms of core from the ground up: a room may use those before it.
ORDER = (
    "base",
    "units",
    "rasters",
    "kriging",
    "scoring",
    "report",
    "stations",
    "study",
    "samples",
    "products",
    "preprocessing",
    "training",
    "downscaling",
    "validation",
    "analysis",
    "methods",
    "sample_formats",
    "sample_region",
    "api",
    "command",
    "cli",
)
# What processing and ui may import from core when they are loaded; the rest waits until it is used.
LIGHT = (
    "base.errors",
    "base.find",
    "base.inputs",
    "base.progress",
    "base.options",
    "base.extras",
    "base.packages",
    "base.platforms",
    "base.installing",
    "base.help_pages",
    "units",
    *(f"{room}.settings" for room in ORDER),
    "training.learners",
    "training.folds",
)
HEAVY = ("sklearn", "scipy", "pandas", "lightgbm", "geopandas", "rasterio", "matplotlib", "h5py", "xgboost", "shap")
UNSAFE = ("pickle", "dill", "cloudpickle", "shelve", "marshal", "_pickle")


class Import(NamedTuple):
    """One imported name: where, what in full, and whether loading the file imports it."""

    line: int
    name: str
    at_load: bool


def is_under(name, *packages):
    """Return whether a dotted name is one of the packages or inside one."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def imports(text, module):
    """Return every import of a file of package soilsharp; relative ones in full, those for type checkers left out."""
    found = []

    def visit(node, at_load):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if isinstance(node, ast.Import):
            found.extend(Import(node.lineno, alias.name, at_load) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join(filter(None, [*module[: len(module) - node.level], base]))
            found.extend(Import(node.lineno, f"{base}.{alias.name}", at_load) for alias in node.names)
        inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for child in ast.iter_child_nodes(node):
            visit(child, at_load and not inside)

    visit(ast.parse(text), True)
    return found


def wrong_import(room, item):
    """Return why a room may not have an import, or None."""
    name, at_load = item.name, item.at_load
    if is_under(name, "PyQt5", "PyQt6", "PySide2", "PySide6", "sip"):
        return "Qt comes from qgis.PyQt"
    if is_under(name, *UNSAFE):
        return "files of this kind run what they hold; use JSON or .npz"
    if is_under(name, "soilsharp.tests", "soilsharp.scripts", "soilsharp.benchmarks"):
        return "the plugin does not know its tests and scripts"
    if room == "core":
        if is_under(name, "qgis", "processing", "osgeo_utils") or (
            is_under(name, "soilsharp") and not is_under(name, "soilsharp.core")
        ):
            return "core knows neither QGIS nor the rooms above it"
        return None
    heavy_core = is_under(name, "soilsharp.core") and not is_under(name, *(f"soilsharp.core.{m}" for m in LIGHT))
    if at_load and (is_under(name, *HEAVY) or heavy_core):
        return "too heavy to load with the plugin: import it where it is used"
    if room == "processing":
        if is_under(name, "soilsharp.ui", "soilsharp.plugin", "qgis.gui", "qgis.PyQt.QtWidgets", "qgis.utils"):
            return "an algorithm has no window"
    elif room == "ui":
        if is_under(name, "soilsharp.processing"):
            return "windows reach algorithms by id"
    elif room == "plugin":
        if is_under(name, "soilsharp.core"):
            return "the plugin only joins the provider and the windows"
        if at_load and is_under(name, "soilsharp.ui"):
            return "windows are for initGui"
    elif room == "i18n":
        if not is_under(name, "qgis.PyQt.QtCore", "__future__"):
            return "words need nothing but Qt"
    elif at_load:
        return "nothing is imported with the package"
    return None


def upward(module, item):
    """Return why a room of core may not have an import of another room, or None."""
    here, there = module[2], item.name.split(".")[2:3]
    if not there or here not in ORDER or there[0] not in ORDER:
        return f"the order of the rooms names no {there[0] if there and here in ORDER else here}"
    if ORDER.index(there[0]) > ORDER.index(here):
        return f"{here} stands below {there[0]}"
    return None


def unsafe_call(node):
    """Return why an expression may not stand in the package, or None."""
    if isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name) and node.value.id == "joblib" and node.attr in ("load", "dump"):
            return "joblib's files are pickles"
        if node.attr in ("read_pickle", "to_pickle"):
            return "pickles run what they hold"
    if isinstance(node, ast.ImportFrom) and node.module == "joblib" and {a.name for a in node.names} & {"load", "dump"}:
        return "joblib's files are pickles"
    if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and getattr(node.value, "value", True) is not False:
        return "arrays of objects are pickles"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec"):
        return "texts are not programs"
    return None


def faults(text, module):
    """Return every fault of one file of package soilsharp as a line of text."""
    room = module[1] if len(module) > 1 else "__init__"
    found = []
    for item in imports(text, module):
        why = wrong_import(room, item)
        if why is None and room == "core" and len(module) > 2 and is_under(item.name, "soilsharp.core"):
            why = upward(module, item)
        if why:
            found.append((item.line, f"imports {item.name}: {why}"))
    for node in ast.walk(ast.parse(text)):
        if why := unsafe_call(node):
            found.append((getattr(node, "lineno", 0), why))
    return [f"{'/'.join(module)}:{line}: {what}" for line, what in sorted(set(found))]


def package_files():
    """Return (path, module name in parts) of every Python file of the plugin."""
    paths = [
        ROOT / "__init__.py",
        ROOT / "plugin.py",
        *(p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))),
    ]
    for path in paths:
        if path.exists():
            yield path, ("soilsharp", *path.relative_to(ROOT).with_suffix("").parts)


def test_the_plugin_keeps_the_table():
    found = []
    for path, module in package_files():
        found += faults(path.read_text(encoding="utf-8"), module)
    assert found == []


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("core.rasters.grid", "from qgis.core import QgsProject"),
        ("core.rasters.grid", "def f():\n    import processing"),
        ("core.rasters.grid", "from ...i18n import tr"),
        ("core.rasters.series", "from ..training.folds.divide import make_folds"),
        ("core.base.errors", "def f():\n    from ..rasters import grid"),
        ("core.training.train", "from ...core.validation.stations import validate_stations"),
        ("core.scoring.metrics", "from ..somewhere import thing"),
        ("core.nowhere.thing", "from ..base import errors"),
        ("core.products.smap", "from ...processing.base import border"),
        ("core.rasters.grid", "import soilsharp.ui"),
        ("core.training.model", "import pickle"),
        ("core.training.model", "import joblib\njoblib.dump(1, 'x')"),
        ("core.training.model", "from joblib import load"),
        ("core.training.model", "import numpy as np\nnp.load('x', allow_pickle=True)"),
        ("core.preprocessing.formula", "eval('1')"),
        ("processing.base", "import numpy\nimport pandas as pd"),
        ("processing.base", "from ..core.rasters.grid import Grid"),
        ("processing.base", "from ..core.rasters import grid"),
        ("processing.base", "from ..core.training import selection"),
        ("processing.training.train", "def f():\n    from ...ui import form"),
        ("processing.base", "from PyQt5.QtCore import Qt"),
        ("processing.base", "from qgis.PyQt.QtWidgets import QWidget"),
        ("ui.form", "def f():\n    from ..processing.base import border"),
        ("ui.form", "import matplotlib.pyplot as plt"),
        ("ui.__init__", "from ..processing import provider"),
        ("plugin", "from .ui import dialog"),
        ("plugin", "def f():\n    from .core import study"),
        ("i18n.__init__", "from qgis.core import Qgis"),
        ("__init__", "from .plugin import SoilSharpPlugin"),
    ],
)
def test_a_fault_is_seen(module, text):
    assert faults(text, ("soilsharp", *module.split(".")))


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("core.products.smap", "import numpy\nfrom ..rasters.grid import Grid\nfrom ...core.rasters import series"),
        ("core.training.model", "import numpy as np\nnp.load('x', allow_pickle=False)"),
        ("core.training.search", "import joblib\njoblib.parallel_backend('threading')"),
        (
            "processing.base",
            "from qgis.core import Qgis\nfrom ..core.base.errors import Cancelled\nfrom ..i18n import tr",
        ),
        ("processing.base", "from ..core.base import extras, progress\nfrom ..core.training.learners import LEARNERS"),
        ("processing.training.train", "def f():\n    from ...core.rasters.grid import Grid\n    import pandas"),
        (
            "processing.base",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..core.rasters.grid import Grid",
        ),
        ("ui.form", "from qgis.gui import QgsGui\nfrom processing.gui.Postprocessing import handleAlgorithmResults"),
        ("ui.plots", "def draw():\n    import matplotlib.pyplot as plt"),
        ("plugin", "from .processing.provider import SoilSharpProvider\ndef f():\n    from .ui import dialog"),
        ("__init__", "def classFactory(iface):\n    from .plugin import SoilSharpPlugin"),
    ],
)
def test_what_is_allowed_passes(module, text):
    assert faults(text, ("soilsharp", *module.split("."))) == []


# --- the same, seen from a running interpreter ------------------------------------------------------------------------

REGISTER = f"""
import json, sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
root = Path({str(ROOT)!r})
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != root]
spec = spec_from_file_location("soilsharp", root / "__init__.py", submodule_search_locations=[str(root)])
sys.modules["soilsharp"] = module_from_spec(spec)
spec.loader.exec_module(sys.modules["soilsharp"])
"""

LOAD_PLUGIN = (
    REGISTER
    + f"""
from qgis.core import QgsApplication
app = QgsApplication([], False)
app.initQgis()
before = set(sys.modules)
plugin = sys.modules["soilsharp"].classFactory(None)
plugin.initProcessing()
provider = QgsApplication.processingRegistry().providerById("soilsharp")
algorithms = [algorithm.id() for algorithm in provider.algorithms()]
heavy = [name for name in {HEAVY!r} if name in sys.modules and name not in before]
print(json.dumps({{"algorithms": algorithms, "heavy": heavy}}))
plugin.unload()
app.exitQgis()
"""
)

LOAD_CORE = (
    REGISTER
    + """
sys.modules["qgis"] = sys.modules["PyQt5"] = sys.modules["processing"] = None
from importlib import import_module
names = [p.relative_to(root).with_suffix("").parts for p in sorted((root / "core").rglob("*.py"))]
for parts in names:
    if parts[-1] != "__main__":
        import_module(".".join(("soilsharp", *parts)).replace(".__init__", ""))
print(json.dumps(len(names)))
"""
)


LOAD_FRONT_DOOR = (
    REGISTER
    + """
import soilsharp
names = dir(soilsharp)
version = soilsharp.__version__
loaded = sorted(sys.modules)
soilsharp.Study
print(json.dumps({"names": names, "version": version, "loaded": loaded, "then": "numpy" in sys.modules}))
"""
)


def run_fresh(program):
    """Run a program in an interpreter of its own and return the JSON of its last line."""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=900)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.strip().splitlines()[-1])


def exists(name):
    """Return whether a dotted name is a module, or something in one."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, last = name.rpartition(".")
        return bool(module) and hasattr(importlib.import_module(module), last)
    return True


def test_rasters_are_opened_for_reading_at_one_door():
    opened = []
    for path, module in package_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            # with a mode, the second argument, it is opened for writing
            reads = called == "rasterio.open" and len(node.args) < 2
            if reads or called.endswith(("DatasetReader", "opened_by")):
                opened.append(".".join(module))
    # the first opens by kinds that may be trusted, and asks the second for what a virtual raster reads
    assert sorted(set(opened)) == ["soilsharp.core.rasters.open", "soilsharp.core.rasters.trust"]


FORBIDDEN = (
    "socket", "http", "ftplib", "requests", "urllib3", "QNetworkAccessManager", "QgsNetworkAccessManager", "urlopen",
    "QgsBlockingNetworkRequest", "QgsFileDownloader", "pickle", "cPickle", "dill", "joblib", "marshal", "shelve",
)  # fmt: skip


def test_only_the_button_that_installs_calls_the_network_and_nothing_unpickles_or_evaluates():
    found = set()
    for path, module in package_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [(node.module or "").split(".")[0], *(alias.name for alias in node.names)]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = [node.func.id] if node.func.id in ("eval", "exec", "compile", "__import__") else []
            found |= {(".".join(module), name) for name in names if name in (*FORBIDDEN, "eval", "exec", "compile")}
            loads = isinstance(node, ast.keyword) and node.arg == "allow_pickle"
            if loads and not (isinstance(node.value, ast.Constant) and node.value.value is False):
                found.add((".".join(module), "allow_pickle"))
    assert found == {("soilsharp.ui.installing", "QgsNetworkAccessManager")}  # for pip, where Python has none


def test_tables_are_written_at_one_place():
    writers = set()
    for path, module in package_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("to_csv", "to_excel"):
                writers.add(".".join(module))
    assert {name for name in writers if ".sample_formats" not in name} == {"soilsharp.core.base.tables"}


def test_loading_the_plugin_loads_no_science():
    pytest.importorskip("qgis.core", reason="QGIS is not installed for this Python")
    answer = run_fresh(LOAD_PLUGIN)
    assert answer["algorithms"]
    assert answer["heavy"] == []


def test_the_front_door_loads_nothing_until_it_is_used():
    answer = run_fresh(LOAD_FRONT_DOOR)
    assert [name for name in ("numpy", "qgis", "PyQt5", "osgeo", *HEAVY) if name in answer["loaded"]] == []
    # the version was asked for, and it stands alone
    light = {"soilsharp", "soilsharp.core", "soilsharp.core.base", "soilsharp.core.base.version"}
    assert {name for name in answer["loaded"] if name.startswith("soilsharp")} <= light
    assert {"Study", "sample", "train", "predict", "classFactory"} <= set(answer["names"])
    assert f"version={answer['version']}" in (ROOT / "metadata.txt").read_text(encoding="utf-8").splitlines()
    assert answer["then"]


def test_what_is_imported_late_is_there():
    # an import inside a function would fail only when somebody runs it
    names = {
        item.name
        for path, module in package_files()
        for item in imports(path.read_text(encoding="utf-8"), module)
        if is_under(item.name, "soilsharp.core")
    }
    assert len(names) > 100
    assert [name for name in sorted(names) if not exists(name)] == []


def test_core_loads_without_qgis():
    assert run_fresh(LOAD_CORE) > 0
