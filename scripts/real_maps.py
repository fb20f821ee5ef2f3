# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of soil moisture side by side, for figures of docs/real-data.md."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from soilsharp.core.rasters.grid import Grid
from soilsharp.core.report import map_figures
from soilsharp.core.units import SM_SHOWN


def draw(axis, values: np.ndarray, grid: Grid, bounds, title: str = "", unit: str = "°"):
    """Draw one map within bounds; in degrees, or in km from the lower left corner."""
    x, y = grid.edges()
    if unit == "km":
        x, y, bounds = (x - bounds[0]) / 1000, (y - bounds[1]) / 1000, np.subtract(bounds, [*bounds[:2]] * 2) / 1000
    shown = axis.pcolormesh(
        x, y, np.ma.masked_invalid(values), rasterized=True,
        cmap=map_figures.soil_moisture_colours(), norm=Normalize(*map_figures.SM_RANGE),
    )  # fmt: skip
    west, south, east, north = bounds
    axis.set(xlim=(west, east), ylim=(south, north), facecolor=map_figures.UNKNOWN)
    axis.set_aspect(1 / np.cos(np.radians((south + north) / 2)) if unit == "°" else "equal")
    axis.set_title(title, fontsize=10)
    axis.tick_params(labelsize=8)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.yaxis.set_major_locator(MaxNLocator(5))
    return shown


def name_axes(axes: np.ndarray, x: str, y: str) -> None:
    """Name the outer axes of a grid of panels."""
    for axis in axes[-1]:
        axis.set_xlabel(x, fontsize=9)
    for axis in axes[:, 0]:
        axis.set_ylabel(y, fontsize=9)


def colour_bar(figure: Figure, axes: np.ndarray, shown) -> None:
    """Draw the colours of soil moisture below a grid of panels."""
    figure.colorbar(
        shown, ax=list(axes.flat), label=f"soil moisture ({SM_SHOWN})", extend="max", orientation="horizontal",
        shrink=0.5, aspect=40, pad=0.02,
    )  # fmt: skip
