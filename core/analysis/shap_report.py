# SPDX-License-Identifier: GPL-2.0-or-later
"""The page on what covariates add to the maps of a model."""

from __future__ import annotations

import os

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import read_on
from ..report.figures import colour_bar
from ..report.html_page import number, write_page
from ..report.map_figures import SM_WORDS, UNKNOWN, draw_map, figure_size
from ..report.words import heading
from ..units import SM_SHOWN
from .shap_maps import PREDICTED, ShapMaps

REPORT = "report.html"
DRY_TO_WET = LinearSegmentedColormap.from_list("dry_to_wet", ["#8c4a16", "#e0a663", "#f7f7f4", "#7fb2cc", "#14507d"])
DRY_TO_WET.set_bad(UNKNOWN)
INTRO = (
    "What each covariate adds to the prediction of a pixel, against the mean prediction of the samples: above 0, in "
    "blue, it makes the pixel wetter, below, in brown, drier. The values of all covariates of the model and that mean "
    "add up to what it predicts, before any consistency with the coarse product."
)
_HEADS = {
    "mean_abs": ("mean |SHAP|", SM_SHOWN),
    "mean": ("mean", SM_SHOWN),
    "least": ("least", SM_SHOWN),
    "most": ("greatest", SM_SHOWN),
}


def shap_maps_report(path: str | os.PathLike, result: ShapMaps) -> None:
    """Write the page: the table of the covariates, and the maps of the day that knows most pixels.

    Raises
    ------
    MissingPackage, InputError
        See `write_page`.
    """
    table = result.table.sort_values("mean_abs", ascending=False).reset_index(drop=True)
    known = {made.day: made.known for made in result.outcome.maps if made.name == PREDICTED and made.day is not None}
    day = max(known, key=lambda day: known[day])
    best = table.iloc[0]
    write_page(
        path,
        title="What covariates add to the maps",
        summary=f"{best['covariate']} moves the maps most: by {number(best['mean_abs'])} {SM_SHOWN} in the mean of "
        "pixels and days.",
        intro=INTRO,
        tables=[("Covariates", "Over the pixels and days that are mapped.", table)],
        figures=[
            (
                "Maps",
                f"{day}: what is predicted, and what each covariate adds to a base of "
                f"{number(result.base[day])} {SM_SHOWN}. Grey is unknown.",
                shap_maps_figure(result, day),
            )
        ],
        warnings=result.warnings,
        facts=result.facts,
        heading=lambda column: _HEADS.get(column) or heading(column),
    )


def shap_maps_figure(result: ShapMaps, day: np.datetime64) -> Figure:
    """Draw the prediction of a day and the SHAP values of each covariate, all with one scale."""
    paths = result.maps_of(day)
    grid = Source(str(paths[PREDICTED])).grid().thinned()
    maps = {name: read_on(Source(str(path)), grid, "nearest") for name, path in paths.items()}
    reach = max(float(np.nanpercentile(np.abs(values), 99)) for name, values in maps.items() if name != PREDICTED)
    norm = Normalize(-reach, reach) if reach > 0 else Normalize(-1e-6, 1e-6)
    order = [PREDICTED, *result.table.sort_values("mean_abs", ascending=False)["covariate"]]
    return _panels({name: maps[name] for name in order}, grid, norm)


def _panels(maps: dict[str, np.ndarray], grid: Grid, norm: Normalize) -> Figure:
    columns = min(len(maps), 3)
    rows = -(-len(maps) // columns)
    width, height = figure_size(grid, columns)
    figure = Figure(figsize=(width, height * rows), layout="constrained")
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    drawn = {}
    for i, (axis, (name, values)) in enumerate(zip(axes.flat, maps.items())):
        below = i >= len(maps) - columns
        own = {} if name == PREDICTED else {"colours": DRY_TO_WET, "norm": norm}
        drawn[name] = draw_map(axis, values, grid, left=i % columns == 0, below=below, **own)
        axis.tick_params(labelbottom=below)
        axis.set_title(name, fontsize=10)
    for axis in axes.flat[len(maps) :]:
        axis.set_visible(False)
    where = {"orientation": "horizontal", "shrink": 0.5, "aspect": 40}
    colour_bar(figure, drawn[PREDICTED], list(axes.flat), SM_WORDS, extend="max", **where)
    added = drawn[list(maps)[-1]]
    colour_bar(figure, added, list(axes.flat), f"SHAP value: drier, wetter ({SM_SHOWN})", extend="both", **where)
    return figure
