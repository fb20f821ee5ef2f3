# SPDX-License-Identifier: GPL-2.0-or-later
"""What the demos share: algorithms called through qgis_process, tables of scores, a picture."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = ("n", "bias", "rmse", "ubrmse", "mae", "r", "r2")


def run(algorithm: str, **parameters) -> dict:
    """Run one algorithm in a qgis_process of its own; return its results, or tell what it said and stop."""
    start = time.monotonic()
    print(f"  {algorithm} ", end="", flush=True)
    words = [f"{name}={value}" for name, value in parameters.items()]
    program = [str(ROOT / "scripts/qgis-env.sh"), "qgis_process", "--json", "run", f"soilsharp:{algorithm}"]
    done = subprocess.run([*program, "--", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"failed:\n{done.stderr}")
    print(f"{time.monotonic() - start:.1f} s")
    return json.loads(done.stdout)["results"]


def tell(title: str, path: Path) -> None:
    """Print a table of scores, and who did better."""
    from soilsharp.core.scoring.verdict import verdict

    table = pd.read_csv(path)
    print(f"\n{title} (m³ m⁻³; bias is predicted minus observed):\n")
    print(f"{verdict(table)}\n")
    print(table[["product", *COLUMNS]].to_string(index=False, float_format="%.4f"))


def draw_map(path: Path, coarse: Path, maps: Path, truth: Path) -> None:
    """Draw one day: the coarse product, the fine map and the truth (folders), with one scale of colours."""
    from soilsharp.core.rasters.dates import day_of, map_name
    from soilsharp.core.rasters.open import Source, grid_of
    from soilsharp.core.rasters.raster import read_on
    from soilsharp.core.report.html_page import png
    from soilsharp.core.report.map_figures import maps_figure

    # the day on which the satellite saw most
    seen = max(coarse.glob("*.tif"), key=known_cells)
    day = day_of(seen)
    panels = []
    for title, file in (
        ("Coarse, 9 km", seen),
        ("SoilSharp, 1 km", maps / map_name("sm", day)),
        ("Truth, 1 km", truth / map_name("sm", day)),
    ):
        grid = grid_of(file)
        panels.append((title, read_on(Source(str(file)), grid), grid))
    path.write_bytes(png(maps_figure(panels, day)))


def draw_kriged(path: Path, coarse: Path, maps: Path, truth: Path) -> None:
    """Draw a day of which the satellite saw about half: the map, how far it may be from the truth, what it rests on."""
    from soilsharp.core.rasters.dates import day_of, map_name
    from soilsharp.core.rasters.open import Source, grid_of
    from soilsharp.core.rasters.raster import read_on
    from soilsharp.core.report.html_page import png
    from soilsharp.core.report.map_figures import KrigedDay, kriged_figure

    by_cells = sorted(coarse.glob("*.tif"), key=known_cells)
    seen = by_cells[len(by_cells) // 2]
    day = day_of(seen)
    grid = grid_of(maps / map_name("sm", day))

    def values(file: Path):
        return read_on(Source(str(file)), grid_of(file))

    shown = KrigedDay(
        day,
        values(seen),
        grid_of(seen),
        values(maps / map_name("sm", day)),
        values(maps / "sd" / map_name("sd", day)),
        values(maps / "filled" / map_name("filled", day)),
        grid,
        values(truth / map_name("sm", day)),
    )
    path.write_bytes(png(kriged_figure(shown)))


def known_cells(path: Path) -> int:
    """Return how many cells of a raster have a value."""
    import numpy as np

    from soilsharp.core.rasters.open import Source, grid_of
    from soilsharp.core.rasters.raster import read_on

    return int(np.isfinite(read_on(Source(str(path)), grid_of(path))).sum())
