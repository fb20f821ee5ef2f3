# SPDX-License-Identifier: GPL-2.0-or-later
"""The page on triple collocation: how wrong each product is, at stations or on a map."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import read_on
from ..report.figures import box_figure, colour_bar
from ..report.html_page import write_page
from ..report.map_figures import UNKNOWN, draw_map, figure_size
from .settings import CollocationOptions

INTRO = (
    "Triple collocation takes none of the series for the truth. It holds as far as their errors have nothing to do "
    "with each other: two products made from one satellite, or with one model, share errors, and both then look "
    "better than they are.\n\n"
    "The signal-to-noise ratio is 0 dB where truth and error vary alike, +3 dB where the truth varies twice as much. "
    "R² is the squared correlation with the truth. Errors are standard deviations on the scale of "
)
TITLES = 0.25  # inches of the titles above maps
SHOWN = 3.0, 15.0  # dB: the colours end between them, a few pixels beyond
HEADINGS = {
    "known": ("Known", "%"),
    "snr": ("Signal-to-noise ratio", "dB"),
    "error_sd": ("Error SD", "m³ m⁻³"),
    "r2": ("R² with the truth", ""),
    "scale": ("Scale to the reference", ""),
    "n": ("Days in common", "d"),
    "representativeness_sd": ("Representativeness error SD", "m³ m⁻³"),
    "weight": ("Weight", ""),
}


def collocation_report(
    path: str | os.PathLike,
    summary: pd.DataFrame,
    reference: str,
    options: CollocationOptions = CollocationOptions(),
    *,
    stations: pd.DataFrame | None = None,
    maps: dict[str, Source] | None = None,
    progress: Progress = SILENT,
) -> None:
    """Write the page.

    Parameters
    ----------
    path : path
    summary : DataFrame
        As `summary_of` returns it.
    reference : str
        On whose scale errors are told.
    options : CollocationOptions
    stations : DataFrame, optional
        As `collocate_stations` returns it.
    maps : dict of Source, optional
        The map of the signal-to-noise ratio of each product.
    progress : Progress
        Asked before every figure whether to go on.
    """
    annex = []
    if stations is not None:
        note = f"Ends of intervals of {options.level:.0%} in the table of the result."
        annex.append(("Stations", note, _per_station(stations)))
    best = summary.loc[summary["snr"].idxmax()]
    write_page(
        path,
        title="Triple collocation",
        summary=f"{best['product']} has the greatest signal-to-noise ratio in the median, {best['snr']:.1f} dB, and "
        f"R² {best['r2']:.2f} with a truth that nobody has seen.",
        intro=INTRO + f"{reference}.",
        tables=[("Products", "Medians over the places that are known.", summary)],
        figures=_figures(stations, maps),
        annex=annex,
        heading=lambda column: HEADINGS.get(column, (column[:1].upper() + column[1:], "")),
        progress=progress,
    )


def _figures(stations: pd.DataFrame | None, maps: dict[str, Source] | None) -> Iterator[tuple[str, str, Figure]]:
    if stations is not None:
        own = stations.rename(columns={"series": "product"})
        yield "Stations", "One dot a station; boxes hold the middle half.", _boxes(own)
    if maps:
        yield "Maps", "Signal-to-noise ratio; grey is unknown.", _maps(maps)


def _boxes(own: pd.DataFrame) -> Figure:
    return box_figure(own, ("error_sd", "snr", "r2"), _label)


def _label(column: str) -> str:
    words, unit = HEADINGS[column]
    return f"{words} ({unit})" if unit else words


def _per_station(stations: pd.DataFrame) -> pd.DataFrame:
    columns = ["station", "series", "n", "snr", "error_sd", "r2", "representativeness_sd", "weight"]
    return stations[columns]


def _maps(maps: dict[str, Source]) -> Figure:
    """Draw the signal-to-noise ratios side by side with one colour bar."""
    grids: dict[str, Grid] = {name: source.grid().thinned() for name, source in maps.items()}
    values = {name: read_on(source, grids[name]) for name, source in maps.items()}
    ground = next(iter(grids.values()))
    width, height = figure_size(ground, len(maps))
    figure = Figure(figsize=(width, height + TITLES), layout="constrained")
    panels = figure.subplots(1, len(maps), sharex=True, sharey=True, squeeze=False)[0]
    colours = colormaps["RdYlBu"].copy()
    colours.set_bad(UNKNOWN)
    known = np.concatenate([own[np.isfinite(own)] for own in values.values()])
    most = float(np.clip(np.quantile(np.abs(known), 0.98), *SHOWN))
    for panel, (name, own) in zip(panels, values.items()):
        norm = Normalize(-most, most)
        shown = draw_map(panel, own, grids[name], ground, left=panel is panels[0], colours=colours, norm=norm)
        panel.set_title(name, fontsize=10)
    colour_bar(
        figure, shown, list(panels), "signal-to-noise ratio (dB)", orientation="horizontal", aspect=35, shrink=0.6
    )
    return figure
