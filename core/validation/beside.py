# SPDX-License-Identifier: GPL-2.0-or-later
"""Other products, and other models' predictions, put beside predictions on the same rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..rasters.raster import aligned
from ..rasters.series import Series
from ..scoring.predictions import OBSERVED, Predictions
from ..scoring.score_table import place_columns

SAME = 1e-5  # m3 m-3: observations that differ by less are the same


def with_products(predictions: Predictions, products: Mapping[str, Series], progress: Progress = SILENT) -> Predictions:
    """Return predictions with what other products say of the place and day of each row, as baselines.

    Parameters
    ----------
    predictions : Predictions
        With longitude, latitude and date.
    products : mapping of str to Series
        Dated maps, m3 m-3.
    progress : Progress

    Raises
    ------
    InputError
        If the rows have no places or days, or a product knows none of them.
    """
    table = predictions.table.copy()
    lacking = [name for name in ("longitude", "latitude", "date") if name not in table]
    if lacking:
        raise InputError(f"These predictions have no {', '.join(lacking)}: no other product can be put beside them.")
    days = table["date"].to_numpy("datetime64[D]")
    names = []
    for (name, series), part in progress.parts(list(products.items())):
        label = name if name not in table else f"{name} (maps)"
        table[label] = at_rows(series.of_days(name), table, days, part)
        if table[label].isna().all():
            raise InputError(f"{name} has no value at the place and day of any row; check its period and extent.")
        names.append(label)
    return Predictions(table, predictions.models, (*predictions.baselines, *names), predictions.facts)


def with_predictions(predictions: Predictions, other: Predictions) -> Predictions:
    """Return predictions with the models of another table beside them, on the rows that both hold out alike.

    Rows are the same where place, day and part are; so two runs can be held against each other that differ in how a
    covariate is brought to a day.

    Raises
    ------
    InputError
        If rows cannot be told apart, none is in both, or what was observed differs.
    """
    places = place_columns(predictions)
    if not places or "date" not in predictions.table or places != place_columns(other) or "date" not in other.table:
        raise InputError("The rows of both tables must know the same kind of place, station or cell, and the day.")
    keys = [*places, "date", "part", "draw"]
    for table in (predictions.table, other.table):
        if table.duplicated(keys).any():
            raise InputError(
                "A place and day stands more than once in a part, as under several kinds of folds: score one of them."
            )
    taken = {*predictions.table.columns}
    renamed = {name: name if name not in taken else f"{name} (other)" for name in other.models}
    theirs = other.table[[*keys, OBSERVED, *other.models]].rename(columns={**renamed, OBSERVED: "_observed"})
    both = predictions.table.merge(theirs, on=keys, how="inner")
    if both.empty:
        raise InputError("The tables have no row of the same place, day and part.")
    apart = np.abs(both[OBSERVED] - both["_observed"])
    if (apart > SAME).any():
        raise InputError(
            f"What was observed differs in {int((apart > SAME).sum())} of {len(both)} rows, by up to {apart.max():.4f} "
            "m³ m⁻³, as between stations as measured and rescaled ones: their scores do not compare."
        )
    models = (*predictions.models, *renamed.values())
    return Predictions(both.drop(columns="_observed"), models, predictions.baselines, predictions.facts)


def at_rows(series: Series, table: pd.DataFrame, days: np.ndarray, progress: Progress = SILENT) -> np.ndarray:
    """Return what a product says of the place and day of each row, shape (n,), float32; NaN where it does not know."""
    values = np.full(len(table), np.nan, np.float32)
    grid = series.sources[0].grid()
    rows, columns = grid.cells_at(table["longitude"].to_numpy(), table["latitude"].to_numpy())
    wanted = np.isin(series.days, days)
    sources = [(day, source) for day, source, there in zip(series.days, series.as_moisture().sources, wanted) if there]
    for day, source in progress.over(sources):
        here = np.flatnonzero((days == day) & (rows >= 0))
        if len(here):
            with aligned(source, grid) as reader:
                values[here] = reader.read_cells(rows[here], columns[here])
    return values
