# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of what the papers look at beside scores; drawn without pyplot, as in `figures`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..page import GRID_LINES, UNIT
from .figures import MORE_COLOURS, UNKNOWN, _bar, _quiet
from .mqcc import Mqcc
from .uncertainty_budget import TEST, TOTAL


def budget_figure(budget: pd.DataFrame) -> Figure:
    """Draw the parts of an uncertainty, the greatest on top, and their total below; see `uncertainty_budget`."""
    parts = budget[budget["name"] != TOTAL].sort_values("sd")
    rows = pd.concat([budget[budget["name"] == TOTAL], parts])
    colours = {TOTAL: "#222222", TEST: MORE_COLOURS[3]}
    figure = Figure(figsize=(8, 0.9 + 0.36 * len(rows)), layout="constrained")
    panel = figure.subplots()
    panel.barh(rows["name"], rows["sd"], height=0.66, color=[colours.get(n, MORE_COLOURS[0]) for n in rows["name"]])
    for place, (name, sd, share) in enumerate(zip(rows["name"], rows["sd"], rows["share"])):
        percent = f"{100 * share:.0f}" if share >= 0.005 else "< 1"
        words = f"{sd:.3f}" if name == TOTAL else f"{sd:.3f}  ({percent} % of the variance)"
        panel.annotate(words, (sd, place), (4, 0), textcoords="offset points", va="center", fontsize=8)
    panel.set_xlim(0, 1.3 * rows["sd"].max())
    panel.set_xlabel(f"standard deviation ({UNIT})", fontsize=9)
    panel.grid(axis="x", **GRID_LINES)
    _quiet(panel)
    panel.tick_params(axis="y", length=0, labelsize=9)
    return figure


def mqcc_figure(result: Mqcc) -> Figure:
    """Draw quantile correlations as a heat map over time scale and quantile; grey is unknown."""
    rho, scales = result.rho, result.scales
    figure = Figure(figsize=(8, 4), layout="constrained")
    panel = figure.subplots()
    low = float(np.floor(10 * min(0, np.nanmin(rho))) / 10) if np.isfinite(rho).any() else 0.0
    colours = colormaps["viridis"].copy()
    colours.set_bad(UNKNOWN)
    edges = np.arange(len(result.quantiles) + 1) - 0.5
    shown = panel.pcolormesh(
        np.append(scales - 0.5, scales[-1] + 0.5), edges, np.ma.masked_invalid(rho.T), cmap=colours, vmin=low, vmax=1
    )
    if rho.size <= 200:
        for (i, j), value in np.ndenumerate(rho):
            if np.isfinite(value):
                pale = (value - low) / (1 - low) > 0.6
                panel.text(
                    scales[i], j, f"{value:.2f}".replace("-", "−"), ha="center", va="center", fontsize=6.5,
                    color="black" if pale else "white",
                )  # fmt: skip
    panel.set_yticks(range(len(result.quantiles)), [f"{q:g}" for q in result.quantiles])
    panel.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=12, min_n_ticks=1))
    panel.set_xlabel("days of a mean", fontsize=9)
    panel.set_ylabel("quantile τ", fontsize=9)
    _quiet(panel)
    panel.spines[["left", "bottom"]].set_visible(False)
    _bar(figure, shown, panel, "quantile correlation ρ", shrink=0.9)
    return figure
