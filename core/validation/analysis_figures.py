# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of what the papers look at beside scores; drawn without pyplot, as in `figures`."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ..page import GRID_LINES, UNIT
from .figures import MORE_COLOURS, _quiet
from .uncertainty_budget import TEST, TOTAL

_PLAIN = "#5b6770"


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
