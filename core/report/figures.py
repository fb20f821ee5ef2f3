# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of a validation, drawn without pyplot, so that any thread of QGIS may draw them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator

from ..base.names import grouped
from ..scoring.metrics import DENSITY_EDGES, WORDS
from ..units import SM_SHOWN
from .colours import MORE_COLOURS as MORE_COLOURS  # also for those that draw
from .colours import product_colour as product_colour
from .html_page import GRID_LINES

# matplotlib 3.10 brought the first, 3.13 drops the second
LYING = {"orientation": "horizontal"} if matplotlib.__version_info__ >= (3, 10) else {"vert": False}
LINE = 105  # letters of a legend in a row
FEW_DATES = 6  # months, each named on its axis
MOST_COUNTED = 300  # times the least of a bar of counts, up to which it has 2 and 5 between 1 and 10
MANY = 400  # from so many points on a density says more than dots


def scatter_figure(pairs: pd.DataFrame, products: list[str]) -> Figure:
    """Draw products against observations, a panel each: dots, or a density where there are many.

    Parameters
    ----------
    pairs : DataFrame
        Columns observed and those of the products, m3 m-3; rows with NaN are left out.
    products : list of str
    """
    pairs = pairs.dropna(subset=["observed", *products])
    low, high = limits(pairs[["observed", *products]].to_numpy())
    figure, panels = _panels(products, "Observed")
    shown = None
    for panel, name in zip(panels, products):
        x, y = pairs["observed"], pairs[name]
        if len(pairs) < MANY:
            panel.plot(x, y, ".", markersize=5, alpha=0.6, color=product_colour(name, products), markeredgewidth=0)
        else:
            shown = panel.hexbin(
                x, y, gridsize=45, extent=(low, high, low, high), mincnt=1, cmap="viridis_r", linewidths=0.1,
                norm=_counts(x, y, low, high),
            )  # fmt: skip
        one_to_one(panel, low, high)
        _say_outside(panel, x, y, low, high)
    if shown is not None:
        colour_bar(figure, shown, panels, "pairs", shrink=0.85)
    return figure


def class_scatter_figure(pairs: pd.DataFrame, products: list[str], by: str) -> Figure:
    """Draw products against observations, a row of panels for each class of a column.

    Parameters
    ----------
    pairs : DataFrame
        Columns observed, those of the products, m3 m-3, and the classes; rows with NaN are left out.
    products : list of str
    by : str
        The column of classes.
    """
    pairs = pairs.dropna(subset=["observed", *products, by])
    low, high = limits(pairs[["observed", *products]].to_numpy())
    classes = sorted(pairs[by].unique())
    width = min(2.6 * len(products), 10.4)
    figure = Figure(figsize=(0.9 + width, 0.7 + (width / len(products) + 0.25) * len(classes)), layout="constrained")
    grid = figure.subplots(len(classes), len(products), sharex=True, sharey=True, squeeze=False)
    for row, group in zip(grid, classes):
        own = pairs[pairs[by] == group]
        for panel, name in zip(row, products):
            many = max(0.15, min(0.6, 200 / max(len(own), 1)))
            panel.plot(
                own["observed"], own[name], ".", markersize=4, alpha=many, color=product_colour(name, products),
                markeredgewidth=0,
            )  # fmt: skip
            one_to_one(panel, low, high)
            panel.set_aspect("equal")
            panel.grid(**GRID_LINES)
            quiet(panel)
            if panel in grid[0]:
                panel.set_title(name, fontsize=9)
        row[0].set_ylabel(f"{in_class(by, group)}\nn = {len(own)}", fontsize=9)
    figure.supxlabel(f"Observed ({SM_SHOWN})", fontsize=9)
    figure.supylabel(f"Predicted ({SM_SHOWN})", fontsize=9)
    return figure


def in_class(by: str, group) -> str:
    """Return a class with the name of its column, as a person reads it."""
    return f"{by.replace('_', ' ')} {group}"


def density_figure(density: dict[str, np.ndarray]) -> Figure:
    """Draw the densities of a comparison (see `ProductComparison.density`), a panel a product."""
    total = sum(density.values())
    filled = np.flatnonzero(total.sum(axis=0) + total.sum(axis=1))
    low, high = DENSITY_EDGES[max(filled[0] - 2, 0)], DENSITY_EDGES[min(filled[-1] + 3, len(DENSITY_EDGES) - 1)]
    norm = LogNorm(1, max(2, max(counts.max() for counts in density.values())))
    products = list(density)
    figure, panels = _panels(products, "Reference")
    for panel, name in zip(panels, products):
        counts = np.ma.masked_equal(density[name].T, 0)
        shown = panel.pcolormesh(DENSITY_EDGES, DENSITY_EDGES, counts, cmap="viridis_r", norm=norm, rasterized=True)
        one_to_one(panel, low, high)
    colour_bar(figure, shown, panels, "pixels", shrink=0.85)
    return figure


def box_figure(
    per_station: pd.DataFrame, metrics: tuple[str, ...] = ("ubrmse", "r"), label: Callable[[str], str] | None = None
) -> Figure:
    """Draw how the scores of the stations spread, a panel a metric and a box a product.

    `label` gives the words of an axis by the name of its column, where these are not the usual scores.
    """
    products = list(dict.fromkeys(per_station["product"]))
    figure = Figure(figsize=(8, 0.9 + 0.62 * len(products)), layout="constrained")
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    jitter = np.random.default_rng(0)
    for panel, metric in zip(panels, metrics):
        for place, name in enumerate(reversed(products)):
            values = per_station.loc[per_station["product"] == name, metric].dropna().to_numpy()
            colour = product_colour(name, products)
            panel.boxplot(
                [values], positions=[place], widths=0.5, whis=(5, 95), showfliers=False, **LYING,
                medianprops={"color": "black", "linewidth": 1.6}, boxprops={"color": colour},
                whiskerprops={"color": colour}, capprops={"color": colour},
            )  # fmt: skip
            spots = place + jitter.uniform(-0.16, 0.16, len(values))
            panel.plot(values, spots, ".", color=colour, alpha=0.55, markersize=5, markeredgewidth=0)
        panel.set_xlabel((label or metric_label)(metric), fontsize=9)
        panel.grid(axis="x", **GRID_LINES)
        quiet(panel)
    panels[0].set_yticks(range(len(products)), list(reversed(products)))
    panels[0].set_ylim(-0.6, len(products) - 0.4)
    return figure


def dates_figure(per_date: pd.DataFrame, metrics: Sequence[str] = ("rmse", "r")) -> Figure:
    """Draw the scores of the dates, a panel a metric that is known and a line a product."""
    products = list(dict.fromkeys(per_date["product"]))
    metrics = known_metrics(per_date, metrics)
    figure = Figure(figsize=(8, 0.8 + 1.9 * len(metrics)), layout="constrained")
    panels = figure.subplots(len(metrics), 1, sharex=True, squeeze=False)[:, 0]
    for panel, metric in zip(panels, metrics):
        for name in products:
            own = per_date[per_date["product"] == name]
            panel.plot(
                own["date"],
                own[metric],
                ".-",
                linewidth=1,
                markersize=4,
                color=product_colour(name, products),
                label=name,
            )
        panel.set_ylabel(metric_label(metric), fontsize=9)
        panel.grid(**GRID_LINES)
        quiet(panel)
    date_axis(panels)
    dates = pd.DatetimeIndex(per_date["date"].dropna().unique()).sort_values()
    if len(dates) <= FEW_DATES and (dates.day == 1).all():  # days between two months are no dates
        panels[-1].set_xticks(dates)
    return figure


def _panels(products: list[str], x_words: str):
    """Return a figure with a square panel for every product."""
    columns = 2 if len(products) == 4 else min(3, len(products))
    rows = -(-len(products) // columns)
    # so high that the width limits the squares: else the layout, which does not know of them, cuts titles and labels
    figure = Figure(figsize=(1 + 2.6 * columns, 0.7 + 2.8 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for i, panel in enumerate(panels.flat):
        panel.set_visible(i < len(products))
        if i < len(products):
            panel.set_title(products[i], fontsize=10)
            panel.set_aspect("equal")
            panel.grid(**GRID_LINES)
            quiet(panel)
        if i >= len(products) - columns:
            panel.set_xlabel(f"{x_words} ({SM_SHOWN})", fontsize=9)
            panel.tick_params(labelbottom=True)
        if i % columns == 0:
            panel.set_ylabel(f"Product ({SM_SHOWN})", fontsize=9)
    return figure, list(panels.flat[: len(products)])


def limits(values: np.ndarray) -> tuple[float, float]:
    """Return the ends of an axis for soil moisture, predicted and observed."""
    # a few spikes must not squeeze all others into a corner
    low, high = np.nanpercentile(values, [0.2, 99.8])
    room = 0.1 * max(high - low, 0.02)
    return max(0.0, low - room), high + room


def _say_outside(panel, x: pd.Series, y: pd.Series, low: float, high: float) -> None:
    outside = int(((x < low) | (x > high) | (y < low) | (y > high)).sum())
    if outside:
        words = f"{outside} outside of the axes"
        panel.text(0.97, 0.03, words, transform=panel.transAxes, ha="right", fontsize=7.5, color="#555555")


def date_axis(panels, named=None) -> None:
    """Give panels below each other one axis of dates, and above the first the legend of a panel, else of the first."""
    axis, locator = panels[-1].xaxis, AutoDateLocator(minticks=3, maxticks=9)
    axis.set_major_locator(locator)
    # the year alone: its own choice would name the month of the last tick
    years = ["", "%Y", "%Y", "%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d"]
    axis.set_major_formatter(ConciseDateFormatter(locator, offset_formats=years))
    axis.get_offset_text().set_fontsize(8)
    legend_above(panels[0].figure, panels[0] if named is None else named)


def colour_bar(figure: Figure, shown, axes, label: str, **where) -> None:
    """Add a colour bar with small figures; one of counts has these as they are, 5 and not 5 × 10⁰."""
    bar = figure.colorbar(shown, ax=axes, pad=0.02, **where)
    if isinstance(shown.norm, LogNorm):
        steps = (1, 2, 5) if shown.norm.vmax < MOST_COUNTED * shown.norm.vmin else (1,)
        bar.set_ticks(LogLocator(subs=steps))
        bar.formatter = FuncFormatter(lambda count, _: grouped(count))
        bar.minorticks_off()
        bar.update_ticks()
    bar.set_label(label, fontsize=9)
    bar.ax.tick_params(labelsize=8)


def _counts(x: pd.Series, y: pd.Series, low: float, high: float) -> LogNorm:
    counts, _, _ = np.histogram2d(x, y, bins=45, range=[[low, high]] * 2)
    return LogNorm(1, max(2, counts.max()))


def one_to_one(panel, low: float, high: float) -> None:
    """Give a panel of predicted and observed its limits and the line of perfect agreement."""
    panel.plot([low, high], [low, high], color="#c23b5a", linewidth=1, zorder=4)
    panel.set(xlim=(low, high), ylim=(low, high))
    panel.xaxis.set_major_locator(MaxNLocator(5))
    panel.yaxis.set_major_locator(MaxNLocator(5))


def legend_above(figure: Figure, panel) -> None:
    """Put the legend of a panel above all panels, in as many rows as it needs."""
    handles, labels = panel.get_legend_handles_labels()
    columns = max(1, min(len(labels), LINE // (max(map(len, labels)) + 6)))
    rows = -(-len(labels) // columns)
    # a legend that the layout knew of would push the panels apart
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - (0.1 + 0.2 * rows) / figure.get_figheight()))
    figure.legend(
        handles, labels, loc="upper left", bbox_to_anchor=(0.005, 1), ncol=columns, frameon=False, fontsize=8.5,
        borderaxespad=0.2, handletextpad=0.4, columnspacing=1.4,
    ).set_in_layout(False)  # fmt: skip


def known_metrics(table: pd.DataFrame, metrics: Sequence[str]) -> list[str]:
    """Return the metrics that some row of a table knows, as groups of a few pairs do not R; all where none is known."""
    return [metric for metric in metrics if table[metric].notna().any()] or list(metrics)


def metric_label(metric: str) -> str:
    """Return the name of a metric with its unit, for an axis."""
    name, unit = WORDS[metric]
    return f"{name} ({unit})" if unit else name


def quiet(panel) -> None:
    """Take away what a plot does not need."""
    panel.spines[["top", "right"]].set_visible(False)
    panel.tick_params(labelsize=8)
    panel.set_axisbelow(True)
