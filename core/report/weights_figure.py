# SPDX-License-Identifier: GPL-2.0-or-later
"""The picture of the weights: how much of what each part of a model tells inside coarse cells counts in maps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from ..kriging.one_up import Weights
from .colours import MORE_COLOURS
from .figures import quiet
from .html_page import GRID_LINES

LEARNED, IN_MAPS, EXPLAINED = "learned from coarse cells", "in these maps", "Detail explained by all (%)"
CAPTION = (
    "How much of the detail that each part of the model tells inside coarse cells counts in the maps. It is learned "
    "where the truth is known: among coarse cells, which are the detail of larger cells. Right: how much of that "
    "detail all parts explain together, in blocks of cells that they have not seen."
)
OF_PARTS = "Weight of a part's detail (1: all of it counts)"


def weights_figure(weights: Weights, parts: Sequence[str], in_maps: Sequence[float] | None = None) -> Figure:
    """Draw the weights of the parts with their errors, and beside them what the parts explain together.

    Parameters
    ----------
    weights : Weights
        As they were learned one scale up.
    parts : sequence of str
        What the parts are called, in the order of the weights.
    in_maps : sequence of float, optional
        The weights that maps were made with, which a cap may have made smaller.
    """
    figure = Figure(figsize=(8, 1.3 + 0.45 * len(parts)), layout="constrained")
    of_parts, together = figure.subplots(1, 2, width_ratios=(3, 2))
    rows = np.arange(len(parts))[::-1]
    of_parts.errorbar(
        weights.values, rows, xerr=weights.errors, fmt="o", color=MORE_COLOURS[0], capsize=3, label=f"{LEARNED}, ± SE"
    )
    if in_maps is not None:
        of_parts.plot(in_maps, rows, "D", color=MORE_COLOURS[3], markerfacecolor="none", label=IN_MAPS)
    of_parts.axvline(1, color="#888888", linewidth=1, linestyle="--")
    of_parts.set_yticks(rows, parts)
    of_parts.set_ylim(-0.7, len(parts) - 0.3)
    of_parts.margins(x=0.08)
    of_parts.set_xlabel(OF_PARTS, fontsize=9)
    of_parts.legend(fontsize=8, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncol=2)
    percent, error = 100 * weights.skill, 100 * weights.skill_error
    together.barh([0], [percent], xerr=[error], height=0.4, color=MORE_COLOURS[1], capsize=3)
    together.text(0.98, 0.9, f"{percent:.0f} ± {error:.0f} %", transform=together.transAxes, ha="right", va="top")
    together.set(yticks=[], ylim=(-0.7, 0.7), xlim=(min(0, percent - 2 * error), 100))
    together.set_xlabel(EXPLAINED, fontsize=9)
    for panel in (of_parts, together):
        panel.grid(axis="x", **GRID_LINES)
        quiet(panel)
    return figure
