# SPDX-License-Identifier: GPL-2.0-or-later
"""The page on how soil moisture goes with rain, temperature and radiation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.extras import require
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import read_on
from ..report.html_page import write_page
from .settings import PartialOptions

STEP_WORDS = {"month": "monthly means", "year": "annual means"}


def drivers_report(
    path: str | os.PathLike,
    folders: Mapping[str, str | os.PathLike],
    drivers: list[str],
    options: PartialOptions = PartialOptions(),
) -> None:
    """Write the page of partial correlations of one product or several, side by side.

    Parameters
    ----------
    path : path
    folders : mapping
        Product to the folder that `partial_maps` has written.
    drivers : list of str
        As `partial_maps` was given them.
    options : PartialOptions
        With which it was called.
    """
    require("jinja2", "matplotlib")
    from .driver_figures import STRONGEST, drivers_figure

    maps, signs, grids = {}, {}, {}
    for product, folder in folders.items():
        grid = grids[product] = Source(str(Path(folder) / "n.tif")).grid().thinned()
        maps[product] = {name: _read(folder, f"r_{name}", grid) for name in drivers}
        maps[product][STRONGEST] = _read(folder, STRONGEST, grid)
        signs[product] = {name: _read(folder, f"sign_{name}", grid) for name in drivers}
    table = pd.DataFrame(
        _row(product, name, number, maps[product], signs[product])
        for product in folders
        for number, name in enumerate(drivers, 1)
    )
    means = STEP_WORDS[options.step]
    write_page(
        path,
        title="What soil moisture goes with",
        summary=_strongest(table),
        intro=f"Partial correlations of the {means} of soil moisture with those of each driver, both freed of what the "
        f"other drivers explain. Significant: p < {options.level:g}. The strongest driver of a pixel has the greatest "
        "correlation without its sign.",
        tables=[("Drivers", "Percent of the pixels that have a correlation.", table)],
        figures=[("Maps", f"Of {means}; grey is unknown.", drivers_figure(maps, grids))],
        heading=_heading,
    )


def _read(folder: str | os.PathLike, name: str, grid: Grid) -> np.ndarray:
    return read_on(Source(str(Path(folder) / f"{name}.tif")), grid, "nearest", classes=True)


def _row(product: str, driver: str, number: int, maps: dict, signs: dict) -> dict:
    known = np.isfinite(maps[driver])
    return {
        "product": product,
        "driver": driver,
        "mean_r": float(np.mean(maps[driver][known])) if known.any() else np.nan,
        "positive": _percent(signs[driver] == 1, known),
        "negative": _percent(signs[driver] == -1, known),
        "strongest": _percent(maps["strongest"] == number, np.isfinite(maps["strongest"])),
    }


def _percent(there: np.ndarray, known: np.ndarray) -> float:
    return 100 * float((there & known).sum()) / max(int(known.sum()), 1)


def _strongest(table: pd.DataFrame) -> str:
    """Return which driver is the strongest of each product, in words."""
    best = table.loc[table.groupby("product", sort=False)["strongest"].idxmax()]
    return " ".join(
        f"{row.product}: {row.driver} is the strongest driver, on {row.strongest:.0f} % of the pixels."
        for row in best.itertuples()
    )


def _heading(column: str) -> tuple[str, str]:
    return {
        "mean_r": ("Mean r", ""),
        "positive": ("Significant, positive", "%"),
        "negative": ("Significant, negative", "%"),
        "strongest": ("Strongest driver", "%"),
    }.get(column, (column[:1].upper() + column[1:], ""))
