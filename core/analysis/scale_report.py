# SPDX-License-Identifier: GPL-2.0-or-later
"""The page on what a model loses from one scale to another."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..base.progress import SILENT, Progress
from ..report.colours import MORE_COLOURS
from ..report.figures import quiet
from ..report.html_page import write_page
from ..report.words import heading
from ..training.scale_facts import ScaleTransfer
from ..units import SM_SHOWN

MOST_BARS = 20
INTRO = (
    "A model of a coarse product learns from means over its cells and is asked for pixels inside them. Nobody can see "
    "there what that costs, but one and two scales up one can: means of 2 × 2 and 4 × 4 cells take the place of cells, "
    "and cells that of pixels. All scores are of blocks of cells that were not learned from, at any scale. There "
    "are fewer super-cells than cells, so each error stands beside that of a model which learned at the scored scale "
    "from no more samples: what is lost between these two is lost by the change of scale."
)
_HEADS = {
    "learned": ("learned from", "cells a side"),
    "scored": ("scored on", "cells a side"),
    "rmse_native": ("RMSE, learned at this scale", SM_SHOWN),
    "loss": ("loss", SM_SHOWN),
    "loss_percent": ("loss", "%"),
    "loss_a_step": ("loss a step", "%"),
    "low": ("least mean", "own unit"),
    "high": ("greatest mean", "own unit"),
    "below": ("below", "fraction of pixels"),
    "above": ("above", "fraction of pixels"),
    "outside": ("outside", "fraction of pixels"),
}


def scale_report(
    path: str | os.PathLike,
    summary: str,
    transfer: ScaleTransfer,
    outside: pd.DataFrame,
    facts: dict,
    progress: Progress = SILENT,
) -> None:
    """Write the page: the losses, and which covariates of pixels leave the range of the means; see `ScaleCheck`.

    `progress` is asked before every figure whether to go on.

    Raises
    ------
    MissingPackage, InputError
        See `write_page`.
    """
    pixels = "Known fine pixels below and above the range that the means over coarse cells have in the samples."
    write_page(
        path,
        title="From the coarse scale to the fine one",
        summary=summary,
        intro=INTRO,
        tables=[
            ("Loss", "Bias is predicted minus observed.", transfer.table),
            ("Outside of the means", pixels, outside),
        ],
        figures=_figures(transfer, outside, pixels),
        warnings=list(transfer.refused.values()),
        facts=facts,
        heading=lambda column: _HEADS.get(column) or heading(column),
        progress=progress,
    )


def _figures(transfer: ScaleTransfer, outside: pd.DataFrame, pixels: str) -> Iterator[tuple[str, str, Figure]]:
    scales = "Errors of held-out cells by what was learned from; grey has learned at the scored scale."
    yield "Error by scale", scales, losses_figure(transfer.table)
    yield "Pixels outside", pixels, outside_figure(outside)


def losses_figure(table: pd.DataFrame) -> Figure:
    """Draw the error of each pair of scales beside that of a model which learned at the scored scale."""
    pairs = table[table["learned"] != table["scored"]]
    figure = Figure(figsize=(8, 3.4), layout="constrained")
    panel = figure.subplots()
    place = np.arange(len(pairs))
    panel.bar(place - 0.2, pairs["rmse"], 0.38, color=MORE_COLOURS[0], label="learned at another scale")
    panel.bar(place + 0.2, pairs["rmse_native"], 0.38, color="#b8b8b8", label="learned at the scored scale")
    for x, row in zip(place, pairs.itertuples()):
        words = f"{row.loss_percent:+.0f} %".replace("-", "−")
        panel.annotate(words, (x - 0.2, row.rmse), ha="center", xytext=(0, 2), textcoords="offset points", fontsize=9)
    panel.set_xticks(place, [f"{_cells(row.learned)} →\n{_cells(row.scored)}" for row in pairs.itertuples()])
    panel.set(ylabel=f"RMSE ({SM_SHOWN})", ylim=(0, 1.3 * pairs[["rmse", "rmse_native"]].to_numpy().max()))
    panel.legend(frameon=False, fontsize=9, ncols=2, loc="upper left")
    quiet(panel)
    return figure


def outside_figure(outside: pd.DataFrame) -> Figure:
    """Draw the share of pixels below and above the range of the means, by covariate."""
    shown = outside.iloc[:-1].head(MOST_BARS).iloc[::-1]
    figure = Figure(figsize=(8, 1.2 + 0.28 * len(shown)), layout="constrained")
    panel = figure.subplots()
    panel.barh(shown["covariate"], 100 * shown["below"], color=MORE_COLOURS[0], label="below")
    panel.barh(shown["covariate"], 100 * shown["above"], left=100 * shown["below"], color=MORE_COLOURS[1],
               label="above")  # fmt: skip
    panel.set(xlabel="pixels (%)", xlim=(0, max(1.0, 108 * shown["outside"].max())))
    panel.legend(frameon=False, fontsize=9, loc="lower right")
    quiet(panel)
    return figure


def _cells(side: int) -> str:
    return "single cells" if side == 1 else f"{side} × {side} cells"
