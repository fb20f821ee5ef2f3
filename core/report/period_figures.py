# SPDX-License-Identifier: GPL-2.0-or-later
"""Means over periods side by side, and a region: its land cover, its means, rain and temperature at a few places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from types import MappingProxyType

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure

from ..rasters.grid import WGS84, Grid, project
from .figures import colour_bar, quiet
from .html_page import GRID_LINES
from .map_figures import SM_WORDS, UNKNOWN, draw_map, figure_size, from_corner
from .series_figures import RAIN_COLOUR

COLUMNS = 4
MOST_MAPS = 12  # side by side
MOST_CLASSES = 12  # with a colour of their own
LONGEST_NAME = 26  # of a class, in letters
LEGEND_ROWS = 6
LEGEND = {"fontsize": 7, "frameon": False, "handletextpad": 0.1, "columnspacing": 0.8, "labelspacing": 0.15,
          "borderpad": 0.1, "markerscale": 0.8}  # fmt: skip
LAND = (
    "#3f7d4e", "#b7d08a", "#e6d690", "#c98f4b", "#8c6a9c", "#6fa8d6", "#c25b5b", "#8fb7a8", "#7a6a55", "#d9b3c7",
    "#4f5d73", "#a3a3a3",
)  # fmt: skip
LEAST_RANGE = 2.0  # K, of temperatures that are drawn
WARM = "#b5452c"
Panel = tuple[str, np.ndarray, Grid]


@dataclass(frozen=True)
class Place:
    """A place of a region, and the weather there.

    Attributes
    ----------
    name : str
    longitude, latitude : float
        Degrees.
    weather : DataFrame
        By period (text): rain and, where it is known, temperature.
    """

    name: str
    longitude: float
    latitude: float
    weather: pd.DataFrame


def means_figure(panels: Sequence[Panel]) -> Figure:
    """Draw means of soil moisture, m3 m-3, side by side with one colour bar; up to `MOST_MAPS`."""
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    ground = panels[0][2]
    width, height = figure_size(ground, columns)
    each = height - (1.2 if columns > 1 else 0.5)
    figure = Figure(figsize=(width, (each + 0.35) * rows + 0.9), layout="constrained")
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    shown = _draw_means(axes, panels)
    colour_bar(figure, shown, list(axes.flat), SM_WORDS, orientation="horizontal", shrink=0.5, aspect=40, extend="max")
    return figure


def _draw_means(axes: np.ndarray, panels: Sequence[Panel]):
    """Draw maps of means into a grid of axes; returns what a colour bar is of."""
    columns = axes.shape[1]
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    shown = None
    for i, (axis, (title, values, grid)) in enumerate(zip(axes.flat, panels)):
        shown = draw_map(axis, values, grid, left=i % columns == 0, below=i >= len(panels) - columns)
        axis.tick_params(labelbottom=i >= len(panels) - columns)
        axis.set_title(title, fontsize=9)
    return shown


def region_figure(
    panels: Sequence[Panel],
    land: tuple[np.ndarray, Grid] | None,
    places: Sequence[Place],
    rain: str,
    temperature: str,
    names: Mapping[int, str] = MappingProxyType({}),
) -> Figure:
    """Draw the land cover of a region, its means of soil moisture, and the weather of a few places below.

    Parameters
    ----------
    panels : sequence of (title, values, Grid)
        Means of soil moisture, m3 m-3.
    land : (ndarray, Grid), optional
        Numbers of classes; NaN where unknown.
    places : sequence of Place
        Marked on the first map, by their number.
    rain, temperature : str
        What the weather is called, with its unit.
    names : mapping of int to str
        What classes are called; others are shown by their numbers.
    """
    n_maps = len(panels) + (land is not None)
    columns = min(COLUMNS, n_maps)
    rows = -(-n_maps // columns)
    width, height = figure_size(panels[0][2], columns)
    upper = (height - (1.2 if columns > 1 else 0.5) + 0.35) * rows + 0.9
    lower = 2.6 if places else 0.0
    figure = Figure(figsize=(width, upper + lower), layout="constrained")
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - 0.15 / (upper + lower)))  # else titles are cut
    parts = figure.subfigures(2, 1, height_ratios=[upper, lower]) if places else [figure]
    axes = parts[0].subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    maps = list(axes.flat)
    first = maps[0]
    classes = [] if land is None else _draw_land(maps.pop(0), *land, names, below=n_maps <= columns)
    for axis in maps[len(panels) :]:
        axis.set_visible(False)
    for i, (axis, (title, values, grid)) in enumerate(zip(maps, panels), n_maps - len(panels)):
        below = i >= n_maps - columns
        shown = draw_map(axis, values, grid, left=i % columns == 0, below=below)
        axis.tick_params(labelbottom=below)
        axis.set_title(title, fontsize=9)
    where = {"orientation": "horizontal", "shrink": 0.5, "aspect": 40, "extend": "max"}
    if classes:  # their legend stands to the left of it
        where["anchor"] = (1.0, 1.0)
        legend = parts[0].legend(handles=classes, loc="lower left", ncol=-(-len(classes) // LEGEND_ROWS), **LEGEND)
        legend.set_in_layout(False)
    colour_bar(parts[0], shown, list(axes.flat), SM_WORDS, **where)
    _mark(first, places, panels[0][2])
    if places:
        _draw_weather(parts[1], places, rain, temperature)
    return figure


def _draw_land(axis, values: np.ndarray, grid: Grid, names: Mapping[int, str], below: bool) -> list:
    """Draw classes, the most frequent ones in colours of their own; return what a legend shows of them."""
    known = values[np.isfinite(values)]
    classes, counts = np.unique(known, return_counts=True)
    classes = np.sort(classes[np.argsort(-counts, kind="stable")][:MOST_CLASSES])
    numbers = np.full(values.shape, np.nan)
    for number, code in enumerate(classes):
        numbers[values == code] = number
    colours = ListedColormap(LAND[: len(classes)])
    colours.set_bad(UNKNOWN)
    draw_map(axis, numbers, grid, below=below, colours=colours, norm=Normalize(-0.5, len(classes) - 0.5))
    axis.tick_params(labelbottom=below)
    axis.set_title("Land cover", fontsize=9)
    labels = [shorten(names.get(int(code), f"{code:g}"), LONGEST_NAME, placeholder="…") for code in classes]
    return [axis.plot([], [], "s", color=colour, label=label)[0] for label, colour in zip(labels, LAND)]


def _mark(axis, places: Sequence[Place], ground: Grid) -> None:
    """Mark places on a map by their numbers."""
    for number, place in enumerate(places, 1):
        x, y = project(np.array([place.longitude]), np.array([place.latitude]), WGS84, ground.crs)
        x, y = from_corner(ground, x, y)
        axis.plot(x, y, "o", color="white", markeredgecolor="black", markersize=11, zorder=4, clip_on=False)
        axis.text(x[0], y[0], str(number), ha="center", va="center", fontsize=7.5, zorder=5)


def _draw_weather(figure, places: Sequence[Place], rain: str, temperature: str) -> None:
    """Draw rain as bars and temperature as a line, a panel a place."""
    panels = figure.subplots(1, len(places), sharey=True, squeeze=False)[0]
    twins = []
    for number, (panel, place) in enumerate(zip(panels, places), 1):
        table = place.weather
        panel.bar(table.index, table["rain"], color=RAIN_COLOUR, width=0.7)
        panel.set_xlim(-0.8, max(len(table), 4) - 0.2)  # a single bar is no wall
        panel.set_title(f"{number}: {place.name}", fontsize=9, loc="left")
        panel.tick_params(axis="x", labelrotation=45 if len(table) > 3 else 0)
        panel.grid(axis="y", **GRID_LINES)
        quiet(panel)
        if "temperature" in table and table["temperature"].notna().any():
            twin = panel.twinx()
            twin.plot(table.index, table["temperature"], ".-", color=WARM, linewidth=1.2, markersize=5)
            twin.tick_params(labelsize=8, colors=WARM, labelright=number == len(places))
            twin.spines[["top", "left"]].set_visible(False)
            twins.append(twin)
    panels[0].set_ylabel(rain, fontsize=9)
    for twin in twins[1:]:
        twin.sharey(twins[0])
    if twins:
        low, high = twins[0].get_ylim()
        if high - low < LEAST_RANGE:  # else next to nothing would look like much
            twins[0].set_ylim((low + high - LEAST_RANGE) / 2, (low + high + LEAST_RANGE) / 2)
        twins[-1].set_ylabel(temperature, fontsize=9, color=WARM)
