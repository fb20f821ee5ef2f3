# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of the standard deviation beside maps: where they lie, what they say at stations, and how that is shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import write_text
from ..base.tables import csv_text
from ..downscaling.downscale import SD
from ..rasters.series import Series
from ..report.html_page import Table
from ..scoring.coverage import coverage_table, coverage_words, parts_in_words
from ..scoring.predictions import Predictions, sd_column
from ..scoring.reliability import MAPS, reliability
from ..study.study import Study
from .beside import at_rows
from .land_classes import with_classes
from .windows import Windows

NOTE = (
    "The fraction of what was observed within one SD of what was predicted, and within the band of 90 %; 0.68, 0.90 "
    "and a ratio of 1 where errors are as large as the SD tells. The error of the observations, and what a station "
    "differs from its pixel, count too, which the SD of a map does not know: less is then held."
)
OF_LEARNERS = (
    " The SD of rows that folds or a test part held out is the learner's own, not calibrated; that of maps is "
    "calibrated when a model of stations is trained."
)


def spread_beside(maps: Series) -> Series | None:
    """Return the maps of the standard deviation that lie beside maps, in a folder `sd`; None if there is none.

    Raises
    ------
    InputError
        If the folder holds no dated rasters.
    """
    folder = Path(maps.sources[0].path).parent / SD
    return Series.from_files(folder) if folder.is_dir() else None


def with_bands(
    pairs: pd.DataFrame,
    places: pd.DataFrame,
    products: Mapping[str, Series],
    spreads: Mapping[str, Series],
    windows: Windows,
    is_long: Mapping[str, bool],
) -> tuple[pd.DataFrame, list[str]]:
    """Return pairs with the standard deviation of every product that has maps of it, and warnings.

    Parameters
    ----------
    pairs : DataFrame
        station, date (the first day of a window) and the products.
    places : DataFrame
        longitude and latitude by station.
    products : mapping of str to Series
    spreads : mapping of str to Series
        Maps of the standard deviation of products, m3 m-3; of other products those are taken that lie beside their
        maps, and what is wrong with these is a warning.
    windows : Windows
    is_long : mapping of str to bool
        Whether a product's maps hold means over the windows.

    Raises
    ------
    InputError
        If maps of `spreads` know none of the pairs, or are no standard deviations.
    """
    at = pairs[["station", "date"]].join(places[["longitude", "latitude"]], on="station")
    columns = {}
    warnings = []
    for name, maps in products.items():
        try:
            spread = spreads[name] if name in spreads else spread_beside(maps)
            if spread is None:
                continue
            if sd_column(name) in pairs:
                raise InputError(f"'{sd_column(name)}' is the name of a product too; call that otherwise.")
            if not windows.daily and not is_long.get(name):
                raise InputError("The standard deviation of a mean over days does not follow from those of its days.")
            columns[sd_column(name)] = _spread_at(spread, at, windows)
        except InputError as error:
            if name in spreads:
                raise
            warnings.append(f"{name} has no band: {error}")
    return pairs.assign(**columns), warnings


def _spread_at(spread: Series, at: pd.DataFrame, windows: Windows) -> np.ndarray:
    """Return the standard deviation at each row, shape (n,), m3 m-3; NaN where it is not known."""
    days = spread.of_days("the standard deviation").days
    number = windows.number(days)
    inside = spread.only(number >= 0)
    inside = replace(inside, times=windows.first[number[number >= 0]])
    values = at_rows(inside, at, at["date"].to_numpy("datetime64[D]")) if len(inside) else np.full(len(at), np.nan)
    if np.isnan(values).all():
        raise InputError(
            f"The maps of the standard deviation ({Path(spread.sources[0].path).parent}) have no value on the days and "
            "at the stations that are compared."
        )
    if (values < 0).any():
        raise InputError(
            f"The maps of the standard deviation have values below 0, the lowest is {np.nanmin(values):.4g} m3 m-3."
        )
    return values


def reliability_at(predictions: Predictions, study: Study | None, station_error: float) -> pd.DataFrame:
    """Return what bands hold at the stations that maps have not learned from, at all if there are no such.

    Parameters
    ----------
    predictions : Predictions
        Of maps at stations, one kind of folds.
    study : Study, optional
        Its classes of the land are told apart.
    station_error : float
        m3 m-3, see `reliability`.
    """
    table = reliability(with_classes(predictions, study), station_error)
    unseen = table[table["part"] != "train"]
    return (unseen if len(unseen) else table).reset_index(drop=True)


def write_coverage(path: str | os.PathLike, bands: pd.DataFrame) -> None:
    """Write what bands of maps hold at stations, as `reliability_at` tells it, as CSV."""
    write_text(path, csv_text(bands, float_format="%.6g"))


def band_tables(predictions: Predictions) -> list[Table]:
    """Return the table of how much the bands of models hold; none if no model tells its standard deviation."""
    table = coverage_table(predictions)
    if table.empty:
        return []
    note = NOTE if (table["folds"] == MAPS).all() else NOTE + OF_LEARNERS
    return [("Bands", note, parts_in_words(table))]


def band_sentence(predictions: Predictions) -> str:
    """Return how much the band of the first model holds, of the rows that it has learned from least; '' without one."""
    table = coverage_table(predictions)
    if table.empty:
        return ""
    first = table[table["product"] == table["product"].iloc[0]]
    return coverage_words(first.iloc[-1])
