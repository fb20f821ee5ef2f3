# SPDX-License-Identifier: GPL-2.0-or-later
"""Time series of single stations, one below the other: observed and predicted, with a band, and rain below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..units import SM_SHOWN
from .colours import product_colour
from .figures import date_axis, quiet
from .html_page import GRID_LINES

BAND, RAIN = "band", "rain"
RAIN_COLOUR = "#6fa8d6"
LONGEST_GAP = 3  # usual steps: what lies further apart is not joined by a line
FEW = 60  # days: of more the marks are smaller
MARKS = "^sD"


@dataclass(frozen=True)
class StationSeries:
    """What is drawn of one station.

    Attributes
    ----------
    title : str
    table : DataFrame
        Rising `date`; `observed` and the products, m3 m-3; where they are known `BAND`, the standard deviation of the
        first product, m3 m-3.
    rain : DataFrame, optional
        `date` and `RAIN`, of every day.
    """

    title: str
    table: pd.DataFrame
    rain: pd.DataFrame | None = None


def series_figure(
    shown: Sequence[StationSeries], products: Sequence[str], lines: int = 1, rain: str = "", band: str = "± SD"
) -> Figure:
    """Draw time series of stations, one below the other.

    Parameters
    ----------
    shown : sequence of StationSeries
    products : sequence of str
    lines : int
        How many of the products are lines, with the band around the first; the others are marks.
    rain : str
        Name and unit of the rain; a strip below each station holds it if there is any.
    band : str
        What the band is, for the legend.
    """
    with_rain = any(one.rain is not None for one in shown)
    heights = ([3, 1] if with_rain else [3]) * len(shown)
    each = 2.7 if with_rain else 2.1
    figure = Figure(figsize=(8, 0.6 + each * len(shown)), layout="constrained")
    panels = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    above = panels[:: 2 if with_rain else 1]
    for panel, one in zip(above, shown):
        _draw_moisture(panel, one, list(products), lines, band)
    if with_rain:
        for panel, one in zip(panels[1::2], shown):
            panel.sharey(panels[1])
            _draw_rain(panel, one.rain, rain)
        panels[1].set_ylim(bottom=0)
    date_axis(panels, above[0])
    return figure


def _draw_moisture(panel, one: StationSeries, products: list[str], lines: int, band: str) -> None:
    table = one.table.set_index("date")
    size = 4.5 if len(table) <= FEW else 3
    for i, name in enumerate(products):
        colour = product_colour(name, products)
        if i < lines:
            joined = _with_breaks(table)
            if not i and BAND in table:
                low, high = joined[name] - joined[BAND], joined[name] + joined[BAND]
                panel.fill_between(
                    joined.index, low, high, color=colour, alpha=0.18, linewidth=0, label=band, zorder=1.5
                )
            panel.plot(joined.index, joined[name], color=colour, linewidth=1.4, label=name, zorder=2.5 - 0.1 * i)
        else:
            panel.plot(
                table.index, table[name], color=colour, label=name, linestyle="none", marker=MARKS[i % len(MARKS)],
                markersize=size, markerfacecolor="none", markeredgewidth=0.8, zorder=2 - 0.01 * i,
            )  # fmt: skip
    panel.plot(table.index, table["observed"], ".", color="black", markersize=size, label="Observed", zorder=3)
    panel.set_title(one.title, loc="left", fontsize=9)
    panel.grid(**GRID_LINES)
    panel.set_ylabel(SM_SHOWN, fontsize=9)
    quiet(panel)


def _draw_rain(panel, rain: pd.DataFrame | None, label: str) -> None:
    if rain is not None:
        panel.bar(rain["date"], rain[RAIN], width=1, color=RAIN_COLOUR, linewidth=0)
    panel.grid(axis="y", **GRID_LINES)
    panel.set_ylabel(label.replace(" (", "\n(", 1), fontsize=8)  # in one line it is higher than the panel
    panel.locator_params(axis="y", nbins=2)
    quiet(panel)


def _with_breaks(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a row of NaN in every long gap between its days, so that no line joins its ends."""
    days = table.index.to_numpy("datetime64[D]")
    steps = np.diff(days).astype(int)
    if not len(steps):
        return table
    long = np.flatnonzero(steps > LONGEST_GAP * max(1, np.median(steps)))
    breaks = pd.DataFrame(np.nan, pd.DatetimeIndex(days[long] + 1), table.columns)
    return pd.concat([table, breaks]).sort_index() if len(breaks) else table
