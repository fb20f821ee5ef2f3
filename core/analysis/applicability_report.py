# SPDX-License-Identifier: GPL-2.0-or-later
"""The page on where a model may be believed."""

from __future__ import annotations

import os

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import read_on
from ..report.colours import MORE_COLOURS
from ..report.figures import colour_bar, quiet
from ..report.html_page import write_page
from ..report.map_figures import UNKNOWN, draw_map, figure_size
from ..report.words import heading
from ..units import SM_SHOWN
from .applicability_maps import INDEX, PUSHED, ApplicabilityMaps

REPORT = "report.html"
INSIDE_COLOUR, OTHERS = "#dfe8e6", "other covariates"
INTRO = (
    "How unlike a pixel is to the samples of the model: the distance to the nearest of them, each covariate scaled to "
    "its spread in the samples and counted by its importance, over the mean distance between two samples. Where this "
    "dissimilarity index is above the threshold, the errors that cross-validation found do not hold: the pixel lies "
    "outside of the area of applicability (Meyer and Pebesma 2021)."
)
_HEADS = {
    "code": ("number in the maps", ""),
    "importance": ("importance", "fraction"),
    "pushed_out": ("outside mostly by it", "fraction of pixels and days"),
    "known": ("known", "pixels"),
    "outside": ("outside", "fraction of known pixels"),
    "dissimilarity": ("mean dissimilarity", "index"),
    "gain": ("gain", "fraction of the grid"),
    "inside": ("inside then", "fraction of the grid"),
    "rank": ("rank", ""),
}


def applicability_report(path: str | os.PathLike, result: ApplicabilityMaps) -> None:
    """Write the page: who pushes pixels out, the day with most of them as maps, errors, and where to measure next.

    Raises
    ------
    MissingPackage, InputError
        See `write_page`.
    """
    day = np.datetime64(result.days.sort_values("outside", ascending=False, kind="stable").iloc[0]["day"])
    figures = [
        (
            "Maps",
            f"{day}, the day with most pixels outside; these are hatched. Grey is unknown.",
            maps_figure(result, day),
        ),
        (
            "Dissimilarity",
            "Of the samples, each to those that its fold has learned from, and of the pixels of that day.",
            histogram_figure(result, day),
        ),
    ]
    if len(result.errors):
        figures.append(
            (
                "Error by dissimilarity",
                "Of held-out samples, in groups of about as many. Where it grows with the index, trust falls with it.",
                errors_figure(result.errors, result.learned.threshold),
            )
        )
    tables = [("Covariates", "What makes pixels unlike the samples.", result.covariates)]
    if len(result.sites):
        note = (
            "Pixels whose samples would bring the largest part of the grid inside, each when those before it are taken "
            "as measured; by mean covariates of the period."
        )
        tables.append(("Where to measure next", note, result.sites))
    write_page(
        path,
        title="Where the model may be believed",
        summary=result.sentence,
        intro=INTRO,
        tables=tables,
        figures=figures,
        annex=[("Days", "", result.days)],
        facts=result.facts,
        heading=lambda column: _HEADS.get(column) or heading(column),
    )


def maps_figure(result: ApplicabilityMaps, day: np.datetime64) -> Figure:
    """Draw the index of a day, hatched where it is above the threshold, and what pushes pixels out."""
    grid, (index, pushed) = _read(result, day)
    figure = Figure(figsize=figure_size(grid, 3), layout="constrained")  # the third is the legend
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    limit = max(2 * result.learned.threshold, 1e-6)
    shown = draw_map(left, index, grid, colours=_magma(), norm=Normalize(0, limit))
    _hatch(left, index > result.learned.threshold, grid)
    left.set_title("Dissimilarity index, outside hatched", fontsize=10)
    colour_bar(figure, shown, left, "dissimilarity index (1)", extend="max", shrink=0.75)
    _draw_pushed(figure, right, pushed, grid, result.covariates)
    figure.suptitle(str(day), fontsize=11)
    return figure


def _draw_pushed(figure: Figure, axis, pushed: np.ndarray, grid: Grid, covariates: pd.DataFrame) -> None:
    """Draw which covariate pushes a pixel out: the most frequent ones by their colours, all others by one."""
    found = covariates[covariates["code"].isin(np.unique(pushed[np.isfinite(pushed)]))]
    named = found.head(len(MORE_COLOURS) - 1)
    labels = ["inside", *named["covariate"]]
    shown = np.full(pushed.shape, np.nan, np.float32)
    shown[pushed == 0] = 0
    shown[pushed > 0] = len(labels)
    for place, code in enumerate(named["code"], 1):
        shown[pushed == code] = place
    if len(found) > len(named):
        labels.append(OTHERS)
    colours = ListedColormap([INSIDE_COLOUR, *MORE_COLOURS[: len(labels) - 1]])
    colours.set_bad(UNKNOWN)
    draw_map(axis, shown, grid, left=False, colours=colours, norm=Normalize(-0.5, len(labels) - 0.5))
    axis.set_title("Outside mostly by", fontsize=10)
    patches = [Patch(facecolor=colour, label=label) for colour, label in zip(colours.colors, labels)]
    axis.legend(handles=patches, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=8)


def histogram_figure(result: ApplicabilityMaps, day: np.datetime64) -> Figure:
    """Draw how the dissimilarity is distributed among the samples and among the pixels of a day."""
    _, (index, _) = _read(result, day)
    own = result.learned.training_index
    limit = float(np.nanquantile(np.concatenate([own[np.isfinite(own)], index[np.isfinite(index)]]), 0.995))
    edges = np.linspace(0, max(limit, 1.2 * result.learned.threshold), 41)
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    panel = figure.subplots()
    for values, words, colour in ((own, "samples", MORE_COLOURS[4]), (index, "pixels", MORE_COLOURS[0])):
        values = np.clip(values[np.isfinite(values)], 0, edges[-1])
        weights = np.full(len(values), 1 / len(values))
        panel.hist(values, edges, weights=weights, label=words, color=colour, alpha=0.55)
    panel.axvline(result.learned.threshold, color="black", linewidth=1, linestyle="--", label="threshold")
    panel.set(xlabel="dissimilarity index (1)", ylabel="fraction")
    panel.legend(frameon=False, fontsize=9)
    quiet(panel)
    return figure


def errors_figure(errors: pd.DataFrame, threshold: float) -> Figure:
    """Draw the RMSE of groups of held-out samples over their mean dissimilarity."""
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    panel = figure.subplots()
    panel.plot(errors["dissimilarity"], errors["rmse"], "o-", color=MORE_COLOURS[0])
    panel.axvline(threshold, color="black", linewidth=1, linestyle="--")
    panel.annotate("threshold", (threshold, 0.02), xycoords=("data", "axes fraction"), fontsize=9, ha="right",
                   xytext=(-3, 0), textcoords="offset points")  # fmt: skip
    panel.set(xlabel="mean dissimilarity index of a group (1)", ylabel=f"RMSE ({SM_SHOWN})")
    panel.set(xlim=(0, None), ylim=(0, 1.15 * errors["rmse"].max()))
    quiet(panel)
    return figure


def _read(result: ApplicabilityMaps, day: np.datetime64) -> tuple[Grid, tuple[np.ndarray, np.ndarray]]:
    paths = [str(result.map_of(name, day)) for name in (INDEX, PUSHED)]
    grid = Source(paths[0]).grid().thinned()
    index, pushed = (read_on(Source(path), grid, "nearest") for path in paths)
    return grid, (index, pushed)


def _magma() -> Colormap:
    colours = matplotlib.colormaps["magma_r"].copy()
    colours.set_bad(UNKNOWN)
    return colours


def _hatch(axis, outside: np.ndarray, grid: Grid) -> None:
    """Hatch where it is outside."""
    if not outside.any() or outside.all():
        return
    left, right = axis.get_xlim()
    bottom, top = axis.get_ylim()
    rows, columns = outside.shape
    x = left + (np.arange(columns) + 0.5) / columns * (right - left)
    y = top - (np.arange(rows) + 0.5) / rows * (top - bottom)
    hatched = axis.contourf(x, y, outside.astype(float), levels=[0.5, 1.5], colors="none", hatches=["////"])
    for piece in getattr(hatched, "collections", [hatched]):  # older matplotlib has one for each level
        piece.set_edgecolor("#ffffff")
        piece.set_linewidth(0)
