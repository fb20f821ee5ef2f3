# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of how soil moisture goes with rain, temperature and radiation, as maps."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure

from ..rasters.grid import Grid
from ..report.colours import MORE_COLOURS
from ..report.figures import colour_bar
from ..report.map_figures import UNKNOWN, draw_map, stretch

STRONGEST = "strongest"
WORDS = "partial correlation of soil moisture"
DRIVER_COLOURS = ("#2b7bba", "#d9622b", "#e3b505", *MORE_COLOURS)


def drivers_figure(products: dict[str, dict[str, np.ndarray]], grids: dict[str, Grid]) -> Figure:
    """Draw partial correlations as maps, a row a product, and last which driver is the strongest.

    Parameters
    ----------
    products : dict of dict of ndarray
        For each product the map of each driver, and that of `STRONGEST`: numbers of the drivers, from 1.
    grids : dict of Grid
        Of the products; all are drawn over the ground of the first.
    """
    ground = next(iter(grids.values()))
    drivers = [name for name in next(iter(products.values())) if name != STRONGEST]
    figure = Figure(figsize=_size(ground, len(drivers) + 1, len(products)), layout="constrained")
    panels = figure.subplots(len(products), len(drivers) + 1, sharex=True, sharey=True, squeeze=False)
    correlations = colormaps["RdBu"].copy()
    correlations.set_bad(UNKNOWN)
    numbers = ListedColormap(DRIVER_COLOURS[: len(drivers)])
    numbers.set_bad(UNKNOWN)
    for number, (product, maps) in enumerate(products.items()):
        row = panels[number]
        for panel, (name, values) in zip(row, maps.items()):
            last = name == STRONGEST
            norm = Normalize(0.5, len(drivers) + 0.5) if last else Normalize(-1, 1)
            colours = numbers if last else correlations
            where = {"left": panel is row[0], "below": number == len(panels) - 1, "colours": colours, "norm": norm}
            shown = draw_map(panel, values, grids[product], ground, **where)
            if last:
                strongest = shown
            else:
                correlation = shown
            if not number:
                panel.set_title("strongest driver" if last else name, fontsize=10)
        row[0].set_ylabel(f"{product}\n{row[0].get_ylabel()}", fontsize=9)
    lying = {"orientation": "horizontal", "aspect": 35}
    colour_bar(figure, correlation, list(panels[:, :-1].flat), WORDS, shrink=0.6, **lying)
    bar = figure.colorbar(strongest, ax=list(panels[:, -1]), pad=0.02, orientation="horizontal", aspect=15)
    bar.set_ticks(range(1, len(drivers) + 1), labels=drivers)
    bar.ax.tick_params(labelsize=8, length=0)
    return figure


def _size(ground: Grid, columns: int, rows: int) -> tuple[float, float]:
    """Return the size of a figure of maps, in inches."""
    left, bottom, right, top = ground.bounds
    tall = (top - bottom) / (right - left) * (stretch(ground) if ground.crs.is_geographic else 1)
    each = min(max(9.3 / columns * tall, 1.3), 6)
    return 10.5, 1.4 + rows * (each + 0.1)
