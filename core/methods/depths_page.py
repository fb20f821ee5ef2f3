# SPDX-License-Identifier: GPL-2.0-or-later
"""The depths of a run side by side: how well each is known where nothing was learned, and what each goes by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..base.tables import write_csv
from ..report.colours import product_colour
from ..report.figures import legend_above, metric_label, quiet
from ..report.html_page import GRID_LINES, write_page
from ..report.words import best_of_column, heading
from ..scoring.metrics import METRICS
from .run_state import RunState

PAGE, SCORES, IMPORTANCE = "depths.html", "scores_by_depth.csv", "importance_by_depth.csv"
COLUMNS = ("covariate", "unit", "shap_fraction", "permutation", "permutation_sd", "gain_fraction")
MAX_ROWS = 25  # covariates in the figure
SHOWN = ("ubrmse", "r")


def write_depths(state: RunState, depths: Sequence[RunState], progress: Progress = SILENT) -> None:
    """Write a page of all depths, with the tables behind it; nothing of a run of fewer than two.

    Parameters
    ----------
    state : RunState
        Of the whole run.
    depths : sequence of RunState
        Of each depth, after it was run.
    progress : Progress
        Asked before every figure whether to go on.

    References
    ----------
    Li et al. 2022, figs. 2, 3 and 8.
    """
    if len(depths) < 2:
        return
    scores, importance = depth_scores(depths), depth_importance([depth.folder for depth in depths])
    if len(scores):
        write_csv(state.folder / SCORES, scores, float_format="%.6g")
    if len(importance):
        write_csv(state.folder / IMPORTANCE, importance, float_format="%.6g")
    write_page(
        state.folder / PAGE,
        title=f"{state.method.name}: {state.study.name}, all depths",
        summary=f"{counted(len(depths), 'depth')}, each of which has a page of its own in its folder.",
        tables=[(title, "Held-out rows.", own.drop(columns="rows")) for title, own in scores.groupby("rows")]
        if len(scores)
        else [],
        figures=_figures(scores, importance),
        heading=heading,
        best=best_of_column,
        progress=progress,
    )


def _figures(scores: pd.DataFrame, importance: pd.DataFrame) -> Iterator[tuple[str, str, Figure]]:
    if len(scores):
        caption = "Held-out rows of each kind of folds and test part, all pooled."
        for title, own in scores.groupby("rows"):
            yield f"{title} through depths", caption, scores_figure(own)
    if len(importance):
        caption = (
            "Growth of the RMSE when a covariate is shuffled, as a fraction of the sum over the covariates of the "
            "depth; growth below 0 is none. The most important on average stands first; empty where a depth has no "
            "such covariate."
        )
        yield "Importance through depths", caption, importance_figure(importance)


def depth_scores(depths: Sequence[RunState]) -> pd.DataFrame:
    """Return the held-out scores of all depths: rows (which were held out), depth, product, `METRICS`."""
    tables = [
        table[["product", *METRICS]].assign(rows=title, depth=depth.folder.name)
        for depth in depths
        for title, table in depth.held_out.items()
        if {"product", *METRICS} <= set(table) and "folds" not in table
    ]
    if not tables:
        return pd.DataFrame()
    return pd.concat(tables, ignore_index=True)[["rows", "depth", "product", *METRICS]]


def depth_importance(folders: Sequence[Path]) -> pd.DataFrame:
    """Return the importance of the covariates at all depths: depth, `COLUMNS` and fraction, of the permutation.

    Parameters
    ----------
    folders : sequence of Path
        Of the depths; those that were not explained are left out.
    """
    tables = []
    for folder in folders:
        path = folder / "explanation" / "importance.csv"
        if path.exists():
            own = pd.read_csv(path)[list(COLUMNS)]
            grown = own["permutation"].clip(lower=0)
            tables.append(own.assign(depth=folder.name, fraction=grown / grown.sum() if grown.any() else np.nan))
    if not tables:
        return pd.DataFrame()
    return pd.concat(tables, ignore_index=True)[["depth", *COLUMNS, "fraction"]]


def importance_figure(importance: pd.DataFrame) -> Figure:
    """Draw the fraction of each covariate at each depth as a table of colours, and the mean over the depths as bars."""
    wide = 100 * importance.pivot(index="covariate", columns="depth", values="fraction")
    wide = wide[list(dict.fromkeys(importance["depth"]))]
    wide = wide.loc[wide.fillna(0).mean(axis=1).sort_values(ascending=False).index[:MAX_ROWS]]
    figure = Figure(figsize=(8, 1.5 + 0.28 * len(wide)), layout="constrained")
    panel, bars = figure.subplots(1, 2, sharey=True, gridspec_kw={"width_ratios": [2.4, 1]})
    values = np.ma.masked_invalid(wide.to_numpy(float))
    panel.imshow(values, cmap="YlGnBu", vmin=0, aspect="auto")
    middle = values.max() / 2
    for (row, column), value in np.ndenumerate(wide.to_numpy(float)):
        if np.isfinite(value):
            colour = "white" if value > middle else "black"
            panel.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=7, color=colour)
    panel.set_xticks(range(wide.shape[1]), [_depth(name) for name in wide], fontsize=8)
    panel.set_yticks(range(len(wide)), wide.index, fontsize=8)
    panel.set_xlabel("depth (cm)", fontsize=9)
    panel.set_title("fraction of the importance (%)", fontsize=9)
    panel.spines[:].set_visible(False)
    bars.barh(range(len(wide)), wide.fillna(0).mean(axis=1), xerr=wide.fillna(0).std(axis=1), color="#5b94b8",
              height=0.62, error_kw={"elinewidth": 1, "ecolor": "#333333"})  # fmt: skip
    bars.set_xlabel("mean and SD (%)", fontsize=9)
    bars.set_xlim(left=0)
    bars.grid(axis="x", **GRID_LINES)
    quiet(bars)
    return figure


def scores_figure(scores: pd.DataFrame, metrics: Sequence[str] = SHOWN) -> Figure:
    """Draw scores against depth, the surface above: a panel a metric, a line a product."""
    products, depths = (list(dict.fromkeys(scores[column])) for column in ("product", "depth"))
    figure = Figure(figsize=(8, 1.4 + 0.3 * len(depths)), layout="constrained")
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    for panel, metric in zip(panels, metrics):
        for name in products:
            own = scores[scores["product"] == name].set_index("depth")[metric].reindex(depths)
            panel.plot(own, range(len(depths)), "o-", color=product_colour(name, products), markersize=4.5,
                       linewidth=1.2, label=name)  # fmt: skip
        panel.set_xlabel(metric_label(metric), fontsize=9)
        panel.grid(**GRID_LINES)
        quiet(panel)
    panels[0].set_yticks(range(len(depths)), [_depth(name) for name in depths], fontsize=8)
    panels[0].set_ylabel("depth (cm)", fontsize=9)
    panels[0].invert_yaxis()
    legend_above(figure, panels[0])
    return figure


def _depth(name: str) -> str:
    """Return the depth in cm that the name of its folder tells."""
    return name.removeprefix("depth_").removesuffix("cm")
