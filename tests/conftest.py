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
    """Return a small synthetic region whose fine truth is known; `region.study` is the path of its study. Read only."""
    from soilsharp.core.sample_region.region import create_sample_region
    from soilsharp.core.sample_region.settings import RegionOptions

    options = RegionOptions(size_km=36, resolution_m=1000, coarse_km=9, days=16, n_stations=12)
    return create_sample_region(tmp_path_factory.mktemp("region"), options, seed=1)


@pytest.fixture(scope="session")
def explorable(region, tmp_path_factory):
    """Return a folder with study.json and maps/ of the region: sm, and beside them sd, 0.03 everywhere. Read only."""
    import json

    import numpy as np

    from soilsharp.core.rasters.open import Source
    from soilsharp.core.rasters.raster import map_writer, read_on

    folder = tmp_path_factory.mktemp("explorable")
    content = json.loads(region.study.read_text(encoding="utf-8"))
    for entry in (content["coarse"], content["stations"], *content["covariates"].values()):
        for key in {"file", "files"} & set(entry):
            entry[key] = (region.folder / entry[key]).as_posix()
    (folder / "study.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "maps" / "sd").mkdir(parents=True)
    for path in sorted((region.folder / "truth").glob("sm_*.tif")):
        shutil.copy(path, folder / "maps" / path.name)
        grid = Source(str(path)).grid()
        with map_writer(
            folder / "maps" / "sd" / path.name.replace("sm", "sd"), grid, name="sd", unit="", tags={}
        ) as sd:
            sd.write(np.where(np.isnan(read_on(Source(str(path)), grid)), np.nan, 0.03).astype(np.float32))
    return folder


@pytest.fixture(scope="session")
def real_data():
    """Return the folder of real files (SOILSHARP_REAL_DATA, or shared/data beside the checkout); skip without it."""
    folder = Path(os.environ.get("SOILSHARP_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; set SOILSHARP_REAL_DATA to a folder that has them")
    return folder


@pytest.fixture(scope="session")
def field_table():
    """Return a function that writes one table of stations in a form that people have, and gives its path.

    Two sites were measured at 5, 10, 20 and 50 cm on 40 days; `field_table.truth` is what they measured at 5 cm, in
    m3 m-3, by station and date. Forms are "cm" (a depth column without a unit), "named" (depth_cm), "written" (5 cm),
    "layers" (0-10 cm), "percent", "wide" (a column for every depth), "excel" and "points".
    """
    import numpy as np
    import pandas as pd

    days = pd.date_range("2023-04-05", periods=40).astype("datetime64[ns]")
    sites = {"007": (10.25, 50.5), "Łąka": (10.75, 50.5)}
    curve = {"007": 0.15 + 0.1 * np.exp(-np.arange(40) / 20), "Łąka": 0.3 + 0.05 * np.sin(np.arange(40) / 6)}
    long = pd.DataFrame(
        [
            (site, *place, day, depth, round(moisture + 0.001 * (depth - 5), 4), f"n{i:02d}", "1.50")
            for site, place in sites.items()
            for i, (day, moisture) in enumerate(zip(days, curve[site]))
            for depth in (5, 10, 20, 50)
        ],
        columns=["site", "lon", "lat", "date", "depth", "sm", "note", "clay"],
    )

    def write(folder, form="cm"):
        table = long.assign(sm=long["sm"] * (100 if form == "percent" else 1))
        if form in ("named", "wide"):
            table = table.rename(columns={"depth": "depth_cm"})
        elif form in ("written", "layers"):
            words = {5: "0-10 cm", 10: "5-15cm", 20: "15-25 cm", 50: "40-60 cm"} if form == "layers" else {}
            table["depth"] = [words.get(depth, f"{depth} cm") for depth in table["depth"]]
        if form == "wide":
            keys = ["site", "lon", "lat", "date", "note", "clay"]
            table = table.pivot(index=keys, columns="depth_cm", values="sm")
            table = table.rename(columns=lambda depth: f"sm_{depth}cm").reset_index()
        if form == "excel":
            table.to_excel(folder / "stations.xlsx", index=False)
            return folder / "stations.xlsx"
        table["date"] = table["date"].dt.strftime("%d.%m.%Y")
        if form == "points":
            import geopandas

            points = geopandas.points_from_xy(table["lon"], table["lat"], crs=4326)
            layer = geopandas.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points)
            layer.to_crs(3035).to_file(folder / "stations.gpkg", driver="GPKG")
            return folder / "stations.gpkg"
        table.to_csv(folder / "stations.csv", sep=";", decimal=",", index=False, encoding="cp1250")
        return folder / "stations.csv"

    top = long[long["depth"] == 5].rename(columns={"site": "station"})
    write.truth = top.set_index(["station", "date"])["sm"].sort_index()
    write.rows = len(long)
    write.own = long
    return write
