# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of soil moisture, and of scores at stations, drawn without pyplot as the other figures are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..rasters.grid import WGS84, Grid, project
from ..units import SM_SHOWN
from .figures import colour_bar, metric_label

# soil moisture in m3 m-3 and its colour, in figures and in resources/styles
SM_STOPS = (
    (0.00, "#7f3b08"),
    (0.10, "#b8652a"),
    (0.18, "#e0a663"),
    (0.25, "#f3e2b8"),
    (0.32, "#a6d3cf"),
    (0.40, "#4a97b0"),
    (0.50, "#14507d"),
)
SM_RANGE = SM_STOPS[0][0], SM_STOPS[-1][0]
# the same for a standard deviation, and what the values of a map rest on: code, colour and words
SD_STOPS = ((0.00, "#f7f4f9"), (0.02, "#d4c3e0"), (0.04, "#b07fc0"), (0.06, "#8c3f9c"), (0.08, "#4d004b"))
FILLED = ((0, "#cfd8d3", "the cell"), (1, "#f0b35a", "other cells"), (2, "#7a5195", "other days"))
SM_WORDS = f"soil moisture ({SM_SHOWN})"
UNKNOWN = "#e4e4e4"


def soil_moisture_colours() -> Colormap:
    """Return the colour map of soil moisture: dry brown over pale to blue, for 0 to 0.5 m3 m-3."""
    return _between(SM_STOPS)


def _between(stops: tuple[tuple[float, str], ...]) -> Colormap:
    """Return the colour map that goes through some colours, given with their values."""
    low, high = stops[0][0], stops[-1][0]
    colours = LinearSegmentedColormap.from_list("stops", [((v - low) / (high - low), colour) for v, colour in stops])
    colours.set_bad(UNKNOWN)
    return colours


def maps_figure(panels: list[tuple[str, np.ndarray, Grid]], day: np.datetime64 | None = None) -> Figure:
    """Draw maps of one day side by side over the same ground, with one colour bar.

    Parameters
    ----------
    panels : list of (title, values, Grid)
        Soil moisture in m3 m-3, shape of the grid; NaN where unknown. All panels show the ground of the last one.
    day : datetime64[D], optional
        Stands above.
    """
    last = panels[-1][2]
    columns = len(panels) if len(panels) <= 3 else 2
    rows = -(-len(panels) // columns)
    width, height = figure_size(last, columns)
    with rc_context({"figure.constrained_layout.h_pad": 0.08}):  # else the day touches the titles below
        figure = Figure(figsize=(width, height * rows), layout="constrained")
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for i, (axis, (title, values, grid)) in enumerate(zip(axes.flat, panels)):
        shown = draw_map(axis, values, grid, last, left=i % columns == 0, below=i >= len(panels) - columns)
        axis.set_title(title, fontsize=10)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    where = {"orientation": "horizontal", "shrink": 0.5, "aspect": 40} if columns > 1 else {"shrink": 0.8}
    colour_bar(figure, shown, list(axes.flat), SM_WORDS, extend="max", **where)
    if day is not None:
        figure.suptitle(str(day), fontsize=11)
    return figure


def spread_figure(values: np.ndarray, grid: Grid, day: np.datetime64) -> Figure:
    """Draw a map of standard deviations, m3 m-3."""
    figure = Figure(figsize=figure_size(grid, 1), layout="constrained")
    panel = figure.subplots()
    norm = Normalize(SD_STOPS[0][0], SD_STOPS[-1][0])
    shown = draw_map(panel, values, grid, colours=_between(SD_STOPS), norm=norm)
    panel.set_title(str(day), fontsize=10)
    colour_bar(figure, shown, panel, f"standard deviation ({SM_SHOWN})", extend="max", shrink=0.75)
    return figure


@dataclass(frozen=True)
class KrigedDay:
    """The maps of one day that was kriged, each of the shape of its grid.

    Attributes
    ----------
    day : datetime64[D]
    coarse : ndarray
        Soil moisture in m3 m-3, as `fine` and `truth`.
    coarse_grid : Grid
    fine, sd, filled : ndarray
        `sd` in m3 m-3; `filled` by the codes of `FILLED`.
    grid : Grid
    truth : ndarray, optional
    """

    day: np.datetime64
    coarse: np.ndarray
    coarse_grid: Grid
    fine: np.ndarray
    sd: np.ndarray
    filled: np.ndarray
    grid: Grid
    truth: np.ndarray | None = None


def kriged_figure(maps: KrigedDay) -> Figure:
    """Draw the coarse product, the map, how far it may be from the truth, and what it rests on; the truth if known."""
    columns = 2 if maps.truth is None else 3
    width, height = figure_size(maps.grid, columns)
    figure = Figure(figsize=(width, 2 * height), layout="constrained")
    halves = figure.subfigures(2, 1, hspace=0.04)
    upper, lower = (half.subplots(1, columns, sharex=True, sharey=True) for half in halves)

    def draw(axis, title: str, values: np.ndarray, stops=SM_STOPS, grid: Grid = maps.grid):
        norm = Normalize(stops[0][0], stops[-1][0])
        left, below = axis in (upper[0], lower[0]), axis in lower
        shown = draw_map(axis, values, grid, maps.grid, left=left, below=below, colours=_between(stops), norm=norm)
        axis.set_title(title, fontsize=10)
        return shown

    draw(upper[0], "Coarse", maps.coarse, grid=maps.coarse_grid)
    moisture = draw(upper[1], "SoilSharp", maps.fine)
    spread = draw(lower[0], "Standard deviation", maps.sd, SD_STOPS)
    words = f"standard deviation ({SM_SHOWN})"
    if maps.truth is not None:
        draw(upper[2], "Truth", maps.truth)
        draw(lower[1], "Distance from the truth", np.abs(maps.fine - maps.truth), SD_STOPS)
        words = f"standard deviation, distance ({SM_SHOWN})"
    where = {"orientation": "horizontal", "aspect": 40, "extend": "max"}
    colour_bar(halves[0], moisture, list(upper), SM_WORDS, shrink=0.5, **where)
    colour_bar(halves[1], spread, list(lower[:-1]), words, shrink=0.75, **where)
    _draw_filled(halves[1], lower[-1], maps)
    figure.suptitle(str(maps.day), fontsize=11)
    return figure


def _draw_filled(figure, axis, maps: KrigedDay) -> None:
    """Draw what the values of a map rest on."""
    colours = ListedColormap([colour for _, colour, _ in FILLED])
    colours.set_bad(UNKNOWN)
    norm = Normalize(-0.5, len(FILLED) - 0.5)
    shown = draw_map(axis, maps.filled, maps.grid, left=False, colours=colours, norm=norm)
    axis.set_title("What it rests on", fontsize=10)
    bar = figure.colorbar(shown, ax=axis, orientation="horizontal", pad=0.02, aspect=20)
    bar.set_ticks([code for code, _, _ in FILLED], labels=[words for _, _, words in FILLED])
    bar.ax.tick_params(labelsize=8, length=0)


def draw_map(
    axis,
    values: np.ndarray,
    grid: Grid,
    ground: Grid | None = None,
    left: bool = True,
    below: bool = True,
    colours: Colormap | None = None,
    norm: Normalize | None = None,
):
    """Draw a map (shape of the grid; m3 m-3, if it has no colours of its own) over the ground of a grid.

    The ground is the grid's own by default. The axes get words at their `left` and `below`. Returns what a colour bar
    is of.
    """
    ground = ground or grid
    x, y = _mesh(grid, ground)
    colours = colours or soil_moisture_colours()
    norm = norm or Normalize(*SM_RANGE)
    shown = axis.pcolormesh(x, y, np.ma.masked_invalid(values), cmap=colours, norm=norm, rasterized=True)
    axis.set_facecolor(UNKNOWN)
    axes_words(axis, ground, left=left, below=below)
    axis.set_aspect(stretch(ground) if ground.crs.is_geographic else "equal")
    x_left, x_right, y_bottom, y_top = _extent(ground)
    axis.set(xlim=(x_left, x_right), ylim=(y_bottom, y_top))
    return shown


def station_map_figure(
    per_station: pd.DataFrame, product: str, metric: str, background: tuple[np.ndarray, Grid] | None = None
) -> Figure:
    """Draw the stations coloured by a score of a product, over a map if one is given.

    Parameters
    ----------
    per_station : DataFrame
        As in `StationValidation`.
    product, metric : str
    background : (ndarray, Grid), optional
        Soil moisture in m3 m-3, drawn pale.
    """
    own = per_station[per_station["product"] == product]
    grid = background[1] if background else grid_around(own)
    figure = Figure(figsize=figure_size(grid, 1), layout="constrained")
    panel = figure.subplots()
    if background:
        values, grid = background
        shown = panel.imshow(
            values, cmap=soil_moisture_colours(), norm=Normalize(*SM_RANGE), extent=_extent(grid), alpha=0.45,
            interpolation="nearest",
        )  # fmt: skip
        colour_bar(figure, shown, panel, f"mean of the maps ({SM_SHOWN})", shrink=0.75)
    x, y = project(own["longitude"].to_numpy(), own["latitude"].to_numpy(), WGS84, grid.crs)
    x, y = from_corner(grid, x, y)
    scored = own[metric].notna().to_numpy()
    panel.plot(x[~scored], y[~scored], "x", color="#555555", markersize=5)
    values = own[metric].to_numpy()
    low, high, cmap = _score_colours(metric, values)
    shown = panel.scatter(
        x[scored], y[scored], c=values[scored], vmin=low, vmax=high, cmap=cmap, s=55, edgecolors="black",
        linewidths=0.7, zorder=3, clip_on=False,
    )  # fmt: skip
    beyond = {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}
    ends = bool((values < low).any()), bool((values > high).any())
    colour_bar(figure, shown, panel, metric_label(metric), shrink=0.75, extend=beyond[ends])
    left, right, bottom, top = _extent(grid)
    panel.set(xlim=(left, right), ylim=(bottom, top))
    panel.set_aspect(stretch(grid) if grid.crs.is_geographic else "equal")
    axes_words(panel, grid)
    return figure


def _score_colours(metric: str, values: np.ndarray) -> tuple[float, float, str]:
    """Return the lowest and highest value with a colour of its own, and the colour map."""
    # one broken station must not take the colours from all others
    if metric in ("r", "r2"):
        return float(min(0, np.nanpercentile(values, 10))), 1.0, "viridis"
    high = float(np.nanpercentile(np.abs(values), 95))
    return (-high, high, "RdBu") if metric == "bias" else (float(np.nanmin(values)), high, "magma_r")


def _kilometres(grid: Grid) -> float:
    """Return how many units of a projected grid make a kilometre."""
    return 1000 / grid.crs.linear_units_factor[1]


def from_corner(grid: Grid, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return km from the lower left corner of a projected grid; degrees stay degrees."""
    if grid.crs.is_geographic:
        return x, y
    left, bottom, _, _ = grid.bounds
    return (x - left) / _kilometres(grid), (y - bottom) / _kilometres(grid)


def _mesh(grid: Grid, last: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of a grid's cells in the axes of another."""
    return from_corner(last, *project(*np.meshgrid(*grid.edges()), grid.crs, last.crs))


def _extent(grid: Grid) -> tuple[float, float, float, float]:
    """Return left, right, bottom and top in the units of the axes."""
    left, bottom, right, top = grid.bounds
    (left, right), (bottom, top) = from_corner(grid, np.array([left, right]), np.array([bottom, top]))
    return left, right, bottom, top


def stretch(grid: Grid) -> float:
    """Return how much longer a degree of latitude is than one of longitude."""
    middle = (grid.bounds[1] + grid.bounds[3]) / 2
    return 1 / max(np.cos(np.radians(middle)), 0.05)


def figure_size(grid: Grid, columns: int) -> tuple[float, float]:
    """Return the size in inches of a row of maps."""
    left, bottom, right, top = grid.bounds
    tall = (top - bottom) / (right - left) * (stretch(grid) if grid.crs.is_geographic else 1)
    width, each = (10, 9 / columns) if columns > 1 else (8, 5.6)
    return width, min(max(each * tall, 1.6), 9) + (1.2 if columns > 1 else 0.5)


def axes_words(axis, grid: Grid, left: bool = True, below: bool = True) -> None:
    """Label the axes of a map: degrees, or kilometres from its corner."""
    degrees = grid.crs.is_geographic
    if below:
        axis.set_xlabel("longitude (°)" if degrees else "km", fontsize=9)
    if left:
        axis.set_ylabel("latitude (°)" if degrees else "km", fontsize=9)
    axis.tick_params(labelsize=8)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.yaxis.set_major_locator(MaxNLocator(5))


def grid_around(own: pd.DataFrame) -> Grid:
    """Return a grid of degrees that holds the stations."""
    x, y = own["longitude"], own["latitude"]
    room = max(0.08 * max(np.ptp(x), np.ptp(y)), 0.05)
    return Grid.from_bounds(WGS84, room / 2, (x.min() - room, y.min() - room, x.max() + room, y.max() + room))
