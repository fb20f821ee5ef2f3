# SPDX-License-Identifier: GPL-2.0-or-later
"""The reliability diagram: what bands hold against what they should, and in which groups of rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..scoring.calibration import LEAST, LEVELS
from ..scoring.reliability import HELD, LEFT_OUT, WIDTH
from ..units import SM_SHOWN
from .colours import product_colour
from .figures import legend_above, quiet
from .html_page import GRID_LINES, number
from .reliability_page import all_rows

PLACES = ("station", "cell")
MOST_GROUPS = 30  # in the figure
FAIR = (0.75, 0.99)  # of groups of rows, for a nominal 0.9
STATIONS_WITHIN = (0.1, 0.9)  # quantiles of the stations
CAPTION = (
    "Left: the fraction of what was observed that bands hold, against the fraction that they should hold; whiskers "
    "hold the middle 80 % of the stations. Right: {}, bands of 90 %, with their mean width, in groups of five places "
    "and more; the shade is 0.75 to 0.99. A ring is a band that was calibrated without that class."
)


def reliability_figures(table: pd.DataFrame) -> Iterator[tuple[str, str, Figure]]:
    """Yield the reliability diagram, with the groups of the first model, if there is a band."""
    if len(table):
        yield "Reliability diagram", CAPTION.format(table["product"].iloc[0]), reliability_figure(table)


def reliability_figure(table: pd.DataFrame) -> Figure:
    """Draw what bands hold against what they should, and what those of 90 % hold in groups of rows.

    Parameters
    ----------
    table : DataFrame
        As `reliability` makes it, of one kind of folds and part.
    """
    groups = _groups(table)
    figure = Figure(figsize=(9, max(4.6, 1.2 + 0.23 * len(groups))), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.15]) if len(groups) else (figure.subplots(), None)
    _diagram(left, table)
    if right is not None:
        _bars(right, groups, table["product"].iloc[0])
    legend_above(figure, left)
    return figure


def _diagram(panel, table: pd.DataFrame) -> None:
    products = list(dict.fromkeys(table["product"]))
    panel.plot([0, 1], [0, 1], color="#c23b5a", linewidth=1)
    for i, name in enumerate(products):
        own = table[table["product"] == name]
        colour = product_colour(name, products)
        held = all_rows(own).iloc[0][list(HELD.values())].to_numpy(float)
        x = np.array(LEVELS) + 0.012 * (i - (len(products) - 1) / 2)
        stations = own[own["by"].isin(PLACES)]
        if len(stations):
            low, high = (stations[list(HELD.values())].quantile(at).to_numpy(float) for at in STATIONS_WITHIN)
            panel.vlines(x, low, high, color=colour, linewidth=1.3, alpha=0.6)
        panel.plot(x, held, "o-", color=colour, linewidth=1, markersize=5, label=name)
    panel.set(xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
    panel.set_xlabel("Fraction that the band should hold", fontsize=9)
    panel.set_ylabel("Fraction that it holds", fontsize=9)
    panel.grid(**GRID_LINES)
    quiet(panel)


def _bars(panel, groups: pd.DataFrame, product: str) -> None:
    """Draw a dot a group, its width beside it, and a hollow one where the class was left out of the calibration."""
    place = {
        key: at
        for at, key in enumerate(groups.loc[groups["band"] != LEFT_OUT, ["by", "group"]].itertuples(False, None))
    }
    y = np.array([len(place) - 1 - place[key] for key in groups[["by", "group"]].itertuples(False, None)])
    colour = product_colour(product, [product])
    panel.axvspan(*FAIR, color="#eef3ea", zorder=0)
    panel.axvline(0.9, color="#c23b5a", linewidth=1)
    left_out = (groups["band"] == LEFT_OUT).to_numpy()
    shares = groups[HELD[0.9]].to_numpy()
    panel.plot(shares[left_out], y[left_out], "o", color=colour, markersize=8, markerfacecolor="none")
    panel.plot(shares[~left_out], y[~left_out], "o", color=colour, markersize=5)
    low = min(0.6, np.floor(10 * shares.min()) / 10)
    panel.set(xlim=(low, 1.01), ylim=(-0.7, len(place) - 0.3))
    beside = panel.get_yaxis_transform()
    for at, width in zip(y[~left_out], groups.loc[~left_out, WIDTH[0.9]]):
        panel.text(1.02, at, number(width), fontsize=8, va="center", transform=beside)
    panel.text(1.02, len(place) - 0.35, f"width\n({SM_SHOWN})", fontsize=8, va="bottom", transform=beside)
    panel.set_yticks(y[~left_out], [_label(*key) for key in place], fontsize=8)
    panel.set_xlabel("Fraction that bands of 90 % hold", fontsize=9)
    panel.grid(axis="x", **GRID_LINES)
    quiet(panel)


def _label(by: str, group: str) -> str:
    if by == "all":
        return "all rows"
    return (
        f"{group} coarse" if by == "coarse product" else f"{by.replace('_', ' ')} {group}" if group.isdigit() else group
    )


def _groups(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first model that are no places, of groups with some places; as many as fit in a figure."""
    own = table[(table["product"] == table["product"].iloc[0]) & ~table["by"].isin(PLACES)]
    own = own[own["n_places"] >= LEAST]
    several = own.groupby("by")["group"].transform("nunique") > 1
    own = own[several | (own["by"] == "all")]
    shown = own.loc[own["band"] != LEFT_OUT, ["by", "group"]].head(MOST_GROUPS)
    return own.merge(shown, on=["by", "group"])
