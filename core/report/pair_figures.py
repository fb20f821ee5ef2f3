# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of pairs, date by date and station by station: scatters, absolute errors, and means of the stations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..scoring.metrics import MIN_PAIRS, scores
from ..units import SM_SHOWN
from .colours import product_colour
from .figures import date_axis, legend_above, limits, one_to_one, quiet
from .html_page import GRID_LINES, number

MAX_DATES = 12  # with a panel each
COLUMNS = 4
MAX_BINS = 15


def dates_scatter_figure(pairs: pd.DataFrame, product: str) -> Figure | None:
    """Draw a product against observations, a panel a date.

    Parameters
    ----------
    pairs : DataFrame
        Columns date, observed and the product, m3 m-3; rows with NaN are left out.
    product : str

    Returns
    -------
    Figure or None
        Of up to `MAX_DATES` dates from the one with the least error to that with the greatest; None where fewer than
        two have `MIN_PAIRS` pairs.
    """
    pairs = pairs.dropna(subset=["date", "observed", product])
    found = {date: scores(own[product], own["observed"]) for date, own in pairs.groupby("date")}
    ordered = sorted((date for date in found if found[date]["n"] >= MIN_PAIRS), key=lambda date: found[date]["rmse"])
    if len(ordered) < 2:
        return None
    chosen = np.unique(np.linspace(0, len(ordered) - 1, MAX_DATES).round().astype(int))
    dates = [ordered[i] for i in chosen]
    pairs = pairs[pairs["date"].isin(dates)]
    low, high = limits(pairs[["observed", product]].to_numpy())
    columns = min(COLUMNS, len(dates))
    rows = -(-len(dates) // columns)
    figure = Figure(figsize=(0.6 + 1.9 * columns, 0.5 + 2.15 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for panel in panels[len(dates) :]:
        panel.set_visible(False)
    for panel, date in zip(panels, dates):
        own, score = pairs[pairs["date"] == date], found[date]
        panel.plot(
            own["observed"], own[product], ".", color=product_colour(product, [product]), markersize=4, alpha=0.6,
            markeredgewidth=0,
        )  # fmt: skip
        one_to_one(panel, low, high)
        panel.xaxis.set_major_locator(MaxNLocator(3))
        panel.yaxis.set_major_locator(MaxNLocator(3))
        words = f"{date:%Y-%m-%d}\nRMSE {number(score['rmse'])}, R² {number(score['r2'], 2)}"
        panel.set_title(words, fontsize=8, loc="left")
        panel.set_aspect("equal")
        panel.grid(**GRID_LINES)
        panel.tick_params(labelbottom=True)
        quiet(panel)
    figure.get_layout_engine().set(h_pad=0.07, rect=(0, 0, 1, 0.985))
    figure.supxlabel(f"Observed ({SM_SHOWN})", fontsize=9)
    figure.supylabel(f"{product} ({SM_SHOWN})", fontsize=9)
    return figure


def errors_by_date_figure(pairs: pd.DataFrame, products: Sequence[str]) -> Figure:
    """Draw the absolute error of each date: the median over its rows as a line, the middle half as a band.

    Parameters
    ----------
    pairs : DataFrame
        Columns date, observed and the products, m3 m-3; rows with NaN are left out.
    products : sequence of str
        The first has the band.
    """
    pairs = pairs.dropna(subset=["date", "observed", *products])
    figure = Figure(figsize=(8, 2.9), layout="constrained")
    panel = figure.subplots()
    for i, name in enumerate(products):
        error = (pairs[name] - pairs["observed"]).abs().groupby(pairs["date"])
        quarters = error.quantile([0.25, 0.5, 0.75]).unstack()
        colour = product_colour(name, list(products))
        if i == 0:
            panel.fill_between(quarters.index, quarters[0.25], quarters[0.75], color=colour, alpha=0.2, linewidth=0)
        panel.plot(quarters.index, quarters[0.5], ".-", color=colour, linewidth=1.2, markersize=4, label=name)
    panel.set_ylim(bottom=0)
    panel.set_ylabel(f"|error| ({SM_SHOWN})", fontsize=9)
    panel.grid(**GRID_LINES)
    quiet(panel)
    date_axis([panel])
    return figure


def station_errors_figure(shown: Sequence[tuple[str, pd.DataFrame]], products: Sequence[str]) -> Figure:
    """Draw the absolute error of a few stations day by day, one below the other.

    Parameters
    ----------
    shown : sequence of (station, DataFrame)
        Rising `date`, observed and the products, m3 m-3.
    products : sequence of str
    """
    figure = Figure(figsize=(8, 0.6 + 1.6 * len(shown)), layout="constrained")
    panels = figure.subplots(len(shown), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for panel, (station, own) in zip(panels, shown):
        for name in products:
            error = (own[name] - own["observed"]).abs()
            colour = product_colour(name, list(products))
            panel.plot(own["date"], error, ".-", color=colour, linewidth=0.9, markersize=3.5, label=name)
        panel.set_title(station, loc="left", fontsize=9)
        panel.set_ylabel(f"|error| ({SM_SHOWN})", fontsize=8)
        panel.grid(**GRID_LINES)
        quiet(panel)
    panels[0].set_ylim(bottom=0)  # of all of them, once all are drawn
    date_axis(panels)
    return figure


def station_means_figure(pairs: pd.DataFrame, products: Sequence[str]) -> Figure | None:
    """Draw histograms of the means of the stations, as observed and as products have them on the same days.

    Folds that part the days of a station have a mean each: models of one have learned from the days of the others.

    Parameters
    ----------
    pairs : DataFrame
        Columns station, observed, the products, m3 m-3, and fold where there is one; rows with NaN are left out.
    products : sequence of str

    Returns
    -------
    Figure or None
        None of fewer than five stations.
    """
    pairs = pairs.dropna(subset=["station", "observed", *products])
    means = pairs.groupby(["station", *(["fold"] if "fold" in pairs else [])])[["observed", *products]].mean()
    n_stations = pairs["station"].nunique()
    if n_stations < 5:
        return None
    n_bins = int(np.clip(np.ceil(2 * len(means) ** (1 / 3)), 5, MAX_BINS))  # Rice's rule
    edges = np.histogram_bin_edges(means.to_numpy(float), bins=n_bins)
    figure = Figure(figsize=(8, 3.1), layout="constrained")
    panel = figure.subplots()
    panel.hist(means["observed"], edges, color="#c9d0d4", label="Observed")
    panel.axvline(means["observed"].mean(), color="#5b6770", linewidth=1, linestyle=":")
    for name in products:
        colour = product_colour(name, list(products))
        panel.hist(means[name], edges, histtype="step", color=colour, linewidth=1.6, label=name)
        panel.axvline(means[name].mean(), color=colour, linewidth=1, linestyle=":")
    panel.yaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel(f"Mean of a station ({SM_SHOWN})", fontsize=9)
    panel.set_ylabel("Stations" if len(means) == n_stations else "Stations, fold by fold", fontsize=9)
    panel.grid(axis="y", **GRID_LINES)
    quiet(panel)
    legend_above(figure, panel)
    return figure
