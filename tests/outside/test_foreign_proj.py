# SPDX-License-Identifier: GPL-2.0-or-later
"""Wheels from PyPI beside a QGIS whose environment names the tables of its own, other PROJ, as on Windows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QGIS_PROJ = Path("/usr/share/proj")
QGIS_GDAL = Path("/usr/share/gdal")
WHEELS = ("rasterio", "pyproj", "geopandas", "pyogrio", "fiona", "shapely")
OTHER = "It comes from another PROJ installation"

REGISTER = f"""
import json, sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
spec = spec_from_file_location("soilsharp", r"{ROOT / "__init__.py"}", submodule_search_locations=[r"{ROOT}"])
sys.modules["soilsharp"] = module_from_spec(spec)
spec.loader.exec_module(sys.modules["soilsharp"])
folder = Path(sys.argv[1])
"""

# Points are (longitude, latitude) and (east, north) of one place in Helsinki.
RASTERS = """
import numpy as np
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.warp import transform
from soilsharp.core.rasters.grid import Grid, parse_crs
from soilsharp.core.rasters.open import Source, grid_of
from soilsharp.core.rasters.raster import read_on, write_map

def used(code):
    "Write a map in a reference system of EPSG, and read it back on a grid of degrees."
    place = folder / f"{code}.tif"
    east, north = (values[0] for values in transform(CRS.from_epsg(4326), parse_crs(f"EPSG:{code}"), [25.0], [60.2]))
    cells = Affine(1000, 0, round(east) - 20_000, 0, -1000, round(north) + 20_000)
    write_map(place, np.full((40, 40), 0.25), Grid(CRS.from_epsg(code), cells, (40, 40)))
    degrees = Grid(CRS.from_epsg(4326), Affine(0.01, 0, 24.9, 0, -0.01, 60.3), (20, 20))
    read = read_on(Source(str(place)), degrees)
    return [grid_of(place).crs.to_epsg() == code, round(east), round(north), float(read.mean())]

codes = [3067, 32635, 3035, 32634, 3034, 25835]
answer = {"here": used(3067)}
for name, workers in (("threads", 3), ("others", 2)):
    with ThreadPoolExecutor(workers) as pool:
        answer[name] = list(pool.map(used, codes))
with rasterio.Env(GDAL_CACHEMAX=64):
    answer["entered"] = used(3067)
answer["rasterio"] = rasterio.__file__
"""

VECTORS = """
import geopandas
from soilsharp.core.stations.table_file import TableFile
points = geopandas.GeoDataFrame({"station": ["a"]}, geometry=geopandas.points_from_xy([25], [60.2], crs=4326))
points.to_crs(3067).to_file(folder / "points.gpkg", driver="GPKG")
# whose reference system is only a number
point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [389130.29, 6675364.02]}}
system = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3067"}}
content = {"type": "FeatureCollection", "crs": system, "features": [point]}
(folder / "points.geojson").write_text(json.dumps(content))
def place(kind):
    table = TableFile(folder / f"points.{kind}").read(["longitude", "latitude"], [])
    return [round(float(value), 5) for value in table.iloc[0]]
with ThreadPoolExecutor(2) as pool:
    answer["points"] = [place("geojson"), *pool.map(place, ["gpkg", "geojson"] * 2)]
answer["geopandas"] = geopandas.__file__
"""

QGIS = """
import os
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsPointXY, QgsProject
from qgis.PyQt.QtCore import QThread
app = QgsApplication([], False)
app.initQgis()
project = QgsProject.instance()

def by_qgis(code):
    systems = [QgsCoordinateReferenceSystem(f"EPSG:{number}") for number in (4326, code)]
    point = QgsCoordinateTransform(*systems, project).transform(QgsPointXY(25.0, 60.2))
    return [round(point.x()), round(point.y())]

class Thread(QThread):
    def run(self):
        self.found = by_qgis(3035)

qgis = [by_qgis(3067)]
"""

QGIS_AFTER = """
thread = Thread()
thread.start()
thread.wait()
answer["qgis"] = [*qgis, by_qgis(3067), by_qgis(25835), thread.found]
answer["environment"] = {name: os.environ.get(name) for name in ("PROJ_DATA", "PROJ_LIB", "GDAL_DATA")}
app.exitQgis()
"""
TELL = "print(json.dumps(answer))"


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Return the Python of an environment that has the wheels in front of what the system has."""
    folder = tmp_path_factory.mktemp("wheels")
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", folder], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--ignore-installed"]
    words = ["--only-binary", ":all:", "--retries", "1", *WHEELS]
    done = subprocess.run([*pip, *words], capture_output=True, text=True, timeout=600)
    if done.returncode:
        pytest.skip(f"the wheels cannot be had here: {done.stderr.strip().splitlines()[-1]}")
    # what they need besides, as numpy, comes from where the tests have it
    purelib = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(purelib, capture_output=True, text=True, check=True).stdout.strip())
    (site / "needed.pth").write_text("\n".join(path for path in sys.path if path.endswith("-packages")))
    return python


def run(python, folder, program, **environment):
    """Run a program in the environment that QGIS makes; return the process."""
    if not (QGIS_PROJ / "proj.db").exists():
        pytest.skip(f"there is no {QGIS_PROJ / 'proj.db'}")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    tables = {"PROJ_DATA": str(QGIS_PROJ), "PROJ_LIB": str(QGIS_PROJ), "GDAL_DATA": str(QGIS_GDAL)}
    words = [python, "-W", "ignore", "-c", program, folder]
    return subprocess.run(
        words, capture_output=True, text=True, timeout=300, cwd=folder, env={**kept, **tables, **environment}
    )


def told(done):
    """Return what a program answers."""
    assert done.returncode == 0, done.stderr
    assert OTHER not in done.stderr
    return json.loads(done.stdout.splitlines()[-1])


WORKS = RASTERS + VECTORS
HELSINKI = {
    3067: [389130, 6675364], 32635: [389130, 6675364], 3035: [5147894, 4210142], 32634: [721672, 6680404],
    3034: [4809446, 3768815], 25835: [389130, 6675364],
}  # fmt: skip


def check(answer, folder):
    """Check that all threads found every place, in wheels that are those of the environment."""
    expected = [[True, *place, 0.25] for place in HELSINKI.values()]
    assert answer["threads"] == answer["others"] == expected
    assert answer["here"] == answer["entered"] == expected[0]
    assert answer["points"] == [[25.0, 60.2]] * 5
    assert all(Path(answer[name]).is_relative_to(folder) for name in ("rasterio", "geopandas"))


def test_the_wheel_alone_takes_the_tables_of_qgis_and_fails(python, tmp_path):
    asked = "from rasterio.crs import CRS\nprint(CRS.from_epsg(3067))"
    done = run(python, tmp_path, asked)
    if done.returncode == 0:
        pytest.skip(f"the tables in {QGIS_PROJ} are new enough for the wheel of rasterio")
    assert OTHER in done.stderr


def test_rasters_and_layers_are_read_and_written_on_every_thread(python, tmp_path):
    check(told(run(python, tmp_path, REGISTER + WORKS + TELL)), python.parents[1])


def test_transforms_of_qgis_work_beside(python, tmp_path):
    pytest.importorskip("qgis.core", reason="QGIS is not installed for this Python")
    answer = told(run(python, tmp_path, REGISTER + QGIS + WORKS + QGIS_AFTER + TELL))
    check(answer, python.parents[1])
    assert answer["qgis"] == [HELSINKI[code] for code in (3067, 3067, 25835, 3035)]
    assert answer["environment"] == {
        "PROJ_DATA": str(QGIS_PROJ), "PROJ_LIB": str(QGIS_PROJ), "GDAL_DATA": str(QGIS_GDAL),
    }  # fmt: skip


def test_points_are_read_by_fiona_where_there_is_no_pyogrio(python, tmp_path):
    program = REGISTER + "answer = {}\nsys.modules['pyogrio'] = None\n" + VECTORS + TELL
    assert told(run(python, tmp_path, program))["points"] == [[25.0, 60.2]] * 5


def test_plugins_made_for_the_gdal_of_qgis_are_not_loaded(python, tmp_path):
    plugins = tmp_path / "gdalplugins"
    plugins.mkdir()
    (plugins / "gdal_Foreign.so").write_bytes(b"made for another GDAL")
    asked = "from soilsharp.core.rasters.grid import WGS84\nanswer = WGS84.to_epsg()\n"
    done = run(python, tmp_path, REGISTER + asked + TELL, GDAL_DRIVER_PATH=str(plugins))
    assert told(done) == 4326
    assert "gdal_Foreign" not in done.stderr
