# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of an explanation, drawn without pyplot, so that any thread of QGIS may draw them."""

from __future__ import annotations

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...report.html_page import GRID_LINES
from ...units import SM_SHOWN, shown
from .effects import ALE, ALL, PD
from .explanation import Explanation

MAX_ROWS = 20  # covariates in one figure
MAX_PANELS = 12
MAX_LINES = 60  # of single samples behind a curve
BLUE, BROWN, GREY = "#5b94b8", "#cf8a55", "#9aa4ab"
CURVE = "#14507d"
CLASS_COLOURS = ("#2f7d32", "#c9772b", "#7b5ea7", "#1f8a9c", "#b23a6f", "#8a8f2a", "#4b6fb5", "#8c5a3c")
LOW_TO_HIGH = LinearSegmentedColormap.from_list("low_to_high", ["#2b83ba", "#b7a6c4", "#c23b5a"])


def shap_figure(explanation: Explanation) -> Figure:
    """Draw the mean size of the SHAP values, and beside it each of them (Jääskeläinen et al. 2025, Figure 2)."""
    table = explanation.importance.head(MAX_ROWS)
    figure, (bars, swarm) = _rows_figure(table["covariate"], 2, [1, 1.7])
    places = np.arange(len(table))[::-1]
    bars.barh(places, table["shap"], color=BLUE, height=0.62)
    bars.set_xlabel(f"mean |SHAP| ({SM_SHOWN})", fontsize=9)
    for place, name in zip(places, table["covariate"]):
        f = explanation.names.index(name)
        values, given = explanation.values[:, f], explanation.X[:, f]
        colours = None if f in explanation.classes else _ranks(given)
        known = np.zeros(len(given), bool) if colours is None else np.isfinite(colours)
        spots = place + _swarm(values, explanation.values)
        swarm.scatter(values[~known], spots[~known], s=5, color=GREY, linewidths=0)
        if known.any():
            swarm.scatter(
                values[known], spots[known], c=colours[known], s=5, cmap=LOW_TO_HIGH, vmin=0, vmax=1, linewidths=0
            )
    swarm.axvline(0, color="#5b6770", linewidth=0.8, zorder=0)
    swarm.set_xlabel(f"SHAP value: drier left, wetter right ({SM_SHOWN})", fontsize=9)
    bar = figure.colorbar(ScalarMappable(cmap=LOW_TO_HIGH), ax=swarm, pad=0.02, aspect=40, ticks=[0, 1])
    bar.ax.set_yticklabels(["low", "high"])
    bar.ax.tick_params(labelsize=8)
    bar.set_label("covariate's value", fontsize=9, labelpad=-8)
    return figure


def importance_figure(explanation: Explanation) -> Figure:
    """Draw the permutation importance, and where they are known the gain and the loss without the covariate."""
    table = explanation.importance.head(MAX_ROWS)
    kinds = [
        (table["permutation"], BLUE, f"shuffled: growth\nof the RMSE ({SM_SHOWN})", table["permutation_sd"]),
        (100 * table["gain_fraction"], BROWN, "fraction of the gain\nof all splits (%)", None),
        (table["drop_one"], GREY, f"left out: growth\nof the RMSE ({SM_SHOWN})", None),
    ]
    kinds = [kind for kind in kinds if kind[0].notna().any()]
    figure, panels = _rows_figure(table["covariate"], len(kinds))
    places = np.arange(len(table))[::-1]
    for panel, (sizes, colour, words, spread) in zip(panels, kinds):
        panel.barh(places, sizes, xerr=spread, color=colour, height=0.62, **_WHISKERS)
        panel.set_xlabel(words, fontsize=9)
        panel.axvline(0, color="#333333", linewidth=0.8)
    return figure


def periods_figure(explanation: Explanation) -> Figure:
    """Draw mean and SD over the periods of the fractions of the importance (Rao et al. 2022, Figure 13)."""
    table = explanation.period_table.head(MAX_ROWS)
    kinds = [kind for kind in ("shap_fraction", "gain_fraction") if f"{kind}_mean" in table]
    figure, panels = _rows_figure(table["covariate"], len(kinds))
    places = np.arange(len(table))[::-1]
    for panel, kind, colour in zip(panels, kinds, (BLUE, BROWN)):
        spread = 100 * table[f"{kind}_sd"].fillna(0) if f"{kind}_sd" in table else None
        panel.barh(places, 100 * table[f"{kind}_mean"], xerr=spread, color=colour, height=0.62, **_WHISKERS)
        words = {
            "shap_fraction": "fraction of all |SHAP| (%)",
            "gain_fraction": "fraction of the gain of all splits (%)",
        }[kind]
        panel.set_xlabel(words, fontsize=9)
        panel.set_xlim(left=0)
    return figure


def dependence_figure(explanation: Explanation) -> Figure:
    """Draw the partial dependence on the most important covariates, with some single samples and the density."""
    names = [name for name in explanation.importance["covariate"] if explanation.lines[name].shape[1]][:MAX_PANELS]
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(1 + 2.9 * columns, 0.3 + 2.3 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False)
    for i, panel in enumerate(panels.flat):
        panel.set_visible(i < len(names))
        if i < len(names):
            _curve(panel, explanation, names[i])
            if not i % columns:
                panel.set_ylabel(f"Soil moisture ({SM_SHOWN})", fontsize=9)
    shown = np.concatenate([explanation.lines[name].ravel() for name in names])
    low, high = np.quantile(shown, [0.02, 0.98])
    room = 0.08 * max(high - low, 0.01)
    panels[0, 0].set_ylim(low - 2 * room, high + room)
    return figure


def effects_figure(explanation: Explanation) -> Figure:
    """Draw the accumulated local effects of the most important covariates, of all samples and by class."""
    table = explanation.effects
    drawn = set(table.loc[table["curve"] == ALE, "covariate"])
    names = [name for name in explanation.importance["covariate"] if name in drawn][:MAX_PANELS]
    groups = [group for group in dict.fromkeys(table["group"]) if group != ALL]
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(1 + 2.9 * columns, 0.8 + 2.3 * rows), layout="constrained")
    heights = [1.0] * rows + [0.2]  # the last is for the legend
    panels = figure.subplots(rows + 1, columns, sharey=True, squeeze=False, gridspec_kw={"height_ratios": heights})
    for i, panel in enumerate(panels.flat):
        panel.set_visible(i < len(names))
        if i < len(names):
            _effects_of(panel, explanation, names[i], groups)
            if not i % columns:
                panel.set_ylabel(f"Effect ({SM_SHOWN})", fontsize=9)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncol=min(5, len(labels)), fontsize=8, frameon=False)
    return figure


def _effects_of(panel, explanation: Explanation, name: str, groups: list[str]) -> None:
    own = explanation.effects[explanation.effects["covariate"] == name]
    for k, group in enumerate(groups):
        curve = own[(own["group"] == group) & (own["curve"] == ALE)]
        panel.plot(curve["value"], curve["effect"], color=CLASS_COLOURS[k % len(CLASS_COLOURS)], lw=1.2, label=group)
    for kind, style, words in ((PD, "--", "all, partial dependence"), (ALE, "-", "all")):
        curve = own[(own["group"] == ALL) & (own["curve"] == kind)]
        panel.plot(curve["value"], curve["effect"], style, color="#222222", lw=1 if kind == PD else 2, label=words)
    f = explanation.names.index(name)
    unit = shown(explanation.units[f])
    panel.set_xlabel(f"{name} ({unit})" if unit else name, fontsize=9)
    panel.axhline(0, color="#5b6770", linewidth=0.8, zorder=0)
    panel.xaxis.set_major_locator(MaxNLocator(5))
    panel.grid(**GRID_LINES)
    _quiet(panel)


_WHISKERS = {"error_kw": {"elinewidth": 1, "capsize": 2.5, "ecolor": "#333333"}}


def _curve(panel, explanation: Explanation, name: str) -> None:
    f, lines = explanation.names.index(name), explanation.lines[name]
    curve = explanation.curves[explanation.curves["covariate"] == name]
    grid, mean = curve["value"].to_numpy(), curve["predicted"].to_numpy()
    some = lines[np.linspace(0, len(lines) - 1, min(MAX_LINES, len(lines))).astype(int)]
    unit = shown(explanation.units[f])
    panel.set_xlabel(f"{name} ({unit})" if unit else name, fontsize=9)
    given = explanation.X[:, f]
    given = given[np.isfinite(given)]
    if f in explanation.classes:
        places = np.arange(len(grid))
        panel.plot(places, some.T, "_", color=GREY, markersize=9, alpha=0.35)
        panel.plot(places, mean, "_", color=CURVE, markersize=18, markeredgewidth=2.5)
        called = explanation.class_words.get(name, {})
        labels = [called.get(f"{value:g}", f"{value:g}") for value in grid]
        panel.set_xticks(places, labels, **({"rotation": 40, "ha": "right"} if called else {}))
        panel.set_xlim(-0.6, len(grid) - 0.4)
    else:
        panel.plot(grid, some.T, color=GREY, linewidth=0.5, alpha=0.35)
        panel.plot(grid, mean, color=CURVE, linewidth=2)
        # a tick for each percentile shows where samples lie
        ticks = np.quantile(given, np.linspace(0.05, 0.95, 91))
        bottom = panel.get_xaxis_transform()
        panel.plot(ticks, np.full(len(ticks), 0.02), "|", color="#333333", markersize=6, alpha=0.45, transform=bottom)
        panel.xaxis.set_major_locator(MaxNLocator(5))
    panel.grid(**GRID_LINES)
    _quiet(panel)


def _rows_figure(names, n_panels: int, widths=None) -> tuple[Figure, list]:
    """Return a figure with panels side by side that share one row for each name."""
    figure = Figure(figsize=(8.6 if n_panels > 1 else 6.4, max(2.0, 1.0 + 0.36 * len(names))), layout="constrained")
    panels = figure.subplots(
        1, n_panels, sharey=True, squeeze=False, gridspec_kw={"width_ratios": widths} if widths else None
    )[0]
    panels[0].set_yticks(np.arange(len(names))[::-1], list(names))
    panels[0].set_ylim(-0.6, len(names) - 0.4)
    for panel in panels:
        panel.grid(axis="x", **GRID_LINES)
        panel.xaxis.set_major_locator(MaxNLocator(4 if n_panels < 3 else 3))
        _quiet(panel)
    for panel in panels[1:]:
        panel.tick_params(left=False)
    return figure, list(panels)


def _swarm(values: np.ndarray, all_values: np.ndarray) -> np.ndarray:
    """Return how far from the middle of its row each point lies, so that equal values stand beside each other."""
    low, high = all_values.min(), all_values.max()
    slot = ((values - low) / max(high - low, 1e-12) * 120).astype(int)
    order = np.argsort(slot, kind="stable")
    first = np.r_[True, np.diff(slot[order]) > 0]
    starts = np.flatnonzero(first)
    turn = np.arange(len(values)) - starts[np.cumsum(first) - 1]  # the how manieth in its slot
    offset = np.empty(len(values))
    offset[order] = (turn + 1) // 2 * np.where(turn % 2, 1, -1)
    return 0.38 * offset / max(np.abs(offset).max(), 8)


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return where values lie between the 5th and the 95th percentile, in [0, 1]; NaN stays."""
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(values), np.nan)
    low, high = np.quantile(values[known], [0.05, 0.95])
    return np.clip((values - low) / (high - low if high > low else 1.0), 0, 1)


def _quiet(panel) -> None:
    """Take away what a plot does not need."""
    panel.spines[["top", "right"]].set_visible(False)
    panel.tick_params(labelsize=8)
    panel.set_axisbelow(True)
