# SPDX-License-Identifier: GPL-2.0-or-later
"""The single measurements of `run.py`, each called as a process: WHAT FOLDER ARGUMENT; prints one line of JSON."""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

NAMES = tuple(f"covariate_{i:02d}" for i in range(12))
DATED = NAMES[8:]


def main() -> None:
    """Run the measurement that is asked for, and add the peak memory of this process."""
    what, folder, argument = sys.argv[1:]
    figures = globals()[what](Path(folder), argument) or {}
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["peak_mb"] = figures.pop("child_mb", own)
    print(json.dumps(figures))


# --- one large map ----------------------------------------------------------------------------------------------------


def make_map(folder: Path, side: str) -> None:
    """Write 12 smooth rasters of side x side pixels, and a model of 200 trees."""
    import numpy as np

    from soilsharp.core.rasters.raster import map_writer

    grid = grid_of(int(side))
    for number, name in enumerate(NAMES):
        with map_writer(folder / f"{name}_{side}.tif", grid, name=name, unit="1") as writer:
            for window in grid.windows():
                x = np.arange(window.col_off, window.col_off + window.width)
                y = np.arange(window.row_off, window.row_off + window.height)[:, None]
                noise = np.random.default_rng([number, window.row_off, window.col_off]).random((len(y), len(x)))
                writer.write(np.sin(x / (50 + 20 * number)) * np.cos(y / 70) + 0.2 * noise, window)
    model().write(folder / "model.soilsharp")


def bare_prediction(folder: Path, side: str) -> dict:
    """Time LightGBM's own call on arrays that are already in memory, in the order that it likes best."""
    import numpy as np
    import rasterio

    from soilsharp.core.training.model import Model

    X = np.empty((int(side) ** 2, len(NAMES)), np.float32)
    for i, name in enumerate(NAMES):
        with rasterio.open(folder / f"{name}_{side}.tif") as dataset:
            X[:, i] = dataset.read(1).ravel()
    booster = Model.read(folder / "model.soilsharp").fitted.members[0].estimator.model_
    start = time.perf_counter()
    booster.predict(X)
    return {"seconds": time.perf_counter() - start}


def map_prediction(folder: Path, side: str) -> dict:
    """Time our whole algorithm: open, read, predict, write."""
    from soilsharp.core.downscaling.downscale import downscale_layers
    from soilsharp.core.training.model import Model

    layers = {name: str(folder / f"{name}_{side}.tif") for name in NAMES}
    model = Model.read(folder / "model.soilsharp")
    start = time.perf_counter()
    downscale_layers(layers, model, folder / "map.tif")
    return {"seconds": time.perf_counter() - start}


def grid_of(side: int, metres: int = 100):
    """Return a grid of side x side pixels."""
    from soilsharp.core.rasters.grid import Grid

    left, bottom, size = 4_000_000, 2_500_000, side * metres
    return Grid.from_bounds("EPSG:3035", metres, (left, bottom, left + size, bottom + size))


def samples_of(number: int, names: tuple = NAMES):
    """Return made-up samples."""
    import numpy as np
    import pandas as pd

    from soilsharp.core.samples.samples import Samples

    X = np.random.default_rng(1).uniform(-1, 1.2, (number, len(names))).astype(np.float32)
    y = (0.25 + 0.05 * np.tanh(X @ np.linspace(-1, 1, len(names)))).astype(np.float32)
    return Samples(X, y, names, pd.DataFrame(index=range(number)), {"target": "coarse"})


def model():
    """Return LightGBM with its default options, 200 trees, trained on made-up samples."""
    from soilsharp.core.training.recipe import Recipe
    from soilsharp.core.training.settings import FoldOptions
    from soilsharp.core.training.train import train

    return train(samples_of(20_000), Recipe.of("lightgbm"), folds=FoldOptions(by="random", n_folds=0))


# --- many days --------------------------------------------------------------------------------------------------------


def make_series(folder: Path, ground: str) -> None:
    """Write a study of 30 days: 8 covariates that hold, 4 that are dated every 8 days, and a coarse product.

    "own" leaves the covariates on the grids on which they are delivered: degrees, the fixed ones at about 250 m, the
    dated ones at about 1 km. "target" has all of them on the target grid already.
    """
    import numpy as np

    from soilsharp.core.rasters.dates import map_name
    from soilsharp.core.rasters.grid import WGS84, Grid
    from soilsharp.core.rasters.raster import write_map
    from soilsharp.core.study.entries import RasterEntry
    from soilsharp.core.study.study import Study

    grid, rng = grid_of(600, 1000), np.random.default_rng(1)
    around = grid.bounds_in(WGS84)
    fixed, dated = (Grid.from_bounds(WGS84, step, around) if ground == "own" else grid for step in (1 / 400, 1 / 100))
    coarse_grid = Grid.from_bounds("EPSG:3035", 9000, grid.bounds)
    days = np.datetime64("2023-05-01") + np.arange(30)
    entries = {}
    for name in NAMES:
        if name not in DATED:
            write_map(folder / f"{name}.tif", rng.uniform(-1, 1, fixed.shape), fixed)
            entries[name] = RasterEntry(file=f"{name}.tif")
            continue
        entries[name] = RasterEntry(files=name, rule="linear")
        for day in np.datetime64("2023-04-25") + 8 * np.arange(6):
            write_map(folder / name / map_name(name, day), rng.uniform(-1, 1, dated.shape), dated)
    for day in days:
        values = rng.uniform(0.2, 0.3, coarse_grid.shape)
        write_map(folder / "coarse" / map_name("sm", day), values, coarse_grid)
    coarse = RasterEntry(files="coarse", rule="same_day")
    Study("bench", grid, days[0], days[-1], entries, coarse, folder=folder).write(folder / "study.json")
    model().write(folder / "model.soilsharp")


def single_days(folder: Path, conserve: str) -> dict:
    """Time 30 calls for one day each."""
    study, model_file, options, run = _series_parts(folder, conserve)
    start = time.perf_counter()
    for day in study.days:
        run(study, model_file, folder / "single", first=day, last=day, options=options)
    return {"seconds": time.perf_counter() - start}


def whole_series(folder: Path, conserve: str) -> dict:
    """Time one call for 30 days."""
    study, model_file, options, run = _series_parts(folder, conserve)
    start = time.perf_counter()
    run(study, model_file, folder / "whole", options=options)
    return {"seconds": time.perf_counter() - start}


def _series_parts(folder: Path, conserve: str):
    from soilsharp.core.downscaling.downscale import downscale_series
    from soilsharp.core.downscaling.settings import ConsistencyOptions
    from soilsharp.core.study.study import Study
    from soilsharp.core.training.model import Model

    options = ConsistencyOptions(consistency=conserve)
    return Study.read(folder / "study.json"), Model.read(folder / "model.soilsharp"), options, downscale_series


# --- whole methods ----------------------------------------------------------------------------------------------------

OF_030 = {"n_trees": 200, "n_leaves": 5, "max_bins": 60}  # of version 0.3.0; today the options grow with the samples


def make_region(folder: Path, seed: str) -> None:
    """Make up the sample region, 60 days."""
    from soilsharp.core.sample_region.region import create_sample_region

    create_sample_region(folder / "region", seed=int(seed))


def whole_method(folder: Path, name: str) -> dict:
    """Time a method on the sample region: sampling, training, maps and reports."""
    from dataclasses import replace

    from soilsharp.core.methods.method import Method
    from soilsharp.core.methods.run import run_method
    from soilsharp.core.study.study import Study
    from soilsharp.core.training.recipe import Candidate, Recipe

    method = Method.read(name)
    if name == "coarse_lightgbm":
        method = replace(method, recipe=Recipe((Candidate.of("lightgbm", OF_030),)))
    study = Study.read(folder / "region" / "study.json")
    start, cpu = time.perf_counter(), time.process_time()
    run_method(study, method, folder / name)
    return {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}


# --- granules ---------------------------------------------------------------------------------------------------------

REGION = slice(1179, 1249), slice(3168, 3238)  # rows and columns of the global grid of 9 km
RUNS = 5


def make_granules(folder: Path, days: str) -> None:
    """Write a year of granules; their orbits return every 8 days, so 8 of them are enough to be different."""
    import numpy as np
    from rasterio.windows import Window

    from soilsharp.core.products.smap.ease import ease_grid
    from soilsharp.core.sample_formats.smap import granule_name, write_granule

    # wider than the region, so that the chunks around it are as full as those of real granules
    cells, rng = ease_grid("M09").part(Window(3100, 1000, 500, 400)), np.random.default_rng(1)
    written = []
    for number, day in enumerate(np.datetime64("2023-01-01") + np.arange(int(days))):
        path = folder / granule_name(day, cells)
        if number >= 8:
            path.write_bytes(written[number % 8])
            continue
        sm = rng.uniform(0.05, 0.4, cells.shape)
        sm[:, (np.arange(500) + 60 * number) % 480 < 160] = np.nan  # between the swaths
        flags = np.where(np.isnan(sm), 65534, rng.choice((0, 0, 1), cells.shape))
        surface = np.where(np.isnan(sm), 65534, rng.choice((0, 32, 1024), cells.shape, p=(0.8, 0.1, 0.1)))
        write_granule(path, day, cells, {"soil_moisture": sm, "retrieval_qual_flag": flags, "surface_flag": surface})
        written.append(path.read_bytes())


def bare_slices(folder: Path, _: str) -> dict:
    """Time nothing but opening the files and reading what the region needs; the middle one of some runs."""
    import h5py

    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for path in sorted(folder.glob("*.h5")):
            with h5py.File(path) as file:
                group = file["Soil_Moisture_Retrieval_Data_AM"]
                for name in ("soil_moisture_dca", "retrieval_qual_flag_dca", "surface_flag"):
                    group[name][REGION]
        seconds.append(time.perf_counter() - start)
    return {"seconds": statistics.median(seconds)}


def import_granules(folder: Path, write: str) -> dict:
    """Time the import of the region, "with" writing maps or "without"; the middle one of some runs, and the first.

    The first run also loads what is loaded once.
    """
    from rasterio.windows import Window

    from soilsharp.core.products.smap.ease import ease_grid
    from soilsharp.core.products.smap.smap import import_smap
    from soilsharp.core.rasters.map_folder import Importer

    area, seconds = ease_grid("M09").part(Window.from_slices(*REGION)), []
    if write == "without":
        Importer.write = Importer.finish = lambda *words: None
    for run in range(RUNS):
        start = time.perf_counter()
        import_smap(folder / "granules", folder / f"maps_{write}_{run}", area=area)
        seconds.append(time.perf_counter() - start)
    return {"seconds": statistics.median(seconds), "first": seconds[0]}


# --- another grid -----------------------------------------------------------------------------------------------------

ALIGNED = {"bilinear": (10_000, 100), "average": (2500, 400)}  # pixels along a side of the target, and metres of each


def make_alien(folder: Path, how: str) -> None:
    """Write a raster in degrees that covers the target grid: coarser than it, or finer where it is to be averaged."""
    import numpy as np

    from soilsharp.core.rasters.grid import WGS84, Grid
    from soilsharp.core.rasters.raster import map_writer

    grid = Grid.from_bounds(WGS84, 1 / 400 if how == "bilinear" else 1 / 850, grid_of(*ALIGNED[how]).bounds_in(WGS84))
    folder.mkdir(parents=True, exist_ok=True)
    with map_writer(folder / "alien.tif", grid, name="alien", unit="1") as writer:
        for window in grid.windows():
            x = np.arange(window.col_off, window.col_off + window.width)
            y = np.arange(window.row_off, window.row_off + window.height)[:, None]
            noise = np.random.default_rng([window.row_off, window.col_off]).random((len(y), len(x)))
            writer.write(np.sin(x / 90) * np.cos(y / 70) + 0.2 * noise, window)


def gdalwarp(folder: Path, how: str) -> dict:
    """Time gdalwarp with all processors, to the same grid, tiles and compression as ours."""
    import subprocess

    grid = grid_of(*ALIGNED[how])
    create = ("TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "ZLEVEL=1", "PREDICTOR=3",
              "NUM_THREADS=ALL_CPUS", "BIGTIFF=IF_SAFER")  # fmt: skip
    command = ["gdalwarp", "-q", "-overwrite", "-multi", "-wo", "NUM_THREADS=ALL_CPUS", "-r", how,
               "-t_srs", "EPSG:3035", "-te", *map(str, grid.bounds), "-ts", *map(str, grid.shape),
               "-ot", "Float32", "-dstnodata", "nan"]  # fmt: skip
    command += [word for option in create for word in ("-co", option)]
    start = time.perf_counter()
    subprocess.run([*command, str(folder / "alien.tif"), str(folder / "warped.tif")], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "child_mb": used.ru_maxrss / 1024,
    }


def align(folder: Path, how: str) -> dict:
    """Time our step, its account of the map included."""
    from soilsharp.core.preprocessing.align_rasters import align_rasters
    from soilsharp.core.preprocessing.settings import AlignOptions

    options = AlignOptions(resampling="nearest" if how == "average" else how)
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    align_rasters({"alien": str(folder / "alien.tif")}, grid_of(*ALIGNED[how]), folder / "aligned", options)
    seconds, used = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cpu_seconds": cpu}


# --- learners ---------------------------------------------------------------------------------------------------------

SEARCHED = {"lightgbm": 50_000, "random_forest": 5000}  # samples
TRIED = {"n_trees": (50, 100, 150, 200), "min_samples_leaf": (5, 20)}


def grid_search(folder: Path, key: str) -> dict:
    """Time our search."""
    from soilsharp.core.training.recipe import Candidate
    from soilsharp.core.training.search import search

    samples, candidate, options = samples_of(SEARCHED[key]), Candidate.of(key, grid=TRIED), _search_options()
    _bare(key)  # so that the libraries are loaded, as they are there
    start = time.perf_counter()
    found = search(candidate, samples, options)
    return {"seconds": time.perf_counter() - start, "best": found.options.as_dict(), "rmse": found.rmse}


def bare_grid_search(folder: Path, key: str) -> dict:
    """Time scikit-learn's, with the same folds, settings and processors: one fit on each, in threads as ours."""
    import joblib
    from sklearn.model_selection import GridSearchCV

    from soilsharp.core.training.search import inner_folds

    samples = samples_of(SEARCHED[key])
    model, names = _bare(key)
    grid, folds = {names[name]: values for name, values in TRIED.items()}, inner_folds(samples, _search_options())
    theirs = GridSearchCV(model, grid, scoring="neg_mean_squared_error", cv=folds, refit=False, n_jobs=-1)
    start = time.perf_counter()
    with joblib.parallel_backend("threading"):
        theirs.fit(samples.X, samples.y)
    seconds = time.perf_counter() - start
    best = {name: theirs.best_params_[names[name]] for name in TRIED}
    return {"seconds": seconds, "best": best, "rmse": (-theirs.best_score_) ** 0.5}


def _search_options():
    from soilsharp.core.training.settings import SearchOptions

    return SearchOptions(search="grid", inner_by="random", inner_folds=5)


def _bare(key: str):
    """Return the library's own estimator with our default options on one thread, and its names of what is tried."""
    from lightgbm import LGBMRegressor
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from soilsharp.core.training.learners import learner

    o = learner(key).options()
    if key == "linear":
        return make_pipeline(StandardScaler(), Ridge(alpha=o.alpha)), {}
    if key == "random_forest":
        model = RandomForestRegressor(
            o.n_trees, min_samples_leaf=o.min_samples_leaf, max_features=o.feature_fraction, random_state=0, n_jobs=1
        )
        return model, {"n_trees": "n_estimators", "min_samples_leaf": "min_samples_leaf"}
    model = LGBMRegressor(
        n_estimators=o.n_trees,
        min_child_samples=o.min_samples_leaf,
        learning_rate=o.learning_rate,
        num_leaves=o.n_leaves,
        max_depth=o.max_depth,
        max_bin=o.max_bins,
        colsample_bytree=o.feature_fraction,
        random_state=0,
        n_jobs=1,
        deterministic=True,
        force_row_wise=True,
        verbosity=-1,
    )
    return model, {"n_trees": "n_estimators", "min_samples_leaf": "min_child_samples"}


COMPARED = ("linear", "random_forest", "lightgbm")


def comparison(folder: Path, number: str) -> dict:
    """Time our comparison of three learners under two kinds of folds: scores and intervals; and then its report."""
    from soilsharp.core.training.compare.comparison import compare
    from soilsharp.core.training.compare.report import write_comparison
    from soilsharp.core.training.recipe import Recipe

    samples, folds = _at_stations(int(number))
    recipes = {key: Recipe.of(key) for key in COMPARED}
    for key in COMPARED:
        _bare(key)  # so that the libraries are loaded, as they are there
    start = time.perf_counter()
    found = compare(samples, recipes, folds, folder / "comparison")
    seconds = time.perf_counter() - start
    write_comparison(folder / "comparison", found)
    whole = time.perf_counter() - start
    table = found.table[found.table["product"].isin(COMPARED)]
    return {"seconds": seconds, "whole": whole, "rmse": sorted(table["rmse"])}


def bare_comparison(folder: Path, number: str) -> dict:
    """Time the same fits by scikit-learn's `cross_val_predict`: one on each processor, in threads as ours."""
    import joblib
    import numpy as np
    from sklearn.model_selection import cross_val_predict

    from soilsharp.core.training.folds.divide import make_folds

    samples, folds = _at_stations(int(number))
    pairs, rmse = [make_folds(samples, options) for options in folds], []
    models = [_bare(key)[0] for key in COMPARED]
    start = time.perf_counter()
    with joblib.parallel_backend("threading"):
        for model in models:
            for cv in pairs:
                predicted = cross_val_predict(model, samples.X, samples.y, cv=cv, n_jobs=-1)
                rmse.append(float(np.sqrt(np.mean((predicted - samples.y) ** 2))))
    return {"seconds": time.perf_counter() - start, "rmse": sorted(rmse)}


def _at_stations(number: int):
    """Return samples of 20 stations, day by day, and the folds to compare."""
    from dataclasses import replace

    import numpy as np
    import pandas as pd

    from soilsharp.core.training.settings import FoldOptions

    station, day = np.arange(number) % 20, np.arange(number) // 20
    place = {
        "station": [f"station {k}" for k in station],
        "longitude": 16 + 0.1 * station,
        "latitude": 48 + 0.07 * (station % 7),
        "date": pd.to_datetime("2022-01-01") + pd.to_timedelta(day, "D"),
    }
    return replace(samples_of(number), index=pd.DataFrame(place)), [FoldOptions(by="random"), FoldOptions(by="station")]


def learner_prediction(folder: Path, how: str) -> dict:
    """Time the prediction of 130,000 samples x 9, as in Poehls et al. 2025: the middle one of some runs.

    "dense" is the dense network, "forests" the mean of ten forests of 100 trees. Both have learned from 10,000 samples.
    """
    import numpy as np

    from soilsharp.core.training.learners import learner

    samples, X = samples_of(10_000, NAMES[:9]), samples_of(130_000, NAMES[:9]).X
    key, number, runs = ("dense", 1, 21) if how == "dense" else ("random_forest", 10, 3)
    members = [learner(key).build(seed=seed).fit(samples.X, samples.y) for seed in range(number)]
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        np.mean([member.predict(X) for member in members], axis=0)
        seconds.append(time.perf_counter() - start)
    return {"seconds": statistics.median(seconds)}


# --- kriging ----------------------------------------------------------------------------------------------------------

CELLS = 112  # a side
CELL = 9  # pixels a side
KRIGED_DAYS = 30


def kriging_grids() -> tuple:
    """Return a coarse grid of 112 x 112 cells and the fine one of a million pixels."""
    from soilsharp.core.rasters.grid import Grid

    fine = grid_of(CELLS * CELL, 1000)
    return Grid.from_bounds("EPSG:3035", 1000 * CELL, fine.bounds), fine


def make_coarse(folder: Path, days: str) -> None:
    """Write days of a coarse product: a field that remembers some days, a little noise, swaths of 40 % unseen."""
    import numpy as np

    from soilsharp.core.rasters.dates import map_name
    from soilsharp.core.rasters.raster import write_map

    grid, _ = kriging_grids()
    rng = np.random.default_rng(1)
    around = 3 * CELLS
    away = np.minimum(np.arange(around), around - np.arange(around))
    power = np.sqrt(np.maximum(np.fft.rfft2(np.exp(-np.hypot(away[:, None], away) / 6)).real, 0))
    row, column = np.indices(grid.shape)
    across = column + 0.35 * row
    field = np.zeros((around, around // 2 + 1))
    for number in range(int(days)):
        new = np.fft.rfft2(rng.standard_normal((around, around))) * power
        field = new if number == 0 else 0.8 * field + 0.6 * new
        values = 0.25 + 0.05 * np.fft.irfft2(field, s=(around, around))[:CELLS, :CELLS]
        values += rng.normal(0, 0.005, values.shape)
        swath = np.abs(across - rng.uniform(across.min(), across.max()))
        values[swath < np.quantile(swath, 0.4)] = np.nan
        write_map(folder / map_name("sm", np.datetime64("2023-05-01") + number), values, grid)


def warped_days(folder: Path, _: str) -> dict:
    """Time the obvious way: warp every day to the fine grid and write it."""
    from soilsharp.core.rasters.open import Source
    from soilsharp.core.rasters.raster import read_on, write_map

    _, fine = kriging_grids()
    files = sorted(folder.glob("sm_*.tif"))
    start = time.perf_counter()
    processor = time.process_time()
    for file in files:
        write_map(folder / "warped" / file.name, read_on(Source(str(file)), fine, "bilinear"), fine)
    cpu_seconds = time.process_time() - processor
    return {"seconds": time.perf_counter() - start, "cpu_seconds": cpu_seconds}


def kriged_days(folder: Path, how: str) -> dict:
    """Time the smooth field of every day, read, kriged as a series and written; "band" writes its deviation too."""
    import numpy as np

    from soilsharp.core.kriging.cells import Cells, FineMaps
    from soilsharp.core.kriging.field import SmoothField
    from soilsharp.core.rasters.dates import day_of
    from soilsharp.core.rasters.open import Source
    from soilsharp.core.rasters.overlap import Overlap
    from soilsharp.core.rasters.raster import read_on, write_map

    coarse, fine = kriging_grids()
    files = sorted(folder.glob("sm_*.tif"))
    start = time.perf_counter()
    processor = time.process_time()
    days = np.array([day_of(file) for file in files], "datetime64[D]")
    overlap = Overlap(coarse, fine)
    cells = Cells.of(overlap)
    maps = FineMaps(cells, overlap)
    averaging = maps.averaging(np.ones(fine.shape, bool))
    field = SmoothField(cells, np.stack([read_on(Source(str(file)), coarse) for file in files]), days)
    prepared = time.perf_counter() - start
    for day, file, nodes in zip(days, files, field.nodes(days, [averaging] * len(days))):
        write_map(folder / "kriged" / file.name, maps.read(nodes), fine)
        if how == "band":
            write_map(folder / "deviation" / file.name, maps.read(field.band(day).sd), fine)
    cpu_seconds = time.process_time() - processor
    return {"seconds": time.perf_counter() - start, "prepared": prepared, "cpu_seconds": cpu_seconds}


# --- start ------------------------------------------------------------------------------------------------------------


def plugin_start(folder: Path, _: str) -> dict:
    """Time what QGIS does with the plugin at its start, after QGIS itself and Processing are up."""
    import os

    from qgis.core import QgsApplication

    application = QgsApplication([], True)
    application.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    # this environment's own link to the checkout is on the path; QGIS would find it in the profile
    start = time.perf_counter()
    import soilsharp

    plugin = soilsharp.classFactory(None)
    plugin.initProcessing()
    seconds = time.perf_counter() - start
    plugin.unload()
    application.exitQgis()
    return {"milliseconds": 1000 * seconds}


if __name__ == "__main__":
    main()
