# SPDX-License-Identifier: GPL-2.0-or-later
"""Kriging of a coarse product."""

import time
from pathlib import Path

from made_up import grid_of

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
