# SPDX-License-Identifier: GPL-2.0-or-later
"""The reports of a validation: which product came out best, by which scores, where and when."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import chain

import numpy as np
import pandas as pd

from ..base.extras import require
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.series import Series
from ..report.html_page import MAX_ROWS, Table, write_page
from ..report.reliability_page import reliability_annex, reliability_sentence, reliability_tables
from ..report.words import best_of_column, heading, passport_facts
from ..scoring.gain import gain_words
from ..scoring.metrics import METRICS, WORDS
from ..scoring.settings import STATION_ERROR
from ..scoring.verdict import verdict
from ..units import SM_SHOWN
from .bands import band_sentence, band_tables, reliability_at
from .products import ProductComparison, Rasters
from .station_series import ALONE, SeriesBeside
from .stations import StationValidation


def station_report(
    path: str | os.PathLike,
    validation: StationValidation,
    *,
    maps: Series | None = None,
    coarse: Series | None = None,
    passport: dict | None = None,
    made: Mapping[str, str] | None = None,
    products: Mapping[str, Rasters] | None = None,
    beside: SeriesBeside = ALONE,
    title: str = "Validation against stations",
    station_error: float = STATION_ERROR,
    bands: pd.DataFrame | None = None,
    progress: Progress = SILENT,
) -> None:
    """Write the report of a comparison with stations.

    Parameters
    ----------
    path : path
    validation : StationValidation
    maps, coarse : Series, optional
        Drawn as maps of one day, and the mean of the maps below the stations; m3 m-3.
    passport : dict, optional
        Of the model that made the maps: for the facts, and to say whether it has seen these stations.
    made : mapping, optional
        Further facts of how the maps were made, as names and words.
    products : mapping of str to Series, optional
        All maps that are drawn side by side, each on its own pixels; m3 m-3.
    beside : SeriesBeside
        Which stations are shown through time, and with what.
    title : str
    station_error : float
        What a station differs from the mean of its pixel, as a standard deviation, m3 m-3.
    bands : DataFrame, optional
        What `reliability_at` tells of them, where it is known already.
    progress : Progress
        Asked before every figure whether to go on.

    Raises
    ------
    MissingPackage, InputError
        See `write_page`.
    """
    require("jinja2", "matplotlib")
    from ..report.reliability_figures import reliability_figures
    from .report_figures import station_figures

    table = validation.table
    scored = validation.per_station.dropna(subset=["rmse"])
    predictions = validation.predictions((passport or {}).get("stations", ()))
    if bands is None:
        bands = reliability_at(predictions, beside.study, station_error)
    write_page(
        path,
        progress=progress,
        heading=heading,
        best=best_of_column,
        title=title,
        intro="Every product is judged by the same stations and days. The scores of all pairs pooled mix differences "
        "between stations with changes in time; those station by station show changes in time alone.",
        summary=_summary(
            table,
            [
                *_share_won(scored, "station", "ubrmse", "at {} of {} stations"),
                # without the error of stations bands of pixels hold too little, which misleads beside the other figure
                _with_error(reliability_sentence(bands), station_error) or band_sentence(predictions),
            ],
        ),
        tables=[
            ("Scores", "Best values in bold.", _pooled(table)),
            *(_station_by_station(table) if len(scored) else []),
            *reliability_tables(bands),
            *band_tables(predictions),
        ],
        figures=chain(reliability_figures(bands), station_figures(validation, maps, coarse, beside, products)),
        annex=[
            *([_stations_table(scored, validation.products)] if len(scored) else []),
            *reliability_annex(bands),
        ],
        warnings=[*validation.notes, *validation.warnings, *_seen_stations(validation, passport)],
        facts={**_station_facts(validation, maps), **passport_facts(passport), **(made or {})},
    )


def _station_by_station(table: pd.DataFrame) -> list[Table]:
    """Return the tables of what the scores of single stations come to."""
    return [
        (
            f"Station by station: {how}",
            f"The {how} of the scores that the stations have, each on its own.",
            _spread(table, "n_stations", f"station_{how}_"),
        )
        for how in ("median", "mean")
    ]


def _station_facts(validation: StationValidation, maps: Series | None) -> dict[str, object]:
    """Return what was compared with stations, as names and words."""
    counted = validation.pairs.dropna(subset=validation.products)
    facts = {
        "Period": f"{counted['date'].min():%Y-%m-%d} to {counted['date'].max():%Y-%m-%d}",
        "Days": counted["date"].nunique(),
        "Stations": counted["station"].nunique(),
        "Pairs": f"{len(counted)} of {len(validation.pairs)} observations",
    }
    if maps is not None:
        facts["Grid of the maps"] = _grid_words(maps.sources[0].grid())
    return facts


def product_report(
    path: str | os.PathLike,
    comparison: ProductComparison,
    *,
    products: dict[str, Rasters] | None = None,
    reference: Rasters | None = None,
    coarse: Rasters | None = None,
    passport: dict | None = None,
    beside: SeriesBeside = ALONE,
    title: str = "Comparison of products",
    station_error: float = STATION_ERROR,
    bands: pd.DataFrame | None = None,
    progress: Progress = SILENT,
) -> None:
    """Write the report of a comparison of products; one with stations is written by `station_report`.

    Parameters
    ----------
    path : path
    comparison : ProductComparison
    products, reference, coarse : as given to `compare_products`, optional
        Drawn as maps of one day.
    passport : dict, optional
        Of the model that made the first product.
    beside : SeriesBeside
        Which stations are shown through time, and with what, where the reference is stations.
    title : str
    station_error : float
    bands : DataFrame, optional
        See `station_report`.
    progress : Progress
        Asked before every figure whether to go on.
    """
    require("jinja2", "matplotlib")
    from .report_figures import product_figures

    products = products or {}
    if comparison.stations is not None:
        maps = products.get(comparison.products[0])
        station_report(
            path,
            comparison.stations,
            maps=maps,
            coarse=coarse,
            passport=passport,
            products=products,
            beside=beside,
            title=title,
            station_error=station_error,
            bands=bands,
            progress=progress,
        )
        return
    table, per_date = comparison.table, comparison.per_date
    dated = per_date["date"].nunique() > 1
    tables = []
    if dated:
        note = "The median of the scores that the days have, each on its own: how well the pattern in space is met."
        tables.append(("Day by day: median", note, _spread(table, "n_dates", "date_median_")))
    write_page(
        path,
        progress=progress,
        heading=heading,
        best=best_of_column,
        title=title,
        intro="Every product is judged by the same pixels and days, on the grid of the reference.",
        summary=_summary(table, _share_won(per_date, "date", "rmse", "on {} of {} days") if dated else []),
        tables=[("Scores", "Best values in bold.", _pooled(table)), *tables],
        figures=product_figures(comparison, products, reference, coarse),
        warnings=[*comparison.notes, *comparison.warnings],
        facts={**_product_facts(comparison, reference), **passport_facts(passport)},
    )


def _product_facts(comparison: ProductComparison, reference: Rasters | None) -> dict[str, object]:
    """Return what was compared with a raster reference, as names and words."""
    per_date, n, left_out = comparison.per_date, int(comparison.table["n"].iloc[0]), comparison.left_out
    facts: dict[str, object] = {"Pairs": f"{n} of {n + left_out} values of the reference"}
    if per_date["date"].notna().any():
        facts["Period"] = f"{per_date['date'].min():%Y-%m-%d} to {per_date['date'].max():%Y-%m-%d}"
        facts["Days"] = per_date["date"].nunique()
    if reference is not None:
        source = reference if isinstance(reference, Source) else reference.sources[0]
        facts["Grid of the reference"] = _grid_words(source.grid())
    return facts


def _with_error(sentence: str, station_error: float) -> str:
    added = f"With the error of the stations added, {station_error:g} {SM_SHOWN}: "
    return f"{added}{sentence[0].lower()}{sentence[1:]}" if sentence else ""


def _pooled(table: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of all pairs that a page shows."""
    return table[["product", *(metric for metric in (*METRICS, "gdown") if metric in table)]]


def _summary(table: pd.DataFrame, won: list[str]) -> str:
    """Return who did better, by how much than the coarse product, and where."""
    return " ".join(filter(None, [verdict(table), gain_words(table), *won]))


def _spread(table: pd.DataFrame, count: str, prefix: str) -> pd.DataFrame:
    """Return the columns of a table that sum up the scores of stations or days, named after their metrics."""
    columns = [column for column in table if column.startswith(prefix)]
    return table[["product", count, *columns]].rename(columns={c: c[len(prefix) :] for c in columns})


def _share_won(scored: pd.DataFrame, by: str, metric: str, words: str) -> list[str]:
    """Return a sentence on how often the first product is ahead of all others; nothing if there is no other."""
    wide = scored.pivot(index=by, columns="product", values=metric)[list(dict.fromkeys(scored["product"]))]
    if wide.shape[1] < 2 or wide.empty:
        return []
    won = int((wide.iloc[:, 0] < wide.iloc[:, 1:].min(axis=1)).sum())
    return [f"{wide.columns[0]} has the lowest {WORDS[metric][0]} {words.format(won, len(wide))}."]


def _seen_stations(validation: StationValidation, passport: dict | None) -> list[str]:
    """Return a warning if the model was trained on stations of the comparison."""
    seen = set((passport or {}).get("stations", ()))
    stations = validation.per_station["station"].astype(str).unique()
    both = sum(station in seen for station in stations)
    return [f"The model was trained on {both} of these {len(stations)} stations."] if both else []


def _stations_table(scored: pd.DataFrame, products: list[str]) -> Table:
    """Return the scores of the stations, the worst first."""
    wide = scored[scored["product"] == products[0]].set_index("station")[["n", "bias", "rmse", "ubrmse", "r"]]
    for other in products[1:2]:
        rows = scored[scored["product"] == other].set_index("station")
        wide = wide.join(rows[["ubrmse", "r"]].add_suffix(f"|{other}"))
    wide = wide.sort_values("ubrmse", ascending=False)
    note = f"{products[0]}; the station with the highest ubRMSE first."
    if len(wide) > MAX_ROWS:
        note += f" The {MAX_ROWS} of {len(wide)} stations with the highest; all are in the layer of stations."
    return "Stations", note, wide.head(MAX_ROWS).reset_index()


def _grid_words(grid: Grid) -> str:
    width, height = grid.resolution
    unit = "°" if grid.crs.is_geographic else " m" if grid.crs.linear_units_factor[1] == 1 else ""
    size = f"{width:g}{unit}" if np.isclose(width, height) else f"{width:g} × {height:g}{unit}"
    code = grid.crs.to_epsg()
    return f"{size}, {grid.shape[1]} × {grid.shape[0]} pixels" + (f", EPSG:{code}" if code else "")
