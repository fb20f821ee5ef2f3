# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of scores in groups: of seasons, classes of land, quarters of the observed; dots, whiskers and violins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..base.names import counted
from ..scoring.settings import BY
from .colours import product_colour
from .figures import known_metrics, legend_above, metric_label, quiet
from .html_page import GRID_LINES

MIN_VIOLIN = 5  # places, for a shape to be more than its dots
WIDTH = 8  # inches
MAX_GROUPS = 16  # in a figure


def groups_figure(table: pd.DataFrame, by: str, metrics: Sequence[str] = ("rmse", "r")) -> Figure:
    """Draw the scores of groups: a panel a metric that is known, a place on the axis a group, a dot a product.

    Parameters
    ----------
    table : DataFrame
        As `score_table` makes it, of one kind of folds and part; with whiskers where it has intervals.
    by : str
        The column of the groups.
    metrics : sequence of str
    """
    products, groups = (list(dict.fromkeys(table[column])) for column in ("product", by))
    metrics = known_metrics(table, metrics)
    figure = Figure(figsize=(WIDTH, 0.9 + 2.1 * len(metrics)), layout="constrained")
    panels = figure.subplots(len(metrics), 1, sharex=True, squeeze=False)[:, 0]
    for panel, metric in zip(panels, metrics):
        for i, name in enumerate(products):
            own = table[table["product"] == name].set_index(by).reindex(groups)
            x = np.arange(len(groups)) + _beside(i, len(products))
            colour = product_colour(name, products)
            if f"{metric}_low" in own:
                panel.vlines(x, own[f"{metric}_low"], own[f"{metric}_high"], color=colour, linewidth=1.4)
            panel.plot(x, own[metric], "o", color=colour, markersize=4.5, label=name)
        panel.set_ylabel(metric_label(metric), fontsize=9)
        panel.grid(axis="y", **GRID_LINES)
        quiet(panel)
        _fit(panel, table, metric)
    counts = table.drop_duplicates(by).set_index(by)["n"]
    _name_groups(panels[-1], [f"{group}\nn = {counts[group]:,}".replace(",", "\u202f") for group in groups])
    if by == "quantile":  # whose groups are numbers
        panels[-1].set_xlabel(f"{BY[by]}, from the driest to the wettest", fontsize=9)
    legend_above(figure, panels[0])
    return figure


def violins_figure(per_place: pd.DataFrame, by: str, metrics: Sequence[str] = ("ubrmse", "r")) -> Figure:
    """Draw how the scores of places spread in every class: a panel a metric, a violin a class and product.

    Parameters
    ----------
    per_place : DataFrame
        As `score_table` makes it with `per_station`, of one kind of folds and part.
    by : str
        The column of the classes.
    metrics : sequence of str
    """
    products, groups = list(dict.fromkeys(per_place["product"])), sorted(per_place[by].unique())
    figure = Figure(figsize=(WIDTH, 0.9 + 2.1 * len(metrics)), layout="constrained")
    panels = figure.subplots(len(metrics), 1, sharex=True, squeeze=False)[:, 0]
    for panel, metric in zip(panels, metrics):
        for i, name in enumerate(products):
            own = per_place[per_place["product"] == name]
            colour = product_colour(name, products)
            for at, group in enumerate(groups):
                values = own.loc[own[by] == group, metric].dropna().to_numpy()
                _violin(panel, values, at + _beside(i, len(products)), 0.75 / len(products), colour)
            panel.plot([], [], "o", color=colour, markersize=4.5, label=name)
        panel.set_ylabel(metric_label(metric), fontsize=9)
        panel.grid(axis="y", **GRID_LINES)
        quiet(panel)
    first = per_place[per_place["product"] == products[0]]
    counts = first[by].value_counts()
    _name_groups(panels[-1], [f"{group}\n{counted(counts.get(group, 0), 'place')}" for group in groups])
    legend_above(figure, panels[0])
    return figure


def _violin(panel, values: np.ndarray, x: float, width: float, colour: str) -> None:
    """Draw the density of values with their median, or dots where they are few."""
    if len(values) >= MIN_VIOLIN and np.ptp(values) > 0:
        shape = panel.violinplot([values], positions=[x], widths=width, showextrema=False)
        for body in shape["bodies"]:
            body.set(facecolor=colour, alpha=0.35, edgecolor=colour)
    panel.plot(np.full(len(values), x), values, ".", color=colour, markersize=3, alpha=0.6, markeredgewidth=0)
    if len(values):
        median = np.median(values)
        panel.hlines(median, x - width / 2, x + width / 2, color=colour, linewidth=1.8)


def _beside(number: int, count: int) -> float:
    """Return how far a product stands from the middle of its group, whose width is 1."""
    return (number - (count - 1) / 2) * min(0.16, 0.75 / count)


def _name_groups(panel, labels: list[str]) -> None:
    crowded = max(map(len, labels)) * len(labels) > 90
    panel.set_xticks(
        range(len(labels)), labels, fontsize=8, rotation=40 if crowded else 0, ha="right" if crowded else "center"
    )
    panel.set_xlim(-0.6, len(labels) - 0.4)


def _fit(panel, table: pd.DataFrame, metric: str) -> None:
    """Give the axis room for the dots, and for whiskers unless these reach far out."""
    values = table[metric].to_numpy(float)
    values = values[np.isfinite(values)]
    if not len(values):
        return
    room = max(np.ptp(values), 0.02)
    names = [name for name in (f"{metric}_low", f"{metric}_high") if name in table]
    ends = table[names].to_numpy(float)
    low = max(values.min() - room, np.nanmin(ends, initial=values.min()))
    high = min(values.max() + room, np.nanmax(ends, initial=values.max()))
    edge = 0.06 * (high - low)
    panel.set_ylim(low - edge, high + edge)
