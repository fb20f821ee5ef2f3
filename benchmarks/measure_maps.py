# SPDX-License-Identifier: GPL-2.0-or-later
"""One large map, many days, whole methods."""

import time
from pathlib import Path

from made_up import NAMES, grid_of, model

DATED = NAMES[8:]

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
