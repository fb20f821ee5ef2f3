# SPDX-License-Identifier: GPL-2.0-or-later
"""Granules, and rasters on another grid."""

import resource
import statistics
import time
from pathlib import Path

from made_up import grid_of

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
