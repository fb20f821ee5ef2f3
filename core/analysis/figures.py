# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of what the papers look at beside scores; drawn without pyplot, as in `figures`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator

from ..report.colours import MORE_COLOURS
from ..report.figures import colour_bar, quiet
from ..report.html_page import GRID_LINES
from ..report.map_figures import UNKNOWN
from ..units import SM_SHOWN
from .landscape import MOISTURE, Components
from .mqcc import Mqcc
from .uncertainty_budget import TEST, TOTAL

LINE, MARGIN = 0.15, 0.1  # of the names in a biplot, where the circle has the radius 1


def budget_figure(budget: pd.DataFrame) -> Figure:
    """Draw the parts of an uncertainty, the greatest on top, and their total below; see `uncertainty_budget`."""
    parts = budget[budget["name"] != TOTAL].sort_values("sd")
    rows = pd.concat([budget[budget["name"] == TOTAL], parts])
    colours = {TOTAL: "#222222", TEST: MORE_COLOURS[3]}
    figure = Figure(figsize=(8, 0.9 + 0.36 * len(rows)), layout="constrained")
    panel = figure.subplots()
    panel.barh(rows["name"], rows["sd"], height=0.66, color=[colours.get(n, MORE_COLOURS[0]) for n in rows["name"]])
    for place, (name, sd, share) in enumerate(zip(rows["name"], rows["sd"], rows["fraction"])):
        percent = f"{100 * share:.0f}" if share >= 0.005 else "< 1"
        words = f"{sd:.3f}" if name == TOTAL else f"{sd:.3f}  ({percent} % of the variance)"
        panel.annotate(words, (sd, place), (4, 0), textcoords="offset points", va="center", fontsize=8)
    panel.set_xlim(0, 1.3 * rows["sd"].max())
    panel.set_xlabel(f"standard deviation ({SM_SHOWN})", fontsize=9)
    panel.grid(axis="x", **GRID_LINES)
    quiet(panel)
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
    quiet(panel)
    panel.spines[["left", "bottom"]].set_visible(False)
    colour_bar(figure, shown, panel, "quantile correlation ρ", shrink=0.9)
    return figure


def biplot_figure(days: dict[str, Components]) -> Figure:
    """Draw the squares of a landscape and all variables that go with them, a panel a day, as for a wet and a dry one.

    Parameters
    ----------
    days : dict of Components
        By the title of the panel.
    """
    reach = max(_reach(day.correlations) for day in days.values())
    figure = Figure(figsize=(5.6 * len(days), 1.2 + 2.08 * reach), layout="constrained")
    panels = figure.subplots(1, len(days), squeeze=False)[0]
    for panel, (title, day) in zip(panels, days.items()):
        shown = _biplot(panel, day, reach)
        panel.set_title(title, fontsize=10)
        # each with colours of its own: what matters is where a day is wetter
        words = f"mean soil moisture of a square ({SM_SHOWN})"
        colour_bar(figure, shown, panel, words, orientation="horizontal", shrink=0.7, aspect=35)
    return figure


def _biplot(panel, day: Components, reach: float):
    """Draw one panel; arrows are correlations with the two components, squares are brought to the same circle."""
    scores, arrows = day.scores[["PC1", "PC2"]].to_numpy(), day.correlations[["PC1", "PC2"]]
    scores = scores / np.hypot(*scores.T).max()
    shown = panel.scatter(*scores.T, c=day.table[f"mean_{MOISTURE}"], cmap="viridis_r", s=16, linewidths=0, alpha=0.75)
    own = [name for name in arrows.index if name in (f"mean_{MOISTURE}", f"sd_{MOISTURE}")]
    # those of soil moisture above the others
    arrows = arrows.loc[[*arrows.index.drop(own), *own]]
    heights = _heights(arrows, reach)
    for name, (x, y) in arrows.iterrows():
        colour, side = MORE_COLOURS[3] if name in own else "#222222", 1 if x >= 0 else -1
        style = {"arrowstyle": "->", "color": colour, "lw": 1.3, "shrinkA": 0, "shrinkB": 0}
        panel.annotate("", (x, y), (0, 0), arrowprops=style)
        panel.plot([x, 1.3 * side], [y, heights[name]], color=colour, linewidth=0.4, alpha=0.6)
        words = name.replace("mean_", "mean ", 1).replace("sd_", "SD ", 1)
        place = {"ha": "left" if side > 0 else "right", "va": "center"}
        panel.text(1.32 * side, heights[name], words, fontsize=8, color=colour, **place)
    panel.axhline(0, **GRID_LINES, zorder=0)
    panel.axvline(0, **GRID_LINES, zorder=0)
    panel.add_patch(Circle((0, 0), 1, fill=False, zorder=0, **GRID_LINES))
    panel.set(xlim=(-2.7, 2.7), ylim=(-reach, reach), xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    panel.set_aspect("equal")
    for axis, share, number in zip((panel.xaxis, panel.yaxis), day.explained, (1, 2)):
        axis.set_label_text(f"correlation with component {number} ({100 * share:.0f} %)", fontsize=9)
    quiet(panel)
    return shown


def _reach(arrows: pd.DataFrame) -> float:
    """Return how far a panel reaches up and down, so that the names on its fuller side find room."""
    n_left = int((arrows["PC1"] < 0).sum())
    return max(1.4, LINE * max(n_left, len(arrows) - n_left) / 2 + MARGIN)


def _heights(arrows: pd.DataFrame, reach: float) -> dict[str, float]:
    """Return the heights of the names of arrows beside the circle, on each side so far apart that all can be read."""
    heights = {}
    for side in (arrows[arrows["PC1"] < 0], arrows[arrows["PC1"] >= 0]):
        # by direction, so that the lines to the names do not cross
        own = side.assign(turn=np.arctan2(side["PC2"], side["PC1"].abs())).sort_values("turn")
        lines = LINE * np.arange(len(own))
        # between those pushed up by the ones below and those pushed down by the ones above, a line apart in both
        free = own["PC2"].to_numpy() - lines
        pushed = (np.maximum.accumulate(free) + np.minimum.accumulate(free[::-1])[::-1]) / 2
        room = reach - MARGIN
        heights.update(zip(own.index, lines + np.clip(pushed, -room, room - LINE * (len(own) - 1))))
    return heights


def squares_figure(days: dict[str, pd.DataFrame]) -> Figure:
    """Draw how mean and SD of soil moisture inside squares spread, a violin a day; see `landscape_squares`."""
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    panels = figure.subplots(1, 2)
    for panel, (what, words) in zip(panels, (("mean", "mean of a square"), ("sd", "SD inside a square"))):
        values = [day[f"{what}_{MOISTURE}"].to_numpy() for day in days.values()]
        parts = panel.violinplot(values, showmedians=True, widths=0.75)
        for i, body in enumerate(parts["bodies"]):
            body.set(facecolor=MORE_COLOURS[i % len(MORE_COLOURS)], alpha=0.55)
        for name in ("cmins", "cmaxes", "cbars", "cmedians"):
            parts[name].set(color="#222222", linewidth=1)
        panel.set_xticks(range(1, len(days) + 1), list(days))
        panel.set_ylabel(f"{words} ({SM_SHOWN})", fontsize=9)
        panel.set_ylim(bottom=0)
        panel.grid(axis="y", **GRID_LINES)
        quiet(panel)
    return figure
