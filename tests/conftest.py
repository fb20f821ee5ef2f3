# SPDX-License-Identifier: GPL-2.0-or-later
"""The checkout as package `soilsharp`, a QGIS without a window, a small region, and real data where there is some."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# --- the package, whatever the checkout's folder is called ------------------------------------------------------------

# the root on the path would hide QGIS's own `processing`
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != ROOT]
_spec = spec_from_file_location("soilsharp", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
sys.modules["soilsharp"] = module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["soilsharp"])

# --- the environment, before anything of QGIS is imported -------------------------------------------------------------

_private = tempfile.mkdtemp(prefix="soilsharp-test-")  # for its owner only, as Qt asks
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = _private
if not os.path.isdir(os.environ.get("XDG_RUNTIME_DIR", "")):
    os.environ["XDG_RUNTIME_DIR"] = _private
# The system's pyproj looks for its data below a virtual environment; a wheel brings its own and would take offence.
_proj = Path("/usr/share/proj")
_pyproj = find_spec("pyproj")
if _pyproj and (_pyproj.origin or "").startswith("/usr/lib/") and (_proj / "proj.db").exists():
    os.environ.setdefault("PROJ_DATA", str(_proj))
    os.environ.setdefault("PROJ_LIB", str(_proj))
os.environ.setdefault("MPLBACKEND", "Agg")

try:
    import hypothesis
except ImportError:
    pass
else:
    # a slow machine is no failure, and examples are not kept in the checkout
    hypothesis.settings.register_profile("soilsharp", deadline=None, database=None)
    hypothesis.settings.load_profile("soilsharp")


def pytest_unconfigure():
    """Leave nothing behind."""
    shutil.rmtree(_private, ignore_errors=True)


# --- steps are counted, never seconds ---------------------------------------------------------------------------------

GUARD = 900.0  # seconds; ends a wait that would never end, and says nothing about speed


class Stop:
    """Asks to stop at the n-th look at whether to go on, as somebody who presses Cancel just then; counts the looks."""

    def __init__(self, at=float("inf")):
        self.at, self.looks = at, 0

    def __call__(self):
        self.looks += 1
        return self.looks >= self.at


@pytest.fixture(scope="session")
def stop():
    """Return `Stop`: `Progress(stop_asked=stop(3))` asks at the third look, `stop()` never."""
    return Stop


@pytest.fixture
def until():
    """Return a function that waits until something is so, calling what lets the others work meanwhile."""

    def wait(is_so, work=lambda: None):
        end = time.monotonic() + GUARD
        while not is_so():
            if time.monotonic() > end:
                raise TimeoutError("it never came to what was waited for")
            work()
            time.sleep(0.005)

    return wait


@pytest.fixture
def lines_run():
    """Return a function that counts the lines of Python, ours and those of libraries, that a piece of work runs."""

    def count(work):
        lines = 0

        def trace(frame, event, _):
            nonlocal lines
            lines += event == "line"
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            work()
        finally:
            sys.settrace(before)
        return lines

    return count


# --- QGIS -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def qgis():
    """Return a running QGIS application with Processing and our provider; skip where there is no QGIS.

    `from qgis import processing` works in every test that asks for this.
    """
    core = pytest.importorskip("qgis.core", reason="QGIS is not installed for this Python")
    app = core.QgsApplication([], True)
    app.initQgis()
    sys.path.append(os.path.join(core.QgsApplication.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    from soilsharp.processing.provider import SoilSharpProvider

    provider = SoilSharpProvider()
    core.QgsApplication.processingRegistry().addProvider(provider)
    yield app
    core.QgsProject.instance().clear()
    core.QgsApplication.processingRegistry().removeProvider(provider)
    app.exitQgis()


@pytest.fixture(scope="session")
def qgis_process(tmp_path_factory):
    """Return a function that calls qgis_process in a profile of its own with the plugin enabled.

    `qgis_process("run", "soilsharp:downscale", "--", ...)` gives a `subprocess.CompletedProcess` with text.
    """
    # it would look for QGIS's Python modules in the environment of this Python
    if find_spec("qgis") is None or not (shutil.which("qgis_process.bin") or shutil.which("qgis_process")):
        pytest.skip("qgis_process is not installed for this Python")
    environment = {**os.environ, "SOILSHARP_PROFILE": str(tmp_path_factory.mktemp("profile")), "VENV": sys.prefix}

    def call(*words, timeout=GUARD, **options):
        command = [str(ROOT / "scripts" / "qgis-env.sh"), "qgis_process", *map(str, words)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout, **options)

    return call


# --- data -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def region(tmp_path_factory):
    """Return a small made-up region whose fine truth is known; `region.study` is the path of its study. Read only."""
    from soilsharp.core.sample_region.region import create_sample_region
    from soilsharp.core.sample_region.settings import RegionOptions

    options = RegionOptions(size_km=36, resolution_m=1000, coarse_km=9, days=16, n_stations=12)
    return create_sample_region(tmp_path_factory.mktemp("region"), options, seed=1)


@pytest.fixture(scope="session")
def real_data():
    """Return the folder of real files (SOILSHARP_REAL_DATA, or shared/data beside the checkout); skip without it."""
    folder = Path(os.environ.get("SOILSHARP_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; set SOILSHARP_REAL_DATA to a folder that has them")
    return folder
