# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of a comparison of learners: scores with their intervals, what random folds hide, and who wins where."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...report.colours import MORE_COLOURS
from ...report.figures import box_figure, colour_bar, legend_above, metric_label, scatter_figure
from ...report.html_page import GRID_LINES
from ...report.map_figures import station_map_figure
from ...report.reliability_figures import reliability_figures
from ...report.taylor import CAPTION, taylor_figure
from ...scoring.baselines import AS_IS
from ...scoring.metrics import WORDS
from ...units import SM_SHOWN
from ..folds.correlogram import ALIKE, Correlogram
from .losses import Losses
from .members import ENSEMBLE, Members
from .result import Comparison
from .scores import JUDGED, MEAN
from .words import with_folds

FOLD_COLOURS = ("#8b979f", *(c for c in MORE_COLOURS if c != "#5b6770"), "#b8652a", "#d9a441")  # random ones are grey
VARIABLE_COLOURS = (*MORE_COLOURS, "#b8652a", "#d9a441", "#4a97b0", "#c98bb0")
MAX_SCATTERED = 9  # panels of predicted and observed
LETTER = 0.0095  # of an axis as wide as a page
MIN_R2 = -1.0  # lower values would squeeze all others
Shown = tuple[str, str, Figure]  # title, caption, figure


def comparison_figures(result: Comparison) -> Iterator[Shown]:
    """Yield the figures that there are data for, drawn one at a time."""
    here = with_folds(result.hardest)
    yield (
        "Scores and how sure they are",
        "Dots are the scores of all rows pooled, whiskers their 95 % intervals. The intervals know that rows of one "
        "station, and of one day, repeat each other. A whisker that ends at the edge goes on.",
        scores_figure(result.shown_scores),
    )
    if len(result.gaps):
        yield (
            "The gap",
            "From R² under random folds (grey) to R² where the model has seen neither the places nor the days that the "
            "folds hold out. A long line to the left: random folds flatter.",
            gap_figure(result.gaps),
        )
    yield (
        "Predicted and observed",
        f"With {here}: what models that have not learned from the row predict for it, the best one first.",
        _scatter(result),
    )
    diagram = taylor_figure(result.of(result.hardest))
    if diagram is not None:
        yield "Taylor diagram", f"With {here}. {CAPTION}", diagram
    yield from reliability_figures(result.bands)
    own = result.per_station
    own = own[(own["folds"] == result.hardest) & own["rmse"].notna()] if len(own) else own
    if len(own):
        yield (
            "How the scores spread over the stations",
            f"With {here}. A dot is a station; boxes hold the middle half of them, whiskers reach from "
            "the 5th to the 95th percentile.",
            box_figure(own[own["product"] != MEAN]),
        )
    if result.correlogram is not None:
        yield (
            "How far the covariates are alike",
            f"{result.correlogram.sentence} Correlation of the covariates of two places (Moran's I of their means over "
            "time) by how far apart these lie; below the broken line, 1/e, they count as different.",
            correlogram_figure(result.correlogram),
        )
    if result.duels:
        yield (
            "Head to head, class by class",
            f"With {here}, among the models asked for. In every class of land, as of texture, land cover or climate, "
            "the stations that a model wins divided by those that the winner of the class wins; summed over the "
            "classes, so that rare classes count as much as common ones (Poehls et al. 2025).",
            duel_figure(result.duels),
        )
    if len(result.pairs):
        yield (
            "Every two models",
            f"With {here}. The fraction of stations at which the model of the row is ahead of that of the column, by "
            "ubRMSE and by R (Poehls et al. 2025); level stations count for nobody.",
            pairs_figure(result.pairs),
        )
    if result.members is not None and len(result.members.by_class):
        yield (
            "Members and their ensembles",
            f"With {here}. The head-to-head score of each member less that of its ensemble, when these two alone "
            "compete and every class of land counts alike: right of the line, in red, the member is ahead (Poehls et "
            "al. 2025).",
            members_figure(result.members),
        )
    if result.losses is not None:
        lost = int(result.losses.table["loses"].sum())
        yield (
            "Where the model loses to the coarse product",
            f"{result.losses.model} with {here} has a higher ubRMSE than the coarse product at {lost} of "
            f"{len(result.losses.table)} stations. Stations by the principal components of their static numbers; "
            "arrows point to where a variable is high (Poehls et al. 2025).",
            losses_figure(result.losses),
        )
    if len(own) and result.has_places:
        yield (
            "ubRMSE of the stations",
            f"{result.best} with {here}; a cross is a station with too few rows.",
            station_map_figure(
                result.per_station[result.per_station["folds"] == result.hardest], result.best, "ubrmse"
            ),
        )


def scores_figure(table: pd.DataFrame, metrics: tuple[str, ...] = ("rmse", "r2")) -> Figure:
    """Draw the pooled scores as dots with whiskers: a panel a metric, a row a model, a colour the folds.

    Parameters
    ----------
    table : DataFrame
        As in `Comparison`.
    metrics : tuple of str
    """
    models, folds = (list(dict.fromkeys(table[column])) for column in ("product", "folds"))
    step = min(0.16, 0.7 / len(folds))
    figure = Figure(figsize=(8, 1.2 + len(models) * max(0.42, 0.17 * len(folds))), layout="constrained")
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    for panel, metric in zip(panels, metrics):
        for i, label in enumerate(folds):
            own = table[table["folds"] == label].set_index("product").reindex(models)
            y = np.arange(len(models))[::-1] - (i - (len(folds) - 1) / 2) * step
            value, low, high = (own[name].to_numpy(float) for name in (metric, f"{metric}_low", f"{metric}_high"))
            colour = FOLD_COLOURS[i % len(FOLD_COLOURS)]
            panel.hlines(y, low, high, color=colour, linewidth=1.6)
            panel.plot(value, y, "o", color=colour, markersize=4.5, label=label)
        panel.set_xlabel(metric_label(metric), fontsize=9)
        _quiet(panel)
        _fit(panel, table, metric)
    panels[0].set_yticks(range(len(models)), models[::-1], fontsize=9)
    panels[0].set_ylim(-0.6, len(models) - 0.4)
    legend_above(figure, panels[0])
    return figure


def gap_figure(gaps: pd.DataFrame) -> Figure:
    """Draw R² under random folds and under others, with a line between them: a row a model and folds."""
    gaps = gaps[(gaps["r2_random"] > MIN_R2) & (gaps["r2"] > MIN_R2)]
    models, folds = (list(dict.fromkeys(gaps[column])) for column in ("product", "folds"))
    figure = Figure(figsize=(8, 1.1 + len(models) * max(0.36, 0.17 * len(folds))), layout="constrained")
    panel = figure.subplots()
    step = min(0.18, 0.7 / max(len(folds), 1))
    for i, label in enumerate(folds):
        own = gaps[gaps["folds"] == label].set_index("product").reindex(models)
        y = np.arange(len(models))[::-1] - (i - (len(folds) - 1) / 2) * step
        colour = FOLD_COLOURS[1 + i % (len(FOLD_COLOURS) - 1)]
        panel.hlines(y, own["r2"], own["r2_random"], color=colour, linewidth=1.6)
        panel.plot(own["r2_random"], y, "o", color=FOLD_COLOURS[0], markersize=4.5, label="random" if not i else None)
        panel.plot(own["r2"], y, "o", color=colour, markersize=5.5, label=label)
    panel.axvline(0, color="#8b979f", linewidth=0.8)
    panel.set_xlabel("R²", fontsize=9)
    panel.set_yticks(range(len(models)), models[::-1], fontsize=9)
    panel.set_ylim(-0.6, len(models) - 0.4)
    _quiet(panel)
    legend_above(figure, panel)
    return figure


def correlogram_figure(shown: Correlogram) -> Figure:
    """Draw the correlation of the covariates against distance, a line a covariate, and the median of their ranges."""
    figure = Figure(figsize=(8, 3.4), layout="constrained")
    panel = figure.subplots()
    for i, name in enumerate(shown.correlation):
        colour = VARIABLE_COLOURS[i % len(VARIABLE_COLOURS)]
        line = "-" if i < len(VARIABLE_COLOURS) else "--"
        panel.plot(shown.distance_km, shown.correlation[name], line, color=colour, linewidth=1.2, label=name)
    panel.axhline(ALIKE, color="#5b6770", linewidth=0.9, linestyle=":")
    if shown.range_km is not None:
        panel.axvline(shown.range_km, color="black", linewidth=1.2)
        panel.annotate(
            f"{shown.range_km:.0f} km", (shown.range_km, 1), xytext=(4, -2), textcoords="offset points", va="top",
            xycoords=("data", "axes fraction"), fontsize=9,
        )  # fmt: skip
    panel.set_xlabel("distance (km)", fontsize=9)
    panel.set_ylabel("correlation", fontsize=9)
    panel.set_xlim(0, shown.distance_km[-1])
    _quiet(panel)
    legend_above(figure, panel)
    return figure


def pairs_figure(pairs: pd.DataFrame, metrics: tuple[str, ...] = ("ubrmse", "r")) -> Figure:
    """Draw how often each model is ahead of each other one: a table of colours a metric."""
    models = list(dict.fromkeys(pairs["model"]))
    figure = Figure(figsize=(8, 1.6 + 0.45 * len(models)), layout="constrained")
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    for panel, metric in zip(panels, metrics):
        own = pairs[pairs["metric"] == metric].pivot(index="model", columns="rival", values="won_fraction")
        own = 100 * own.reindex(index=models, columns=models)
        shown = panel.imshow(np.ma.masked_invalid(own.to_numpy(float)), cmap="RdBu", vmin=0, vmax=100, aspect="auto")
        for (row, column), value in np.ndenumerate(own.to_numpy(float)):
            if np.isfinite(value):
                colour = "white" if abs(value - 50) > 32 else "black"
                panel.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=8, color=colour)
        panel.set_title(f"by {WORDS[metric][0]}", fontsize=10)
        panel.set_xticks(range(len(models)), models, rotation=40, ha="right", fontsize=8)
        panel.spines[:].set_visible(False)
    panels[0].set_yticks(range(len(models)), models, fontsize=8)
    colour_bar(figure, shown, list(panels), "stations won (%)", shrink=0.9)
    return figure


def members_figure(members: Members, metrics: tuple[str, ...] = ("ubrmse", "r", "bias")) -> Figure:
    """Draw by how much each member is ahead of its ensemble, or behind: a panel a metric, a row a member."""
    table = members.table[members.table["member"] != ENSEMBLE].reset_index(drop=True)
    figure = Figure(figsize=(8, 1.0 + 0.24 * len(table)), layout="constrained")
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    y = np.arange(len(table))[::-1]
    for panel, metric in zip(panels, metrics):
        lead = table[f"member_score_{metric}"] - table[f"ensemble_score_{metric}"]
        panel.barh(y, lead, height=0.7, color=np.where(lead > 0, "#c23b5a", MORE_COLOURS[0]))
        panel.axvline(0, color="#5b6770", linewidth=0.9)
        panel.set_xlabel(f"lead by {WORDS[metric][0]}", fontsize=9)
        _quiet(panel)
        panel.xaxis.set_major_locator(MaxNLocator(5))
        for last in np.flatnonzero(table["ensemble"].ne(table["ensemble"].shift(-1)))[:-1]:
            panel.axhline(y[last] - 0.5, color="#c8ced2", linewidth=0.8)
    panels[0].set_yticks(y, [f"{row.ensemble}: {row.member}" for row in table.itertuples()], fontsize=8)
    panels[0].set_ylim(-0.6, len(table) - 0.4)
    return figure


def losses_figure(losses: Losses) -> Figure:
    """Draw the stations by their principal components, those where the model loses in another colour, with arrows."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    panel = figure.subplots()
    for lost, colour, label in ((False, MORE_COLOURS[0], "ahead of the coarse product"), (True, "#c23b5a", "behind")):
        own = losses.table[losses.table["loses"] == lost]
        panel.plot(own["pc1"], own["pc2"], "o", color=colour, markersize=6, alpha=0.8, markeredgewidth=0, label=label)
    reach = losses.table[["pc1", "pc2"]].abs().max().max()
    panel.margins(0.12)
    panel.plot(losses.arrows["pc1"] * reach, losses.arrows["pc2"] * reach, alpha=0)  # a tip beyond would not be drawn
    panel.set_xlim(_room_for(losses.arrows, reach, panel.get_xlim()))
    for _, row in losses.arrows.iterrows():
        tip = np.array([row["pc1"], row["pc2"]]) * reach
        panel.annotate("", tip, (0, 0), arrowprops={"arrowstyle": "->", "color": "#5b6770", "linewidth": 0.9})
        side, off = ("left", 3) if tip[0] >= 0 else ("right", -3)
        panel.annotate(row["variable"], tip, xytext=(off, 0), textcoords="offset points", fontsize=8, color="#5b6770",
                       ha=side, va="center")  # fmt: skip
    panel.set_xlabel(f"first component ({100 * losses.explained[0]:.0f} % of the variance)", fontsize=9)
    panel.set_ylabel(f"second component ({100 * losses.explained[1]:.0f} %)", fontsize=9)
    _quiet(panel)
    legend_above(figure, panel)
    return figure


def _room_for(arrows: pd.DataFrame, reach: float, limits: tuple[float, float]) -> tuple[float, float]:
    """Return the limits of an axis that has room for the names beside the tips of arrows."""
    low, high = limits
    for _ in range(3):  # names take more of a longer axis
        each = LETTER * (high - low)
        tips = [(row["pc1"] * reach, each * (len(row["variable"]) + 1)) for _, row in arrows.iterrows()]
        low = min([low, *(tip - name for tip, name in tips if tip < 0)])
        high = max([high, *(tip + name for tip, name in tips if tip >= 0)])
    return low, high


def duel_figure(duels: dict, metrics: tuple[str, ...] = ("ubrmse", "r")) -> Figure:
    """Draw the head-to-head scores as bars, a panel a metric, stacked by the static variables."""
    models = list(duels[metrics[0]][0]["model"])
    variables = list(dict.fromkeys(duels[metrics[0]][1]["variable"]))
    figure = Figure(figsize=(8, 1.2 + 0.42 * len(models)), layout="constrained")
    panels = figure.subplots(1, len(metrics), sharey=True, sharex=True, squeeze=False)[0]
    y = np.arange(len(models))[::-1]
    for panel, metric in zip(panels, metrics):
        by_class = duels[metric][1]
        sums, left = by_class.groupby("variable")[models].sum(), np.zeros(len(models))
        for i, variable in enumerate(variables):
            width = sums.loc[variable].to_numpy(float)
            colour = VARIABLE_COLOURS[i % len(VARIABLE_COLOURS)]
            panel.barh(y, width, left=left, height=0.6, color=colour, label=variable)
            left += width
        panel.set_xlabel(
            f"head-to-head score by {WORDS[metric][0]}\n(at most {len(by_class)}, one a class)", fontsize=9
        )
        _quiet(panel)
    panels[0].set_yticks(y, models, fontsize=9)
    legend_above(figure, panels[0])
    return figure


def _scatter(result: Comparison) -> Figure:
    """Draw the models, the best one first, and the coarse product if there is one, against what was observed."""
    columns = {name: values for (folds, name), values in result.predicted.items() if folds == result.hardest}
    models = [name for name in columns if name not in (*JUDGED, result.best)]
    names = [result.best, *models[: MAX_SCATTERED - 2], *([AS_IS] if AS_IS in columns else [])]
    figure = scatter_figure(
        pd.DataFrame({"observed": result.observed, **{name: columns[name] for name in names}}), names
    )
    for panel in figure.axes:
        if panel.get_ylabel().startswith("Product"):
            panel.set_ylabel(f"Predicted ({SM_SHOWN})", fontsize=9)
    return figure


def _fit(panel, table: pd.DataFrame, metric: str) -> None:
    """Give the axis room for the dots and whiskers, but not for whiskers of a few clusters that reach far out."""
    values = table[metric].to_numpy(float)
    values = values[np.isfinite(values) & ((metric != "r2") | (values >= MIN_R2))]
    if not len(values):
        return
    ends = table[[f"{metric}_low", f"{metric}_high"]].to_numpy(float)
    room = max(np.ptp(values), 0.02)
    low = max(values.min() - 1.5 * room, np.nanmin(ends, initial=values.min()))
    high = min(values.max() + 1.5 * room, np.nanmax(ends, initial=values.max()))
    edge = 0.03 * (high - low)
    panel.set_xlim(low - edge, high + edge)
    panel.xaxis.set_major_locator(MaxNLocator(5))


def _quiet(panel) -> None:
    panel.spines[["top", "right"]].set_visible(False)
    panel.tick_params(labelsize=8)
    panel.grid(axis="x", **GRID_LINES)
    panel.set_axisbelow(True)
