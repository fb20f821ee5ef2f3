# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads damaged files in a process of its own, which a crash or a hang ends: `fuzz.py READER FOLDER FIRST LAST`.

A line of JSON is printed for every seed from FIRST to LAST: what came of the mutant that it makes.
"""

import json
import random
import re
import resource
import shutil
import signal
import sys
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Callable

import numpy as np

# the checkout as package `soilsharp`, as the tests have it
_spec = spec_from_file_location("conftest", Path(__file__).resolve().parents[1] / "conftest.py")
conftest = module_from_spec(_spec)
_spec.loader.exec_module(conftest)

PATIENCE = 60  # seconds of the processor for a small file; the system ends the process then
MEMORY = 8 * 2**30  # bytes of addresses
HEADER = 2048  # bytes at the beginning, where formats have their numbers
DAY = np.datetime64("2023-05-01")


@dataclass(frozen=True)
class Reader:
    """How a small file is made in a folder, and how it is read.

    `make(folder)` returns the file. `read(folder, out)` reads the folder, or `read(file, out)` the file if `whole` is
    False. A reader of folders is given a good file `beside`, made by `beside(folder)`, which must be read all the same.
    """

    make: Callable
    read: Callable
    beside: Callable = None


# --- mutants ----------------------------------------------------------------------------------------------------------


def mutant(whole, seed):
    """Return the bytes of a file with some damage; the same for the same seed."""
    draw = random.Random(seed)
    damaged = bytearray(whole)
    for _ in range(draw.choice([1, 1, 2, 5])):
        draw.choice([_flip, _cut, _swap, _header, _insert, _number, _repeat])(damaged, draw)
    return bytes(damaged)


def _at(damaged, draw, most=None):
    return draw.randrange(max(1, min(len(damaged), most or len(damaged))))


def _flip(damaged, draw):
    for _ in range(draw.choice([1, 8, 64])):
        if damaged:
            damaged[_at(damaged, draw)] ^= 1 << draw.randrange(8)


def _cut(damaged, draw):
    del damaged[_at(damaged, draw) :]


def _swap(damaged, draw):
    a, b, n = _at(damaged, draw), _at(damaged, draw), draw.choice([1, 4, 64])
    one, other = damaged[a : a + n], damaged[b : b + n]
    if len(one) == len(other):
        damaged[a : a + n], damaged[b : b + n] = other, one


def _header(damaged, draw):
    start, n = _at(damaged, draw, HEADER), draw.choice([1, 2, 4, 8])
    damaged[start : start + n] = draw.choice([b"\xff", b"\0", b"\x7f", b"\x80"]) * n


def _insert(damaged, draw):
    start = _at(damaged, draw)
    damaged[start:start] = draw.randbytes(draw.choice([1, 3, 100]))


def _number(damaged, draw):
    """Put something else in the place of a number that is written in digits."""
    found = list(re.finditer(rb"-?\d+(\.\d+)?", bytes(damaged)))
    if found:
        number = draw.choice(found)
        other = [
            b"",
            b"-1",
            b"nan",
            b"inf",
            b"1e999",
            b"9" * 30,
            b"0",
            b"x",
            b"2023-02-30",
            b"\xff",
            b'"',
            b",",
            b"null",
        ]
        damaged[number.start() : number.end()] = draw.choice(other)


def _repeat(damaged, draw):
    start, n = _at(damaged, draw), draw.choice([10, 1000])
    damaged[start:start] = damaged[start : start + n]


# --- readers ----------------------------------------------------------------------------------------------------------


def readers():
    """Return every reader by its name."""
    return {
        "smap": Reader(_smap, _import("smap.smap.import_smap"), lambda folder: _smap(folder, DAY + 1)),
        "modis": Reader(_modis, _import("modis.modis.import_modis"), lambda folder: _modis(folder, DAY + 16)),
        "era5land": Reader(_era5land, _import("gridded.era5land.import_era5land")),
        "era5land_old": Reader(_era5land_old, _import("gridded.era5land.import_era5land")),
        "grids": Reader(_grids, _import("gridded.grids.import_grids"), lambda folder: _grids(folder, "02")),
        "grids_nc": Reader(_grids_nc, _import("gridded.grids.import_grids")),
        "grids_texts": Reader(_grids_texts, _import("gridded.grids.import_grids")),
        "soilgrids": Reader(_soil, _import("soilgrids.import_static"), lambda folder: _soil(folder, "clay")),
        "ismn": Reader(_ismn, _ismn_read),
        "ameriflux": Reader(_ameriflux, _ameriflux_read, lambda folder: _ameriflux(folder, "US-Two")),
        "uscrn": Reader(_uscrn, _stations("uscrn.import_uscrn"), lambda folder: _uscrn(folder, 2)),
        "table": Reader(_table, _stations("tables.import_station_table")),
        "excel": Reader(_excel, _stations("tables.import_station_table")),
        "points": Reader(_points, _stations("tables.import_station_table")),
        "weather": Reader(_weather, lambda path, out: _call("analysis.weather_stations.read_weather", path)),
        "study": Reader(_study, lambda path, out: _call("study.study.Study.read", path)),
        "method": Reader(_method, lambda path, out: _call("methods.method.Method.read", path)),
        "samples": Reader(_samples, lambda path, out: _call("samples.samples.Samples.read", path)),
        "predictions": Reader(_predictions, lambda path, out: _call("scoring.predictions.Predictions.read", path)),
        "model": Reader(_model, lambda path, out: _call("training.model.Model.read", path)),
    }


def _call(name, *given, **words):
    parts = name.split(".")
    kinds = 2 if parts[-2][0].isupper() else 1
    found = __import__("soilsharp.core." + ".".join(parts[:-kinds]), fromlist=["_"])
    for part in parts[-kinds:]:
        found = getattr(found, part)
    return found(*given, **words)


def _import(name):
    def read(path, out):
        outcome = _call(f"products.{name}", path.parent, out)
        return len(outcome.maps)

    return read


def _stations(name):
    def read(path, out):
        return len(_call(f"products.stations.{name}", path if "tables" in name else path.parent).places)

    return read


def _smap(folder, day=DAY):
    from rasterio.windows import Window

    from soilsharp.core.products.smap.ease import ease_grid
    from soilsharp.core.sample_formats.smap import granule_name, write_granule

    cells = ease_grid("M09").part(Window(1980, 240, 6, 5))
    layers = {"soil_moisture": np.full(cells.shape, 0.25), "retrieval_qual_flag": np.zeros(cells.shape)}
    write_granule(folder / granule_name(day, cells), day, cells, layers)
    return folder / granule_name(day, cells)


def _modis(folder, day=DAY):
    from soilsharp.core.products.modis.files import SINUSOIDAL
    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.sample_formats.modis import write_vi

    grid = Grid.from_bounds(SINUSOIDAL, 926.625433055833, (926625.0, 5003777.0, 935891.0, 5013043.0))
    return write_vi(folder, day, grid, np.full(grid.shape, 0.5))[0]


def _era5land(folder, packed=False):
    from soilsharp.core.sample_formats.era5land import running_sums, write_hours

    times = DAY.astype("datetime64[h]") + np.arange(49)
    rain = np.random.default_rng(0).gamma(0.2, 1e-3, (49, 4, 5))
    longitudes, latitudes = 25 + 0.1 * np.arange(5), 65 - 0.1 * np.arange(4)
    write_hours(folder / "era5land.nc", times, longitudes, latitudes, {"tp": running_sums(rain, times)}, packed)
    return folder / "era5land.nc"


def _era5land_old(folder):
    return _era5land(folder, packed=True)


def _grid():
    from soilsharp.core.rasters.grid import Grid

    return Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_004_000, 3_003_000))


def _grids(folder, day="01"):
    from soilsharp.core.rasters.raster import write_map

    grid = _grid()
    path = folder / f"rain_202305{day}.tif"
    write_map(path, np.arange(grid.size).reshape(grid.shape), grid, unit="mm d-1")
    return path


def _grids_nc(folder):
    import xarray

    values = np.random.default_rng(0).random((3, 4, 5)).astype("float32")
    axes = {"time": DAY.astype("datetime64[ns]") + np.arange(3) * np.timedelta64(1, "D"), "lat": 50 - np.arange(4.0),
            "lon": 10 + np.arange(5.0)}  # fmt: skip
    layer = xarray.DataArray(values, axes, tuple(axes), attrs={"units": "mm d-1"})
    layer["lat"].attrs["units"], layer["lon"].attrs["units"] = "degrees_north", "degrees_east"
    layer.to_dataset(name="rain").to_netcdf(folder / "rain.nc", engine="scipy")
    return folder / "rain.nc"


def _grids_texts(folder):
    """Write NetCDF 4 whose attributes are texts of any length, as those that are not ASCII are."""
    import h5py

    path = folder / "rain.nc"
    axes = {"time": np.arange(3.0), "lat": 50 - np.arange(4.0), "lon": 10 + np.arange(5.0)}
    units = {"time": "days since 2023-05-01", "lat": "degrees_north", "lon": "degrees_east"}
    with h5py.File(path, "w") as file:
        layer = file.create_dataset("rain", data=np.random.default_rng(0).random((3, 4, 5)).astype("float32"))
        layer.attrs["units"], layer.attrs["long_name"] = "mm d-1", "Niederschlag über den Tag"
        for i, (name, values) in enumerate(axes.items()):
            file.create_dataset(name, data=values).make_scale(name)
            file[name].attrs["units"] = units[name]
            layer.dims[i].attach_scale(file[name])
    return path


def _soil(folder, name="sand"):
    from soilsharp.core.sample_formats.soilgrids import write_layer

    grid = _grid()
    write_layer(folder, name, "0-5cm", np.full(grid.shape, 43.0), grid)
    return next(folder.rglob(f"{name}*.tif"))


def _ismn(folder):
    import pandas as pd

    from soilsharp.core.sample_formats.ismn import write_archive

    places = pd.DataFrame({"station": ["Hill", "Dale"], "longitude": [10.5, 11], "latitude": [50.5, 51]})
    times = DAY.astype("datetime64[h]") + np.arange(48)
    write_archive(folder / "ismn.zip", places, times, np.full((48, 2), 0.2))
    return folder / "ismn.zip"


def _ismn_read(path, out):
    return len(_call("products.stations.ismn.import_ismn", path).places)


def _ameriflux(folder, site="US-Ton"):
    rows = "".join(f"202106010{h}00,202106010{h}30,{20 + h}\n" for h in range(8))
    path = folder / f"AMF_{site}_BASE_HH_16-5.csv"
    path.write_text(f"# Site: {site}\nTIMESTAMP_START,TIMESTAMP_END,SWC_1_1_1\n{rows}")
    (folder / "sites.csv").write_text("SITE_ID,LOCATION_LAT,LOCATION_LONG\nUS-Ton,38.4,-120.9\nUS-Two,38.1,-120.5\n")
    return path


def _ameriflux_read(path, out):
    sites = path.parent / "sites.csv"
    return len(_call("products.stations.ameriflux.import_ameriflux", path.parent, sites=sites).places)


def _uscrn(folder, station=1):
    rows = "".join(f"{station},2021-01-0{d},-97.1,36.{station},0.3\n" for d in range(1, 9))
    path = folder / f"crn{station}.csv"
    path.write_text(f"wban,lst_date,longitude,latitude,soil_moisture_5_daily\n{rows}")
    return path


def _table(folder):
    rows = "".join(f"A;10,5;50,5;{day:02d}.04.2023;2{day % 10},5\n" for day in range(1, 29))
    (folder / "plots.csv").write_text(f"plot;lon;lat;date;VWC 5 cm (%)\n{rows}")
    return folder / "plots.csv"


def _frame():
    import pandas as pd

    days = pd.date_range("2023-04-05", periods=12)
    return pd.DataFrame({"station": "A", "longitude": 10.5, "latitude": 50.5, "date": days, "sm": 0.2})


def _excel(folder):
    _frame().to_excel(folder / "plots.xlsx", index=False)
    return folder / "plots.xlsx"


def _points(folder):
    import geopandas

    frame = _frame()
    points = geopandas.points_from_xy(frame["longitude"], frame["latitude"], crs=4326)
    layer = geopandas.GeoDataFrame(frame.drop(columns=["longitude", "latitude"]), geometry=points)
    layer.to_file(folder / "plots.gpkg", driver="GPKG")
    return folder / "plots.gpkg"


def _weather(folder):
    rows = "".join(f"A,10.5,50.5,2023-0{month}-01,{month},{20 - month}\n" for month in range(1, 8))
    (folder / "weather.csv").write_text(f"station,longitude,latitude,date,rain,warmth\n{rows}")
    return folder / "weather.csv"


def _region(folder):
    """Return the study of a small region, made once for all seeds."""
    place = folder.parent / "region"
    if not place.exists():
        options = _call("sample_region.settings.RegionOptions", size_km=36, coarse_km=9, days=4, n_stations=3)
        _call("sample_region.region.create_sample_region", place, options)
    return next(place.rglob("study.json"))


def _study(folder):
    return Path(shutil.copy(_region(folder), folder / "study.json"))


def _method(folder):
    shipped = Path(sys.modules["soilsharp"].__file__).parent / "core" / "methods" / "soilsharp.json"
    return Path(shutil.copy(shipped, folder / "method.json"))


def _samples(folder):
    made = folder.parent / "samples.csv"
    if not made.exists():
        study = _call("study.study.Study.read", _region(folder))
        _call("samples.sampling.sample_coarse", study).write(made)
    return Path(shutil.copy(made, folder / "samples.csv"))


def _trained(folder):
    place = folder.parent / "trained"
    if not place.exists():
        place.mkdir()
        samples = _call("samples.samples.Samples.read", _samples(folder))
        recipe = _call("training.recipe.Recipe.of", "random_forest")
        folds = _call("training.settings.FoldOptions", by="random", n_folds=2)
        model = _call("training.train.train", samples.select(["elevation", "sand"]), recipe, folds=folds)
        model.write(place / "model.soilsharp")
        model.held_out.write(place / "predictions.csv")
    return place


def _model(folder):
    return Path(shutil.copy(_trained(folder) / "model.soilsharp", folder / "model.soilsharp"))


def _predictions(folder):
    return Path(shutil.copy(_trained(folder) / "predictions.csv", folder / "predictions.csv"))


# --- one after another ------------------------------------------------------------------------------------------------


def outcome(reader, whole, name, seed, folder):
    """Return what came of a mutant: "read", "refused", or what is wrong about it."""
    from soilsharp.core.base.errors import SoilSharpError

    place = folder / f"seed {seed}"
    path = place / "in" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(mutant(whole, seed))
    if reader.beside is not None:
        reader.beside(path.parent)
        path.write_bytes(mutant(whole, seed))
    try:
        reader.read(path, place / "out")
    except SoilSharpError as error:
        return "refused" if reader.beside is None else f"stopped the good one: {error}"
    except Exception as error:
        trace = error.__traceback__
        while trace.tb_next:
            trace = trace.tb_next
        at = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        return f"{type(error).__name__} at {at}: {error}"
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return "read"


def main(name, folder, first, last):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    reader, folder = readers()[name], Path(folder)
    made = folder / "made"
    made.mkdir()
    path = reader.make(made)
    whole = path.read_bytes()
    reader.read(path, folder / "whole")  # what is refused without damage tells nothing
    for seed in range(int(first), int(last)):
        print(json.dumps({"seed": seed}), flush=True)
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        print(json.dumps({"seed": seed, "outcome": outcome(reader, whole, path.name, seed, folder)}), flush=True)
        signal.setitimer(signal.ITIMER_PROF, 0)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    finally:
        conftest.pytest_unconfigure()
