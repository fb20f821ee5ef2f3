# SPDX-License-Identifier: GPL-2.0-or-later
"""Which figures a report shows of a validation, and of which day and stations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..rasters.dates import DAY
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import read_on
from ..rasters.series import Series
from ..report.figures import box_figure, dates_figure, density_figure, scatter_figure
from ..report.map_figures import maps_figure, station_map_figure
from ..report.pair_figures import station_means_figure
from ..report.taylor import CAPTION, taylor_figure
from ..scoring.metrics import WORDS
from .products import ProductComparison, Rasters
from .station_series import ALONE, SeriesBeside, error_figures, series_figures
from .stations import StationValidation

MAX_DAYS = 24  # in a mean of maps
SERIES = "All days on which the station measured, also those that do not count"
MEANS_CAPTION = "How many stations have which mean over the days that count; dotted: the means of all stations."
Shown = tuple[str, str, Figure]  # title, caption, figure


def station_figures(
    validation: StationValidation,
    maps: Series | None = None,
    coarse: Series | None = None,
    beside: SeriesBeside = ALONE,
    shown: Mapping[str, Rasters] | None = None,
) -> Iterator[Shown]:
    """Yield the figures that there are data for, drawn one at a time; `shown` are all maps of a day, side by side."""
    products, subject = validation.products, validation.products[0]
    counted = validation.pairs.dropna(subset=products)
    scored = validation.per_station.dropna(subset=["rmse"])
    yield (
        "Pairs",
        "Every product against the stations; the line is perfect agreement.",
        scatter_figure(counted, products),
    )
    yield from taylor(validation.table)
    if len(scored):
        yield (
            "How the scores spread over the stations",
            "A dot is a station; boxes hold the middle half of them, whiskers reach from the 5th to the 95th "
            "percentile.",
            box_figure(scored, ("rmse", "ubrmse", "r")),
        )
    means = station_means_figure(counted, products)
    if means is not None:
        yield "Means of the stations", MEANS_CAPTION, means
    yield from series_figures(validation.predictions(), scored, SERIES, beside)
    yield from error_figures(validation.predictions(), scored, beside)
    background = _mean_map(maps) if maps is not None else None
    if len(scored):
        for metric in ("r", "ubrmse"):
            yield (
                f"{WORDS[metric][0]} of the stations",
                f"{subject}, station by station{', over the mean of the maps' if background else ''}.",
                station_map_figure(scored, subject, metric, background),
            )
    if maps is not None:
        # the day with the most pairs: there the coarse product is known in most places
        day = counted["date"].value_counts().sort_index().idxmax().to_datetime64().astype(DAY)
        yield from _maps_of_day(day, shown or {subject: maps}, None, coarse)


def product_figures(
    comparison: ProductComparison,
    products: dict[str, Rasters],
    reference: Rasters | None = None,
    coarse: Rasters | None = None,
) -> Iterator[Shown]:
    """Yield the figures that there are data for, drawn one at a time."""
    yield (
        "Pairs",
        "Every product against the reference; the line is perfect agreement.",
        density_figure(comparison.density),
    )
    yield from taylor(comparison.table)
    per_date = comparison.per_date
    if per_date["date"].nunique() > 1:
        yield "Day by day", "Scores over the pixels of each day.", dates_figure(per_date)
    if products or reference is not None:
        first = per_date[per_date["product"] == comparison.products[0]]
        best = None if first["date"].isna().all() else first.loc[first["n"].idxmax(), "date"]
        day = None if best is None else best.to_datetime64().astype(DAY)
        yield from _maps_of_day(day, products, reference, coarse)


def taylor(table: pd.DataFrame) -> Iterator[Shown]:
    """Yield the Taylor diagram of products, if there is one."""
    figure = taylor_figure(table)
    if figure is not None:
        yield "Taylor diagram", CAPTION, figure


def _maps_of_day(day, products: Mapping[str, Rasters], reference: Rasters | None, coarse: Rasters | None) -> Iterator:
    """Yield the figure of the coarse product, the products and the reference on a day."""
    layers = {"Coarse product": coarse, **products, "Reference": reference}
    sources = {name: _on_day(rasters, day) for name, rasters in layers.items() if rasters is not None}
    sources = {name: source for name, source in sources.items() if source is not None}
    if not sources:
        return
    ground = list(sources.values())[-1].grid()
    sizes = {name: sources[name].grid().resolution for name in products if name in sources}
    several = len(set(sizes.values())) > 1
    titles = {name: f"{name}, {_pixels(sources[name].grid())}" for name in sizes} if several else {}
    panels = [(titles.get(name, name), *_shown(source, ground)) for name, source in sources.items()]
    words = "On the day with the most pairs; grey is unknown." if day is not None else "Grey is unknown."
    yield "Maps", words, maps_figure(panels, day)


def _pixels(grid: Grid) -> str:
    """Return the width of the pixels of a grid in words."""
    return f"{grid.resolution[0]:.4g}{'°' if grid.crs.is_geographic else ' m'}"


def _on_day(rasters: Rasters, day: np.datetime64 | None) -> Source | None:
    if isinstance(rasters, Source):
        return rasters
    found = np.flatnonzero(rasters.days == day)
    return rasters.sources[found[0]] if len(found) else None


def _shown(source: Source, ground: Grid) -> tuple[np.ndarray, Grid]:
    """Return what a raster has on some ground, on cells wide enough to be seen."""
    grid = source.grid().crop(ground).thinned()
    return read_on(source, grid), grid


def _mean_map(maps: Series) -> tuple[np.ndarray, Grid]:
    """Return the mean of maps over their days, of a choice of days if there are many."""
    grid = maps.sources[0].grid().thinned()
    chosen = np.unique(np.linspace(0, len(maps) - 1, MAX_DAYS).round().astype(int))
    total, count = np.zeros(grid.shape), np.zeros(grid.shape, int)
    for i in chosen:
        values = read_on(maps.sources[i], grid)
        known = np.isfinite(values)
        total[known] += values[known]
        count += known
    return np.where(count, total / np.maximum(count, 1), np.nan), grid
