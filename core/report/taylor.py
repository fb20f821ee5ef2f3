# SPDX-License-Identifier: GPL-2.0-or-later
"""The diagram of Taylor: correlation, spread and centred error of several products at one glance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .colours import product_colour
from .figures import legend_above

CORRELATIONS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99)
MAX_RATIO = 2.5  # of the spreads; a product beyond it is drawn at the rim
RIM = 1.6  # at the least
CAPTION = (
    "The distance from the origin is the spread of a product relative to that of what was observed, the angle the "
    "correlation, and the distance from the star the centred error (ubRMSE) in units of the observed spread: the "
    "nearer to the star, the better."
)


def taylor_figure(table: pd.DataFrame) -> Figure | None:
    """Draw products by correlation and spread; None where no product has both.

    Parameters
    ----------
    table : DataFrame
        product, r and sd_ratio (SD of the product / SD of the observed).

    References
    ----------
    Taylor 2001, Summarizing multiple aspects of model performance in a single diagram, J. Geophys. Res. 106, 7183-7192.
    """
    shown = table.dropna(subset=["r", "sd_ratio"])
    if shown.empty:
        return None
    products = list(table["product"])
    half = shown["r"].min() >= 0
    rim = float(np.clip(1.1 * shown["sd_ratio"].max(), RIM, MAX_RATIO))
    figure = Figure(figsize=(6.4, 5.6) if half else (8, 5.0), layout="constrained")
    panel = figure.add_subplot(projection="polar")
    panel.set(thetamin=0, thetamax=90 if half else 180, rmax=rim)
    ticks = CORRELATIONS if half else (*(-c for c in CORRELATIONS[:0:-1]), *CORRELATIONS)
    panel.set_thetagrids(np.degrees(np.arccos(ticks)), [f"{tick:g}".replace("-", "−") for tick in ticks], fontsize=8)
    panel.set_rgrids([0.5, 1.0, 1.5, 2.0][: int(rim / 0.5)], fontsize=8)
    panel.grid(color="#d8d8d8", linewidth=0.6)
    _error_circles(panel, rim, np.pi / 2 if half else np.pi)
    panel.plot(0, 1, "*", color="black", markersize=13, label="observed", clip_on=False, zorder=5)
    for _, row in shown.iterrows():
        at = np.arccos(row["r"]), min(row["sd_ratio"], rim)
        panel.plot(*at, "o", color=product_colour(row["product"], products), markersize=8, label=row["product"],
                   markeredgecolor="white", markeredgewidth=0.7, clip_on=False, zorder=6)  # fmt: skip
    middle = np.pi / 4 if half else np.pi / 2
    panel.text(middle, 1.13 * rim, "correlation R", rotation=-45 if half else 0, ha="center", va="center", fontsize=9)
    panel.tick_params(labelsize=8)
    panel.set_xlabel("SD of the product ÷ SD of the observed", fontsize=9, labelpad=20 if half else -20)
    legend_above(figure, panel)
    return figure


def _error_circles(panel, rim: float, end: float) -> None:
    """Draw circles of equal centred error around what was observed."""
    angle = np.linspace(0, end, 181)
    radius = np.linspace(0.01, rim, 120)
    theta, r = np.meshgrid(angle, radius)
    error = np.sqrt(1 + r**2 - 2 * r * np.cos(theta))
    lines = panel.contour(theta, r, error, levels=[0.25, 0.5, 0.75, 1.0, 1.25], colors="#2a9d6f", linewidths=0.7,
                          linestyles="dashed")  # fmt: skip
    panel.clabel(lines, fontsize=7, fmt="%g")
